"""The physical limit: x264 alone, with our settings, on frames that are already decoded."""

import os
from dataclasses import dataclass
from pathlib import Path

from bench.meter import Meter
from vid_pipeline.artifacts import Canvas
from vid_pipeline.media import encode, ffmpeg

_SLICE_FRAMES = 300  # of 3 MB each: all frames of a minute would fill a laptop's memory


@dataclass(frozen=True)
class Cost:
    wall_s: float
    cpu_s: float


def x264_alone(video: Path, frames: int, canvas: Canvas, folder: Path) -> Cost:
    """Encode the video's frames, handed over raw and in slices; decoding is not counted."""
    raw, wall_s, cpu_s = folder / "frames.yuv", 0.0, 0.0
    try:
        for first in range(0, frames, _SLICE_FRAMES):
            _decode(video, first, canvas, raw)
            with Meter() as meter:
                ffmpeg.run(_encoding(raw, canvas, folder / "floor.mp4"))
            wall_s, cpu_s = wall_s + meter.wall_s, cpu_s + meter.cpu_s
    finally:
        raw.unlink(missing_ok=True)
        (folder / "floor.mp4").unlink(missing_ok=True)
    return Cost(wall_s, cpu_s)


def _decode(video: Path, first: int, canvas: Canvas, raw: Path) -> None:
    ffmpeg.run([
        "-v", "error", "-ss", f"{first / canvas.fps:.6f}", *ffmpeg.source(video),
        "-frames:v", str(_SLICE_FRAMES), "-f", "rawvideo", "-pix_fmt", "yuv420p", str(raw),
    ])  # fmt: skip


def _encoding(raw: Path, canvas: Canvas, target: Path) -> list[str]:
    return [
        "-v", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p",
        "-s", f"{canvas.width_px}x{canvas.height_px}", "-r", str(canvas.fps), "-i", str(raw),
        "-c:v", "libx264", "-preset", encode.PRESET, "-crf", encode.CRF, "-profile:v", "high",
        "-x264-params", encode.X264, "-threads", str(os.cpu_count() or 1), "-an", str(target),
    ]  # fmt: skip
