"""Tools that edit media of a production: each a typed order that `media.editing` carries out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import Field

from assets.tools.files import MOST_NAME, FileName
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import BadRequest
from vid_pipeline.media.editing import cutting, orders, picture
from vid_pipeline.media.editing import sound as sounds
from vid_pipeline.media.editing.job import Job, Media
from vid_pipeline.ports import Sandbox
from vid_pipeline.tools import Tool, ToolInput, ToolOutput

_SUBTITLES_BYTES = 2_000_000
_MOST_CLIPS = 20


class _Edit(ToolInput):
    file: FileName
    to: FileName = Field(description="The name that the result gets.")


class Probe(ToolInput):
    file: FileName


class TrimEdit(_Edit, orders.Trim):
    pass


class JoinEdit(ToolInput, orders.Join):
    files: tuple[FileName, ...] = Field(min_length=2, max_length=_MOST_CLIPS)
    to: FileName


class SpeedEdit(_Edit, orders.Speed):
    pass


class SilenceCutEdit(_Edit, orders.SilenceCut):
    pass


class ResizeEdit(_Edit, orders.Resize):
    pass


class OverlayEdit(_Edit, orders.Overlay):
    top: FileName = Field(description="The picture or clip that is laid over it.")


class BurnSubtitlesEdit(_Edit, orders.BurnSubtitles):
    subtitles: FileName = Field(description="An SRT or WebVTT file of this production.")


class ThumbnailEdit(_Edit, orders.Thumbnail):
    pass


class FramesEdit(ToolInput, orders.Frames):
    file: FileName
    to: FileName = Field(description="Folder of the results: `01.jpg`, `02.jpg` and so on.")


class WaveformEdit(_Edit, orders.Waveform):
    pass


class ExtractAudioEdit(_Edit, orders.ExtractAudio):
    pass


class MixEdit(_Edit, orders.Mix):
    added: FileName = Field(description="The sound, or the clip whose sound is added.")


class LoudnessEdit(_Edit, orders.Loudness):
    pass


class MediaFile(ToolOutput):
    """A media file: None where it has no pictures or no sound; a still lasts 0 s."""

    name: str = Field(max_length=MOST_NAME)
    size_bytes: int = Field(ge=0)
    duration_s: float = Field(ge=0)
    width_px: int | None = Field(gt=0)
    height_px: int | None = Field(gt=0)
    fps: float | None = Field(ge=0)
    video_codec: str | None = Field(max_length=64)
    audio_codec: str | None = Field(max_length=64)


class MediaFiles(ToolOutput):
    files: tuple[MediaFile, ...] = Field(max_length=30)


def edit_probe(ask: Probe, *, sandbox: Sandbox, cancel: CancelToken) -> MediaFile:
    """What a media file is: length, size, frame rate, codecs."""
    with _opened(sandbox, cancel, ask.file) as (_, media):
        return _told(ask.file, media[0])


def edit_trim(ask: TrimEdit, *, sandbox: Sandbox, cancel: CancelToken) -> MediaFile:
    """Cut a clip (to MP4) or a sound (to WAV) down to the part between two moments."""
    with _opened(sandbox, cancel, ask.file) as (job, media):
        return _kept(cutting.trim(media[0], ask, job), ask.to, sandbox)


def edit_join(ask: JoinEdit, *, sandbox: Sandbox, cancel: CancelToken) -> MediaFile:
    """Put clips one after the other into one MP4, in the size and frame rate of the first."""
    with _opened(sandbox, cancel, *ask.files) as (job, media):
        return _kept(cutting.join(media, ask, job), ask.to, sandbox)


def edit_speed(ask: SpeedEdit, *, sandbox: Sandbox, cancel: CancelToken) -> MediaFile:
    """Make a clip (to MP4) or a sound (to WAV) faster or slower; its pitch stays."""
    with _opened(sandbox, cancel, ask.file) as (job, media):
        return _kept(cutting.speed(media[0], ask, job), ask.to, sandbox)


def edit_silence_cut(ask: SilenceCutEdit, *, sandbox: Sandbox, cancel: CancelToken) -> MediaFile:
    """Cut the long pauses out of a clip (to MP4) or a sound (to WAV)."""
    with _opened(sandbox, cancel, ask.file) as (job, media):
        return _kept(cutting.silence_cut(media[0], ask, job), ask.to, sandbox)


def edit_resize(ask: ResizeEdit, *, sandbox: Sandbox, cancel: CancelToken) -> MediaFile:
    """Bring a clip into another shape and size (MP4), cropped or with bars."""
    with _opened(sandbox, cancel, ask.file) as (job, media):
        return _kept(picture.resize(media[0], ask, job), ask.to, sandbox)


def edit_overlay(ask: OverlayEdit, *, sandbox: Sandbox, cancel: CancelToken) -> MediaFile:
    """Lay a picture or a clip over a clip (MP4)."""
    with _opened(sandbox, cancel, ask.file, ask.top) as (job, media):
        return _kept(picture.overlay(media[0], media[1], ask, job), ask.to, sandbox)


def edit_burn_subtitles(
    ask: BurnSubtitlesEdit, *, sandbox: Sandbox, cancel: CancelToken
) -> MediaFile:
    """Draw the subtitles of an SRT or WebVTT file into a clip's pictures (MP4)."""
    text = sandbox.read(ask.subtitles, most_bytes=_SUBTITLES_BYTES).decode(errors="replace")
    with _opened(sandbox, cancel, ask.file) as (job, media):
        return _kept(picture.burn_subtitles(media[0], text, ask, job), ask.to, sandbox)


