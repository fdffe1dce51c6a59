"""BGRA frames into an H.264 clip that joins others of its kind by stream copy."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from vid_pipeline.artifacts import Canvas
from vid_pipeline.media.compositor import Pixels
from vid_pipeline.media.dirty import Rect

PRESET, CRF, TIMESCALE = "veryfast", "20", "15360"
# Closed GOPs let clips follow each other by stream copy; aq-mode 3 gives dark gradients the bits
# that keep them from banding.
X264 = "keyint=90:min-keyint=15:open-gop=0:aq-mode=3"
_BT709, _TV_RANGE = 1, 1
# The movie timescale is that of the edit list; its default of 1000 rounds a clip's length.
_MUXER = {"video_track_timescale": TIMESCALE, "movie_timescale": TIMESCALE}


class _Planes:
    """One YUV 4:2:0 frame, kept between frames, so that only changes are converted."""

    def __init__(self, canvas: Canvas) -> None:
        self.frame = av.VideoFrame(canvas.width_px, canvas.height_px, "yuv420p")
        self.frame.color_range = ColorRange.MPEG
        self.frame.colorspace = Colorspace.ITU709
        self._planes = _views(self.frame)
        self._converters: dict[tuple[int, int], VideoReformatter] = {}

    def update(self, pixels: Pixels, changed: Iterable[Rect]) -> None:
        for rect in changed:
            part = pixels[rect.top : rect.bottom, rect.left : rect.right]
            converted = self._converter(part).reformat(
                av.VideoFrame.from_numpy_buffer(part, format="bgra"),
                format="yuv420p",
                dst_colorspace=Colorspace.ITU709,
                dst_color_range=ColorRange.MPEG,
            )
            for shift, plane, new in zip((0, 1, 1), self._planes, _views(converted), strict=True):
                rows = slice(rect.top >> shift, rect.bottom >> shift)
                plane[rows, rect.left >> shift : rect.right >> shift] = new

    def _converter(self, part: Pixels) -> VideoReformatter:
        """One for each size: a converter sets itself up anew, slowly, when its size changes."""
        return self._converters.setdefault((part.shape[0], part.shape[1]), VideoReformatter())


class Encoder:
    """Writes a clip's frames, in order, to an MP4 without sound."""

    def __init__(self, target: Path, canvas: Canvas, *, threads: int) -> None:
        self._planes = _Planes(canvas)
        self._count = 0
        self._output = av.open(str(target), "w", format="mp4", options=_MUXER)
        self._stream: Any = self._output.add_stream("libx264", rate=canvas.fps)
        self._stream.width, self._stream.height = canvas.width_px, canvas.height_px
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {
            "preset": PRESET, "crf": CRF, "profile": "high", "x264-params": X264
        }  # fmt: skip
        context = self._stream.codec_context
        context.thread_count = threads
        context.color_primaries = context.color_trc = context.colorspace = _BT709
        context.color_range = _TV_RANGE

    def write(self, pixels: Pixels, changed: Iterable[Rect]) -> None:
        """Add a frame: the last one with the `changed` parts of `pixels` over it."""
        self._planes.update(pixels, changed)
        self._planes.frame.pts = self._count
        self._count += 1
        self._output.mux(self._stream.encode(self._planes.frame))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None
    ) -> None:
        if kind is None:
            self._output.mux(self._stream.encode(None))
        self._output.close()


def _views(frame: av.VideoFrame) -> list[Pixels]:
    """The frame's planes as arrays over its own memory, padding left out."""
    return [
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[
            :, : plane.width
        ]
        for plane in frame.planes
    ]
