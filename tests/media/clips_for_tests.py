"""Small media for tests of editing, made once a session by ffmpeg."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from vid_pipeline.media import ffmpeg

# 0.7 s of tone, 0.9 s of silence, 0.4 s of tone
_TONE = "0.3*sin(440*2*PI*t)*(lt(t\\,0.7)+gt(t\\,1.6))"
_X264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "ultrafast")


@cache
def folder() -> Path:
    """Holds `talk.mp4` 320×180, 25 fps, 2 s with a pause; `mute.mp4` 200×200, 30 fps, 1 s."""
    place = Path(mkdtemp(prefix="clips-"))
    _make("-f", "lavfi", "-i", "testsrc2=s=320x180:d=2:r=25", "-f", "lavfi", "-i",
          f"aevalsrc={_TONE}:d=2", *_X264, "-c:a", "aac", str(place / "talk.mp4"))  # fmt: skip
    _make("-f", "lavfi", "-i", "testsrc=s=200x200:d=1:r=30", *_X264, str(place / "mute.mp4"))
    _make("-f", "lavfi", "-i", "sine=880:d=1", str(place / "tone.wav"))
    _make("-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1", str(place / "logo.png"))
    return place


def data(name: str) -> bytes:
    return (folder() / name).read_bytes()


def _make(*arguments: str) -> None:
    ffmpeg.run(["-v", "error", *arguments])
