"""Drawings, narration, music and captions into one MP4, doing again only what has changed."""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vid_pipeline.artifacts import Captions, Drawing, MediaRef, Music, Narration, Video
from vid_pipeline.cancel import CancelToken
from vid_pipeline.media import clips, mastering
from vid_pipeline.media.clips import Clips
from vid_pipeline.media.join import join
from vid_pipeline.media.plan import Piece, pieces
from vid_pipeline.ports import Store

_CLIPS_SHARE = 0.95
_LOOK_S = 0.1


class Master(Protocol):
    """Writes the finished sound: AAC in an .m4a of exactly `frames` frames."""

    def __call__(
        self,
        narration_wav: Path,
        music_wav: Path | None,
        target: Path,
        *,
        frames: int,
        fps: int,
        cancel: CancelToken | None = None,
    ) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What a render works with: the store, a folder for files in the making, who listens."""

    store: Store
    folder: Path
    master: Master
    progress: Callable[[float, str], None]
    cancel: CancelToken | None = None


def render(
    drawings: Sequence[Drawing],
    narration: Narration,
    music: Music | None,
    captions: Captions,
    desk: Desk,
) -> Video:
    """The finished video, put into the store.

    Raises:
        Cancelled: the token was set; finished clips are kept.
        RenderError: a drawing is missing, or a clip or the joined file is not as planned.
        ToolFailed: ffmpeg failed.
    """
    cut = pieces(drawings, narration, captions)
    with ThreadPoolExecutor(1, "mastering") as beside:
        stop = CancelToken()
        sound = beside.submit(_sound, narration, music, desk, stop)
        try:
            made = _clips(cut, drawings, desk)
            file = _joined(made, _waited(sound, desk), narration, drawings[0], desk)
        except BaseException:
            stop.request()  # else the error would wait for the sound
            raise
    return _video(file, cut, made, narration, drawings[0])


def _clips(cut: Sequence[Piece], drawings: Sequence[Drawing], desk: Desk) -> Clips:
    total, ready = sum(piece.clip.frames for piece in cut), 0

    def tell(frames: int) -> None:
        nonlocal ready
        ready += frames
        desk.progress(_CLIPS_SHARE * ready / total, f"{ready} of {total} frames")

    return clips.make(
        cut,
        _images(drawings, desk.store),
        store=desk.store,
        folder=desk.folder,
        frames=tell,
        cancel=desk.cancel,
    )


def _images(drawings: Sequence[Drawing], store: Store) -> dict[str, Path]:
    refs = {
        ref.sha256: ref
        for drawing in drawings
        for ref in (drawing.background, *(layer.image for layer in drawing.layers))
    }
    return {sha256: store.path(ref) for sha256, ref in refs.items()}


def _sound(narration: Narration, music: Music | None, desk: Desk, stop: CancelToken) -> MediaRef:
    """The mastered sound, from the store if the same was mastered before."""
    key = _sound_key(narration, music, desk.master)
    if (kept := desk.store.recall(key)) is not None:
        return kept
    target = desk.folder / "sound.m4a"
    try:
        desk.master(
            desk.store.path(narration.audio),
            None if music is None else desk.store.path(music.audio),
            target,
            frames=narration.frames,
            fps=narration.fps,
            cancel=stop,
        )
        ref = desk.store.put(target, "audio/mp4")
    finally:
        target.unlink(missing_ok=True)
    desk.store.keep(key, ref)
    return ref


def _waited(sound: "Future[MediaRef]", desk: Desk) -> MediaRef:
    while not wait([sound], timeout=_LOOK_S).done:
        if desk.cancel is not None:
            desk.cancel.check()
    return sound.result()


def _sound_key(narration: Narration, music: Music | None, master: Master) -> str:
    """The name of all that decides the finished sound's bytes."""
    parts = (
        narration.audio.sha256,
        None if music is None else music.audio.sha256,
        narration.frames,
        narration.fps,
        master.__module__,
        mastering.version(),
    )
    return f"sound-{hashlib.sha256(repr(parts).encode()).hexdigest()}"


def _joined(
    made: Clips,
    sound: MediaRef,
    narration: Narration,
    drawing: Drawing,
    desk: Desk,
) -> MediaRef:
    desk.progress(_CLIPS_SHARE, "joining")
    target = desk.folder / "video.mp4"
    try:
        join(
            [desk.store.path(ref) for ref in made.files],
            desk.store.path(sound),
            target,
            canvas=drawing.canvas,
            frames=narration.frames,
            cancel=desk.cancel,
        )
        return desk.store.put(target, "video/mp4")
    finally:
        target.unlink(missing_ok=True)


def _video(
    file: MediaRef, cut: Sequence[Piece], made: Clips, narration: Narration, drawing: Drawing
) -> Video:
    """A scene counts as rendered when a part of its body was; transitions count for none."""
    rendered = {
        piece.scene_ids[0]
        for index, piece in enumerate(cut)
        if index in made.rendered and len(piece.scene_ids) == 1
    }
    return Video(
        file=file,
        canvas=drawing.canvas,
        frames=narration.frames,
        scenes_rendered=len(rendered),
        scenes_reused=len(narration.scenes) - len(rendered),
    )
