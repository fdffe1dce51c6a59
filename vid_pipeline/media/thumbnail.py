"""A still of a video."""

from pathlib import Path

from vid_pipeline.media import ffmpeg

_QUALITY = "3"  # of 2 (best) to 31


def thumbnail(video: Path, at_s: float, target: Path) -> None:
    """Write the frame shown at `at_s` seconds as a JPEG.

    Raises:
        ToolFailed: there is no such frame, or the file is no video.
    """
    ffmpeg.run([
        "-v", "error", "-ss", f"{at_s:.3f}", *ffmpeg.source(video), "-frames:v", "1",
        "-q:v", _QUALITY, "-f", "image2", "-update", "1", f"file:{target}",
    ])  # fmt: skip
