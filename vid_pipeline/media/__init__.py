"""The render engine: layers, words and sound become one MP4. No Dagster in here.

Frames are composed by skia and encoded in the same process by the libx264 inside PyAV: no pipe.
Only what moved is drawn and converted again (dirty rectangles). Captions are drawn by skia too,
one more thing that moves, so a frame in which nothing changes costs its encoding alone. libass is
not used: it would need the ffmpeg program, a pipe, and a full frame each time.

`frame.caption_area(canvas)` is where captions stand; cards keep out of it.
The sound is mastered by numpy and encoded by PyAV, which also joins it with the clips by stream
copy. ffmpeg, the program, reads what people hand in and takes measurements.
"""