def edit_thumbnail(ask: ThumbnailEdit, *, sandbox: Sandbox, cancel: CancelToken) -> MediaFile:
    """Keep the frame of a moment of a clip as a JPEG."""
    with _opened(sandbox, cancel, ask.file) as (job, media):
        return _kept(picture.thumbnail(media[0], ask, job), ask.to, sandbox)


def edit_frames(ask: FramesEdit, *, sandbox: Sandbox, cancel: CancelToken) -> MediaFiles:
    """Keep frames of a clip, evenly spaced, as JPEGs in a folder."""
    with _opened(sandbox, cancel, ask.file) as (job, media):
        made = picture.frames(media[0], ask, job)
        files = (
            _kept(one, f"{ask.to}/{number:02}.jpg", sandbox)
            for number, one in enumerate(made, start=1)
        )
        return MediaFiles(files=tuple(files))


def edit_waveform(ask: WaveformEdit, *, sandbox: Sandbox, cancel: CancelToken) -> MediaFile:
    """Draw the course of a sound as a PNG."""
    with _opened(sandbox, cancel, ask.file) as (job, media):
        return _kept(picture.waveform(media[0], ask, job), ask.to, sandbox)


def edit_extract_audio(
    ask: ExtractAudioEdit, *, sandbox: Sandbox, cancel: CancelToken
) -> MediaFile:
    """Take the sound out of a clip, as WAV or M4A."""
    with _opened(sandbox, cancel, ask.file) as (job, media):
        return _kept(sounds.extract_audio(media[0], ask, job), ask.to, sandbox)


def edit_mix(ask: MixEdit, *, sandbox: Sandbox, cancel: CancelToken) -> MediaFile:
    """Add a sound to a clip (MP4) or to another sound (WAV), which keeps its length."""
    with _opened(sandbox, cancel, ask.file, ask.added) as (job, media):
        return _kept(sounds.mix(media[0], media[1], ask, job), ask.to, sandbox)


def edit_loudness(ask: LoudnessEdit, *, sandbox: Sandbox, cancel: CancelToken) -> MediaFile:
    """Bring a clip (to MP4) or a sound (to WAV) to a loudness, measured first."""
    with _opened(sandbox, cancel, ask.file) as (job, media):
        return _kept(sounds.loudness(media[0], ask, job), ask.to, sandbox)


FFMPEG = (
    Tool.of(edit_probe),
    *(
        Tool.of(edit, effect="keeps")
        for edit in (
            edit_trim,
            edit_join,
            edit_speed,
            edit_silence_cut,
            edit_resize,
            edit_overlay,
            edit_burn_subtitles,
            edit_thumbnail,
            edit_frames,
            edit_waveform,
            edit_extract_audio,
            edit_mix,
            edit_loudness,
        )
    ),
)


@contextmanager
def _opened(
    sandbox: Sandbox, cancel: CancelToken, *files: str
) -> Iterator[tuple[Job, tuple[Media, ...]]]:
    """Copies of some files, looked at, in a folder where ffmpeg works on them."""
    with TemporaryDirectory(prefix="edit-", dir=sandbox.path("edit").parent) as place:
        folder = Path(place)
        job = Job(folder, cancel=cancel)
        yield job, tuple(job.admit(sandbox.lend(file, folder)) for file in files)


def _kept(made: Media, name: str, sandbox: Sandbox) -> MediaFile:
    try:
        sandbox.take(made.path, name)
    except BadRequest as fault:
        remedy = f"{fault.remedy} The result is a {made.path.suffix} file."
        raise BadRequest(fault.what, fault.value, remedy) from fault
    return _told(name, made)


def _told(name: str, media: Media) -> MediaFile:
    seen, heard = media.facts.picture, media.facts.audio
    return MediaFile(
        name=name,
        size_bytes=media.facts.size_bytes,
        duration_s=round(media.seconds, 3),
        width_px=seen.width_px if seen else None,
        height_px=seen.height_px if seen else None,
        fps=seen.fps if seen and not media.facts.still else None,
        video_codec=seen.codec if seen else None,
        audio_codec=heard.codec if heard else None,
    )
