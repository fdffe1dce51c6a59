"""Clips and one sound track into the finished file, by stream copy."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av

from vid_pipeline.artifacts import Canvas
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import RenderError
from vid_pipeline.media import ffmpeg
from vid_pipeline.media.encode import TIMESCALE


def join(
    clips: Sequence[Path],
    sound: Path,
    target: Path,
    *,
    canvas: Canvas,
    frames: int,
    cancel: CancelToken | None = None,
) -> None:
    """Write `target`: all clips in order under the sound, moov first, looked at before it is named.

    Raises:
        Cancelled: the token was set.
        RenderError: the joined file is not `frames` even frames, or sound and picture differ.
    """
    order, part = target.with_suffix(".ffconcat"), target.with_suffix(".part.mp4")
    try:
        order.write_text(_listed(clips), encoding="utf-8")
        ffmpeg.run(_arguments(order, sound, part), cancel=cancel)
        _refuse_uneven(part, canvas, frames)
        part.replace(target)
    finally:
        order.unlink(missing_ok=True)
        part.unlink(missing_ok=True)


def _arguments(order: Path, sound: Path, part: Path) -> list[str]:
    return [
        "-v", "error", "-protocol_whitelist", "file,pipe", "-f", "concat", "-safe", "0",
        "-i", f"file:{order}", *ffmpeg.source(sound),
        "-map", "0:v:0", "-map", "1:a:0", "-c", "copy",
        "-map_metadata", "-1", "-fflags", "+bitexact", "-movflags", "+faststart",
        "-video_track_timescale", TIMESCALE, "-f", "mp4", f"file:{part}",
    ]  # fmt: skip


def _listed(clips: Sequence[Path]) -> str:
    quoted = (str(clip.resolve()).replace("'", r"'\''") for clip in clips)
    return "ffconcat version 1.0\n" + "".join(f"file 'file:{name}'\n" for name in quoted)


def _refuse_uneven(file: Path, canvas: Canvas, frames: int) -> None:
    with av.open(str(file)) as opened:
        video, sound = opened.streams.video[0], opened.streams.audio[0]
        times = sorted(packet.pts for packet in opened.demux(video) if packet.pts is not None)
        assert video.time_base is not None
        step = Fraction(1, canvas.fps) / video.time_base
        if len(times) != frames:
            raise RenderError(f"The joined video has {len(times)} frames, {frames} were planned.")
        if any(later - earlier != step for earlier, later in pairwise(times)):
            raise RenderError("The joined video's frames are not evenly spaced. Render it again.")
        assert sound.duration is not None
        assert sound.time_base is not None
        gap_s = abs(float(sound.duration * sound.time_base) - frames / canvas.fps)
        if gap_s > 1 / canvas.fps:
            raise RenderError(f"Sound and picture differ by {gap_s * 1000:.0f} ms.")
