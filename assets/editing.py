"""Step kinds that edit clips and sounds: cut, join, fit, mix, caption. Made of `media.editing`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import Field

from vid_pipeline.artifacts import Captions, MediaRef, Video
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import BadRequest
from vid_pipeline.footage import Clip, Sound, Still
from vid_pipeline.kinds import Retry, StepKind, StepParams
from vid_pipeline.media.editing import cutting, orders, picture
from vid_pipeline.media.editing import sound as sounds
from vid_pipeline.media.editing.job import Job, Media
from vid_pipeline.media.subtitles import srt
from vid_pipeline.ports import Sandbox, Store

_SUFFIXES = {".mp4": "video/mp4", ".wav": "audio/wav", ".m4a": "audio/mp4", ".jpg": "image/jpeg",
             ".png": "image/png"}  # fmt: skip


class ImportParams(StepParams):
    file: MediaRef = Field(description="A file of the artifact store.")


class AsClipParams(StepParams):
    """Nothing to set."""


class TrimParams(StepParams, orders.Trim):
    pass


class JoinParams(StepParams, orders.Join):
    pass


class SpeedParams(StepParams, orders.Speed):
    pass


class SilenceCutParams(StepParams, orders.SilenceCut):
    pass


class ResizeParams(StepParams, orders.Resize):
    pass


class OverlayParams(StepParams, orders.Overlay):
    pass


class BurnSubtitlesParams(StepParams, orders.BurnSubtitles):
    pass


class ThumbnailParams(StepParams, orders.Thumbnail):
    pass


class ExtractAudioParams(StepParams, orders.ExtractAudio):
    pass


class MixParams(StepParams, orders.Mix):
    pass


class LoudnessParams(StepParams, orders.Loudness):
    pass


def import_media(
    params: ImportParams, *, store: Store, sandbox: Sandbox, cancel: CancelToken
) -> Clip:
    """Take a video file of the store into a workflow, after a look at what it is."""
    with _opened(store, sandbox, cancel, params.file) as desk:
        return _clip_of(desk.media[0], params.file)


def import_sound(
    params: ImportParams, *, store: Store, sandbox: Sandbox, cancel: CancelToken
) -> Sound:
    """Take a sound file of the store into a workflow, after a look at what it is."""
    with _opened(store, sandbox, cancel, params.file) as desk:
        return _sound_of(desk.media[0], params.file)


def import_picture(
    params: ImportParams, *, store: Store, sandbox: Sandbox, cancel: CancelToken
) -> Still:
    """Take a picture of the store into a workflow, after a look at what it is."""
    with _opened(store, sandbox, cancel, params.file) as desk:
        return _still_of(desk.media[0], params.file)


def as_clip(params: AsClipParams, video: Video) -> Clip:
    """A rendered video as a clip, to be edited further."""
    return Clip(
        file=video.file,
        duration_s=video.duration_s,
        width_px=video.canvas.width_px,
        height_px=video.canvas.height_px,
        fps=video.canvas.fps,
        sound=True,
    )


def trim(
    params: TrimParams, clip: Clip, *, store: Store, sandbox: Sandbox, cancel: CancelToken
) -> Clip:
    """The part of a clip between two moments."""
    with _opened(store, sandbox, cancel, clip.file) as desk:
        return desk.clip(cutting.trim(desk.media[0], params, desk.job))


def join(
    params: JoinParams,
    clips: tuple[Clip, ...],
    *,
    store: Store,
    sandbox: Sandbox,
    cancel: CancelToken,
) -> Clip:
    """Clips one after the other, in the size and frame rate of the first."""
    with _opened(store, sandbox, cancel, *(clip.file for clip in clips)) as desk:
        return desk.clip(cutting.join(desk.media, params, desk.job))


def speed(
    params: SpeedParams, clip: Clip, *, store: Store, sandbox: Sandbox, cancel: CancelToken
) -> Clip:
    """A clip faster or slower, its pitch as it was."""
    with _opened(store, sandbox, cancel, clip.file) as desk:
        return desk.clip(cutting.speed(desk.media[0], params, desk.job))


def silence_cut(
    params: SilenceCutParams, clip: Clip, *, store: Store, sandbox: Sandbox, cancel: CancelToken
) -> Clip:
    """A clip without its long pauses."""
    with _opened(store, sandbox, cancel, clip.file) as desk:
        return desk.clip(cutting.silence_cut(desk.media[0], params, desk.job))


def resize(
    params: ResizeParams, clip: Clip, *, store: Store, sandbox: Sandbox, cancel: CancelToken
) -> Clip:
    """A clip in another shape, cropped or with bars."""
    with _opened(store, sandbox, cancel, clip.file) as desk:
        return desk.clip(picture.resize(desk.media[0], params, desk.job))


def overlay(
    params: OverlayParams,
    clip: Clip,
    still: Still,
    *,
    store: Store,
    sandbox: Sandbox,
    cancel: CancelToken,
) -> Clip:
    """A picture, such as a logo, laid over a clip."""
    with _opened(store, sandbox, cancel, clip.file, still.file) as desk:
        return desk.clip(picture.overlay(desk.media[0], desk.media[1], params, desk.job))


def burn_subtitles(
    params: BurnSubtitlesParams,
    clip: Clip,
    captions: Captions,
    *,
    store: Store,
    sandbox: Sandbox,
    cancel: CancelToken,
) -> Clip:
    """Captions drawn into a clip's pictures."""
    with _opened(store, sandbox, cancel, clip.file) as desk:
        text = srt(captions)
        return desk.clip(picture.burn_subtitles(desk.media[0], text, params, desk.job))


