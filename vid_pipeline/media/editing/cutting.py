"""Edits in time: trim, join, speed, silence cut. Results are MP4 (H.264, AAC 48 kHz stereo)."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import ffmpeg as graphs

from vid_pipeline.errors import BadRequest, OverLimit
from vid_pipeline.media.editing.job import PICTURES, SOUND, Job, Media, Stream
from vid_pipeline.media.editing.orders import Join, SilenceCut, Speed, Trim

_MOST_PIECES = 200
_MOST_CLIPS = 50
_SHORTEST_S = 0.05
_DEFAULT_FPS = 30.0
_SILENCE = re.compile(r"silence_(start|end): (-?[\d.]+)")

Span = tuple[float, float]


def trim(media: Media, order: Trim, job: Job) -> Media:
    """The part of a clip or sound from `start_s` to `end_s`, to the frame.

    Raises:
        BadRequest: it ends before the part does.
    """
    if order.end_s > media.seconds + 0.05:
        remedy = f"It is {media.seconds:.2f} s long: end it there or earlier."
        raise BadRequest("end_s", order.end_s, remedy)
    opened = job.opened(media, ss=order.start_s, t=order.end_s - order.start_s)
    return _written(media, _streams(media, opened), job)


def join(clips: Sequence[Media], order: Join, job: Job) -> Media:  # noqa: ARG001
    """Clips one after the other, in the size and frame rate of the first.

    Raises:
        BadRequest: fewer than two, more than fifty, or one has no pictures.
    """
    if not 2 <= len(clips) <= _MOST_CLIPS:
        raise BadRequest("Clips", len(clips), f"Give 2 to {_MOST_CLIPS}.")
    heard = any(clip.facts.audio for clip in clips)
    pieces: list[Stream] = []
    for clip in clips:
        opened = job.opened(clip)
        pieces.append(_fitted(opened.video, clips[0], clip))
        if heard:
            pieces.append(_sound_as_long(opened.audio if clip.facts.audio else None, clip))
    joined = graphs.concat(*pieces, v=1, a=int(heard)).node
    return job.make(".mp4", [joined[place] for place in range(1 + heard)], {**PICTURES, **SOUND})


def speed(media: Media, order: Speed, job: Job) -> Media:
    """A clip or sound, faster or slower; its pitch stays."""
    opened, streams = job.opened(media), []
    if seen := media.facts.picture:
        video = opened.video.filter("setpts", f"PTS/{order.factor:.6f}")
        streams.append(video.filter("fps", _rate(seen.fps)))
    if media.facts.audio:
        streams.append(_tempo(opened.audio, order.factor))
    return _written(media, streams, job)


def silence_cut(media: Media, order: SilenceCut, job: Job) -> Media:
    """A clip or sound without its long pauses.

    Raises:
        BadRequest: it has no sound, or nothing but silence.
        OverLimit: it has more than 200 pauses.
    """
    kept = spoken(media, order, job)
    if len(kept) > _MOST_PIECES:
        reason = f"it has {len(kept) - 1} pauses, {_MOST_PIECES} can be cut at once"
        raise OverLimit("The media", reason, "Raise longer_than_s, or trim it first.")
    opened, seen = job.opened(media), media.facts.picture is not None
    video = None
    audio = opened.audio.filter_multi_output("asplit", len(kept))
    if seen:
        video = opened.video.filter_multi_output("split", len(kept))
    pieces: list[Stream] = []
    for number, (start, end) in enumerate(kept):
        times = {"start": f"{start:.4f}", "end": f"{end:.4f}"}
        if video is not None:
            pieces.append(video[number].filter("trim", **times).filter("setpts", "PTS-STARTPTS"))
        cut = audio[number].filter("atrim", **times)
        pieces.append(cut.filter("asetpts", "PTS-STARTPTS"))
    joined = graphs.concat(*pieces, v=int(seen), a=1).node
    return _written(media, [joined[place] for place in range(1 + seen)], job)


def spoken(media: Media, order: SilenceCut, job: Job) -> list[Span]:
    """What is kept of a file without its long pauses: spans in seconds, in order."""
    if media.facts.audio is None:
        raise BadRequest("The media", media.path.suffix, "It has no sound to find pauses in.")
    heard = job.opened(media).audio.filter(
        "silencedetect", noise=f"{order.quieter_than_db:.2f}dB", d=f"{order.longer_than_s:.3f}"
    )
    log = job.ffmpeg(graphs.output(heard, "-", f="null"))
    pauses = _pauses(log, media.seconds)
    edges = [0.0]
    for start, end in pauses:
        edges += [start + order.keep_s * (start > 0), end - order.keep_s * (end < media.seconds)]
    edges.append(media.seconds)
    kept = [span for span in _pairs(edges) if span[1] - span[0] >= _SHORTEST_S]
    if not kept:
        raise BadRequest("The media", "silence", "All of it is quieter than quieter_than_db.")
    return kept


def _pauses(log: str, whole_s: float) -> list[Span]:
    found, start = [], None
    for what, at in _SILENCE.findall(log):
        if what == "start":
            start = max(0.0, float(at))
        elif start is not None:
            found.append((start, float(at)))
            start = None
    return [*found, (start, whole_s)] if start is not None else found


def _pairs(edges: Sequence[float]) -> list[Span]:
    """Every other gap between edges: what lies between the pauses."""
    return [span for place, span in enumerate(pairwise(edges)) if place % 2 == 0]


def _streams(media: Media, opened: Stream) -> list[Stream]:
    return [
        *([opened.video] if media.facts.picture else []),
        *([opened.audio] if media.facts.audio else []),
    ]


def _written(media: Media, streams: list[Stream], job: Job) -> Media:
    if media.facts.picture:
        return job.make(".mp4", streams, {**PICTURES, **SOUND})
    sound: dict[str, Any] = {"c:a": "pcm_s16le", "ar": 48000, "ac": 2}
    return job.make(".wav", streams, sound)


def _fitted(video: Stream, model: Media, clip: Media) -> Stream:
    if model.facts.picture is None or clip.facts.picture is None:
        raise BadRequest("Clip", clip.path.suffix, "It has no pictures; clips are joined.")
    width, height = (side // 2 * 2 for side in _size(model))
    fitted = video.filter("scale", width, height, force_original_aspect_ratio="decrease")
    padded = fitted.filter("pad", width, height, "(ow-iw)/2", "(oh-ih)/2")
    even = padded.filter("setsar", 1).filter("fps", _rate(model.facts.picture.fps))
    return even.filter("format", "yuv420p")


def _size(media: Media) -> Span:
    seen = media.facts.picture
    assert seen is not None
    return seen.width_px, seen.height_px


def _sound_as_long(audio: Stream | None, clip: Media) -> Stream:
    """A clip's sound, or silence, exactly as long as its pictures."""
    if audio is None:
        audio = graphs.input("anullsrc=r=48000:cl=stereo", f="lavfi", t=clip.seconds).audio
    even = audio.filter("aresample", 48000).filter("aformat", channel_layouts="stereo")
    return even.filter("apad").filter("atrim", end=f"{clip.seconds:.4f}")


def _tempo(audio: Stream, factor: float) -> Stream:
    """One filter slows to half at most; two slow to a quarter."""
    while factor < 0.5:
        audio, factor = audio.filter("atempo", 0.5), factor / 0.5
    return audio.filter("atempo", f"{factor:.6f}")


def _rate(fps: float) -> str:
    return f"{min(fps or _DEFAULT_FPS, 60):.3f}"
