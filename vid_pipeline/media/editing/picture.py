"""Edits of what is seen: fit, overlay, subtitles, stills, waveform."""

import hashlib

from vid_pipeline.errors import BadRequest
from vid_pipeline.media.chromium import FONTS
from vid_pipeline.media.editing.job import PICTURES, SOUND, Job, Media, Stream
from vid_pipeline.media.editing.orders import (
    BurnSubtitles,
    Frames,
    Overlay,
    Resize,
    Thumbnail,
    Waveform,
)

_STILL = {"frames:v": 1, "q:v": 3, "update": 1}


def resize(clip: Media, order: Resize, job: Job) -> Media:
    """A clip in another shape: filled and cropped, or whole with bars."""
    _seen(clip)
    width, height = order.size_px
    opened = job.opened(clip)
    how = "increase" if order.how == "crop" else "decrease"
    video = opened.video.filter("scale", width, height, force_original_aspect_ratio=how)
    if order.how == "crop":
        video = video.filter(
            "crop", width, height, f"(iw-ow)*{order.across:.4f}", f"(ih-oh)*{order.down:.4f}"
        )
    else:
        video = video.filter("pad", width, height, "(ow-iw)/2", "(oh-ih)/2")
    return _video(clip, video.filter("setsar", 1), opened, job)


def overlay(clip: Media, top: Media, order: Overlay, job: Job) -> Media:
    """A picture or clip laid over a clip.

    Raises:
        BadRequest: it would end before it starts, or one of the two has no pictures.
    """
    _seen(clip)
    _seen(top)
    end_s = clip.seconds if order.end_s is None else order.end_s
    if end_s <= order.start_s:
        raise BadRequest("end_s", end_s, "It must come after start_s, and within the clip.")
    assert clip.facts.picture is not None
    opened = job.opened(clip)
    width = max(2, round(clip.facts.picture.width_px * order.width / 2) * 2)
    laid = job.opened(top).video.filter("scale", width, -2).filter("format", "rgba")
    laid = laid.filter("colorchannelmixer", aa=f"{order.opacity:.3f}")
    video = opened.video.overlay(
        laid,
        x=f"(W-w)*{order.across:.4f}",
        y=f"(H-h)*{order.down:.4f}",
        enable=f"between(t,{order.start_s:.3f},{end_s:.3f})",
        eof_action="repeat" if top.facts.still else "pass",
    )
    return _video(clip, video, opened, job)


def burn_subtitles(clip: Media, subtitles: str, order: BurnSubtitles, job: Job) -> Media:
    """A clip with subtitles (SubRip, WebVTT or ASS text) drawn into its pictures.

    Only the words and their times are used: marks that style a text are taken out.

    Raises:
        BadSource: the text holds no subtitles.
        OverLimit: more than 5000 cues, or 500 characters in one.
        RenderError: there is no font for some of its letters.
    """
    from vid_pipeline.media.editing import lettered  # noqa: PLC0415  (pysubs2 reads many formats)

    _seen(clip)
    assert clip.facts.picture is not None
    body = lettered.script(
        subtitles, clip.facts.picture.width_px, clip.facts.picture.height_px, order
    )
    name = f"{hashlib.sha256(body.encode()).hexdigest()}.ass"
    (job.folder / name).write_text(body, encoding="utf-8")
    fonts = job.folder / "fonts"
    if not fonts.exists():
        fonts.symlink_to(FONTS)  # a filter takes no path of ours: it may hold any character
    opened = job.opened(clip)
    video = opened.video.filter("ass", filename=name, fontsdir="fonts")
    return _video(clip, video, opened, job)


def thumbnail(clip: Media, order: Thumbnail, job: Job) -> Media:
    """The frame of a moment, as JPEG.

    Raises:
        BadRequest: the clip ends before it.
    """
    _seen(clip)
    if order.at_s and order.at_s >= clip.seconds:
        raise BadRequest("at_s", order.at_s, f"It is {clip.seconds:.2f} s long.")
    video = job.opened(clip, ss=order.at_s).video.filter("scale", order.width_px, -2)
    return job.make(".jpg", [video.filter("format", "yuvj420p")], _STILL)


def frames(clip: Media, order: Frames, job: Job) -> tuple[Media, ...]:
    """Frames evenly spaced over a clip, as JPEG, in order."""
    _seen(clip)
    rate = order.count / max(clip.seconds, 0.04)
    video = job.opened(clip).video.filter("fps", f"{rate:.6f}", round="up")
    video = video.filter("scale", order.width_px, -2).filter("format", "yuvj420p")
    job.run("frame-%03d.jpg", [video], {"frames:v": order.count, "q:v": 3})
    return tuple(job.made(path) for path in sorted(job.folder.glob("frame-*.jpg")))


def waveform(media: Media, order: Waveform, job: Job) -> Media:
    """A picture of a sound's course, PNG on nothing.

    Raises:
        BadRequest: it has no sound.
    """
    if media.facts.audio is None:
        raise BadRequest("The media", media.path.suffix, "It has no sound.")
    size, colour = f"{order.width_px}x{order.height_px}", f"0x{order.colour[1:]}"
    drawn = job.opened(media).audio.filter("aformat", channel_layouts="mono")
    drawn = drawn.filter("showwavespic", s=size, colors=colour)
    return job.make(".png", [drawn], {"frames:v": 1, "update": 1})


def _seen(media: Media) -> None:
    if media.facts.picture is None:
        raise BadRequest("The media", media.path.suffix, "It has no pictures.")


def _video(clip: Media, video: Stream, opened: Stream, job: Job) -> Media:
    streams = [video, *([opened.audio] if clip.facts.audio else [])]
    return job.make(".mp4", streams, {**PICTURES, **SOUND})