def thumbnail(
    params: ThumbnailParams, clip: Clip, *, store: Store, sandbox: Sandbox, cancel: CancelToken
) -> Still:
    """The frame of a moment of a clip."""
    with _opened(store, sandbox, cancel, clip.file) as desk:
        return desk.still(picture.thumbnail(desk.media[0], params, desk.job))


def extract_audio(
    params: ExtractAudioParams, clip: Clip, *, store: Store, sandbox: Sandbox, cancel: CancelToken
) -> Sound:
    """The sound of a clip."""
    with _opened(store, sandbox, cancel, clip.file) as desk:
        return desk.sound(sounds.extract_audio(desk.media[0], params, desk.job))


def mix(
    params: MixParams,
    clip: Clip,
    sound: Sound,
    *,
    store: Store,
    sandbox: Sandbox,
    cancel: CancelToken,
) -> Clip:
    """A clip with another sound beside its own."""
    with _opened(store, sandbox, cancel, clip.file, sound.file) as desk:
        return desk.clip(sounds.mix(desk.media[0], desk.media[1], params, desk.job))


def loudness(
    params: LoudnessParams, clip: Clip, *, store: Store, sandbox: Sandbox, cancel: CancelToken
) -> Clip:
    """A clip at a loudness."""
    with _opened(store, sandbox, cancel, clip.file) as desk:
        return desk.clip(sounds.loudness(desk.media[0], params, desk.job))


_ONCE_MORE = Retry(times=1)
EDITING = tuple(
    StepKind.of(kind, retry=_ONCE_MORE)
    for kind in (
        import_media,
        import_sound,
        import_picture,
        as_clip,
        trim,
        join,
        speed,
        silence_cut,
        resize,
        overlay,
        burn_subtitles,
        thumbnail,
        extract_audio,
        mix,
        loudness,
    )
)


@dataclass(frozen=True)
class _Desk:
    """The inputs, looked at, and where the result goes."""

    job: Job
    media: tuple[Media, ...]
    store: Store

    def clip(self, made: Media) -> Clip:
        return _clip_of(made, self._kept(made))

    def sound(self, made: Media) -> Sound:
        return _sound_of(made, self._kept(made))

    def still(self, made: Media) -> Still:
        return _still_of(made, self._kept(made))

    def _kept(self, made: Media) -> MediaRef:
        return self.store.put(made.path, _SUFFIXES[made.path.suffix])


@contextmanager
def _opened(
    store: Store, sandbox: Sandbox, cancel: CancelToken, *files: MediaRef
) -> Iterator[_Desk]:
    paths = [store.path(file) for file in files]
    roots = tuple(path.parent for path in paths)
    with TemporaryDirectory(prefix="edit-", dir=sandbox.path("edit").parent) as folder:
        job = Job(Path(folder), roots=roots, cancel=cancel)
        yield _Desk(job, tuple(job.admit(path) for path in paths), store)


def _clip_of(media: Media, file: MediaRef) -> Clip:
    seen = media.facts.picture
    if seen is None or not media.seconds:
        raise BadRequest("File", file.sha256[:12], "It is no video.")
    return Clip(
        file=file,
        duration_s=media.seconds,
        width_px=seen.width_px,
        height_px=seen.height_px,
        fps=seen.fps,
        sound=media.facts.audio is not None,
    )


def _sound_of(media: Media, file: MediaRef) -> Sound:
    if media.facts.audio is None or not media.seconds:
        raise BadRequest("File", file.sha256[:12], "It has no sound.")
    return Sound(file=file, duration_s=media.seconds)


def _still_of(media: Media, file: MediaRef) -> Still:
    seen = media.facts.picture
    if seen is None or not media.facts.still:
        raise BadRequest("File", file.sha256[:12], "It is no picture.")
    return Still(file=file, width_px=seen.width_px, height_px=seen.height_px)
