"""Edits of what is heard: extract, mix, loudness."""

import json
import math
from typing import Any

import ffmpeg as graphs

from vid_pipeline.errors import BadRequest, ToolFailed
from vid_pipeline.media.editing.job import SOUND, Job, Media, Stream, pictures_kept
from vid_pipeline.media.editing.orders import ExtractAudio, Loudness, Mix

_WAV = {"c:a": "pcm_s16le", "ar": 48000, "ac": 2}
_LRA = 11
_DUCK = {"threshold": 0.03, "ratio": 8, "attack": 20, "release": 400}
_MEASURED = {
    "measured_I": "input_i",
    "measured_TP": "input_tp",
    "measured_LRA": "input_lra",
    "measured_thresh": "input_thresh",
    "offset": "target_offset",
}


def extract_audio(media: Media, order: ExtractAudio, job: Job) -> Media:
    """The sound of a clip, 48 kHz stereo, as WAV or M4A.

    Raises:
        BadRequest: it has none.
    """
    _heard(media)
    if order.form == "wav":
        return job.make(".wav", [job.opened(media).audio], _WAV)
    return job.make(".m4a", [job.opened(media).audio], {**SOUND, "movflags": "+faststart"})


def mix(clip: Media, added: Media, order: Mix, job: Job) -> Media:
    """A clip with another sound under or over its own, as long as the clip.

    Raises:
        BadRequest: there is no sound to add, or it would start after the clip's end.
    """
    _heard(added)
    if order.at_s >= clip.seconds:
        raise BadRequest("at_s", order.at_s, f"The clip is {clip.seconds:.2f} s long.")
    opened = job.opened(clip)
    extra = _even(job.opened(added).audio, order.gain_db)
    extra = extra.filter("adelay", round(order.at_s * 1000), all=1).filter("apad")
    if clip.facts.audio:
        mixed = _together(_even(opened.audio, order.own_gain_db), extra, duck=order.duck)
    else:
        mixed = extra
    mixed = mixed.filter("atrim", end=f"{clip.seconds:.4f}").filter("alimiter", limit=0.95)
    if clip.facts.picture is None:
        return job.make(".wav", [mixed], _WAV)
    return job.make(".mp4", [opened.video, mixed], {**pictures_kept(clip), **SOUND})


def loudness(media: Media, order: Loudness, job: Job) -> Media:
    """A clip or sound at a loudness, measured first and then raised or lowered as a whole.

    Raises:
        BadRequest: it has no sound, or is silent.
    """
    _heard(media)
    wanted = {"I": order.target_lufs, "TP": order.peak_dbtp, "LRA": _LRA}
    found = measured(media, wanted, job)
    opened = job.opened(media)
    level = {ours: found[theirs] for ours, theirs in _MEASURED.items()}
    audio = opened.audio.filter("loudnorm", **wanted, **level, linear="true")
    audio = audio.filter("aresample", 48000)
    if media.facts.picture is None:
        return job.make(".wav", [audio], _WAV)
    return job.make(".mp4", [opened.video, audio], {**pictures_kept(media), **SOUND})


def measured(media: Media, wanted: dict[str, Any], job: Job) -> dict[str, str]:
    """What ffmpeg's loudnorm measures, as it writes it.

    Raises:
        BadRequest: there is nothing but silence.
    """
    heard = job.opened(media).audio.filter("loudnorm", **wanted, print_format="json")
    log = job.ffmpeg(graphs.output(heard, "-", f="null"))
    start, end = log.rfind("{"), log.rfind("}")
    try:
        found = {name: f"{float(value):.2f}" for name, value in _numbers(log[start : end + 1])}
        silent = not math.isfinite(float(found["input_i"]))
    except (ValueError, KeyError) as fault:
        raise ToolFailed("ffmpeg", 0, "it measured no loudness") from fault
    if silent:
        raise BadRequest("The media", media.path.suffix, "It is silent.")
    return found


def _numbers(text: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in json.loads(text).items() if _is_number(value)]


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _heard(media: Media) -> None:
    if media.facts.audio is None:
        raise BadRequest("The media", media.path.suffix, "It has no sound.")


def _even(audio: Stream, gain_db: float) -> Stream:
    even = audio.filter("aresample", 48000).filter("aformat", channel_layouts="stereo")
    return even.filter("volume", f"{gain_db:.2f}dB")


def _together(own: Stream, extra: Stream, *, duck: bool) -> Stream:
    if duck:
        pair = own.filter_multi_output("asplit", 2)
        own, key = pair[0], pair[1]
        extra = graphs.filter([extra, key], "sidechaincompress", **_DUCK)
    return graphs.filter([own, extra], "amix", inputs=2, duration="first", normalize=0)
