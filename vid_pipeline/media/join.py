"""Clips and one sound track into the finished file, by stream copy."""

import heapq
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av

from vid_pipeline.artifacts import Canvas
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import RenderError
from vid_pipeline.media.encode import TIMESCALE

# Packets are copied as they are: a look at the first pictures would cost 30 ms a clip.
_UNSEEN: Any = {"skip_frame": "all"}
_TICK = Fraction(1, int(TIMESCALE))
# A movie timescale in which a frame of any usual rate and a sample of sound last whole ticks.
_MUXER = {
    "movflags": "+faststart",
    "fflags": "+bitexact",
    "video_track_timescale": TIMESCALE,
    "movie_timescale": "48000",
}


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
    part = target.with_suffix(".part.mp4")
    try:
        _copy(clips, sound, part, canvas, cancel)
        _refuse_uneven(part, canvas, frames)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _copy(
    clips: Sequence[Path], sound: Path, part: Path, canvas: Canvas, cancel: CancelToken | None
) -> None:
    with (
        av.open(str(clips[0])) as first,
        av.open(str(sound)) as track,
        av.open(str(part), "w", format="mp4", options=_MUXER) as output,
    ):
        shape = first.streams.video[0]
        video = output.add_stream_from_template(shape)
        video.time_base = _TICK
        audio = output.add_stream_from_template(track.streams.audio[0])
        pictures = _pictures(clips, shape.codec_context.extradata, canvas, cancel)
        both = (
            ((_when(packet), video, packet) for packet in pictures),
            ((_when(packet), audio, packet) for packet in _packets(track, track.streams.audio[0])),
        )
        for _, stream, packet in heapq.merge(*both, key=lambda item: item[0]):
            packet.stream = stream
            output.mux(packet)


def _pictures(
    clips: Sequence[Path], header: bytes | None, canvas: Canvas, cancel: CancelToken | None
) -> Iterator[Any]:
    """Every clip's packets, each clip moved to where the one before it ends."""
    start, step = 0, round(1 / (_TICK * canvas.fps))
    for clip in clips:
        if cancel is not None:
            cancel.check()
        count = 0
        with av.open(str(clip), stream_options=[_UNSEEN]) as opened:
            stream = opened.streams.video[0]
            if stream.time_base != _TICK or stream.codec_context.extradata != header:
                raise RenderError("The clips were encoded in different ways. Render them again.")
            for packet in _packets(opened, stream):
                packet.pts, packet.dts = packet.pts + start, packet.dts + start
                count += 1
                yield packet
        start += count * step


def _packets(opened: Any, stream: Any) -> Iterator[Any]:
    return (packet for packet in opened.demux(stream) if packet.dts is not None)


def _when(packet: Any) -> float:
    return float(packet.dts / packet.time_base.denominator)


def _refuse_uneven(file: Path, canvas: Canvas, frames: int) -> None:
    with av.open(str(file), stream_options=[_UNSEEN]) as opened:
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
