"""The clips of a video, from the store where they are there, rendered where they are not."""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import skia

from vid_pipeline.artifacts import MediaRef
from vid_pipeline.cancel import CancelToken
from vid_pipeline.media import code, encode
from vid_pipeline.media.lettering import FONTS
from vid_pipeline.media.plan import Clip, Piece
from vid_pipeline.media.pool import Workers
from vid_pipeline.media.worker import Job
from vid_pipeline.ports import Store

# One thread each, whatever the number of workers: x264 writes other bytes with other threads.
THREADS = 1


@dataclass(frozen=True)
class Clips:
    """A video's clips in order, and the positions of those that were rendered just now."""

    files: tuple[MediaRef, ...]
    rendered: frozenset[int]


def key(clip: Clip) -> str:
    """The name of all that decides a clip's bytes."""
    return "clip-" + hashlib.sha256((_engine() + clip.model_dump_json()).encode()).hexdigest()


def make(
    pieces: Sequence[Piece],
    images: Mapping[str, Path],
    *,
    store: Store,
    folder: Path,
    frames: Callable[[int], None],
    cancel: CancelToken | None,
    workers: int | None = None,
) -> Clips:
    """Every piece's clip, kept in the store; `folder` holds files while they are written.

    `images` are the pictures by SHA-256; `frames` hears how many frames are ready, as they come.

    Raises:
        Cancelled: the token was set; clips finished by then are kept.
        RenderError: a clip could not be rendered.
    """
    files: dict[int, MediaRef] = {}
    missing: dict[Path, int] = {}
    for index, piece in enumerate(pieces):
        kept = store.recall(key(piece.clip))
        if kept is None:
            missing[folder / f"clip-{index:03}.mp4"] = index
        else:
            files[index] = kept
            frames(piece.clip.frames)

    def done(job: Job) -> None:
        files[missing[job.target]] = _keep(store, key(job.clip), job.target)

    jobs = [_job(pieces[index].clip, images, target) for target, index in missing.items()]
    jobs.sort(key=lambda job: -job.clip.frames)  # the longest first: no worker ends up alone
    count = min(len(jobs), workers or os.cpu_count() or 1)
    try:
        with Workers(count, threads=THREADS, cancel=cancel) as pool:
            pool.render(jobs, frames=frames, done=done)
    finally:
        for target in missing:
            target.unlink(missing_ok=True)
    return Clips(tuple(files[index] for index in range(len(pieces))), frozenset(missing.values()))


def _job(clip: Clip, images: Mapping[str, Path], target: Path) -> Job:
    return Job(clip=clip, images={name: images[name] for name in clip.images}, target=target)


def _keep(store: Store, name: str, file: Path) -> MediaRef:
    ref = store.put(file, "video/mp4")
    store.keep(name, ref)
    return ref


@cache
def _engine() -> str:
    """What draws and encodes: our own code, the fonts, the libraries, the encoder's settings."""
    digest = hashlib.sha256(code.digest("compositor", "encode").encode())
    for file in sorted(FONTS.glob("*.?tf")):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    libraries = (skia.__version__, av.__version__, sorted(av.library_versions.items()))
    return f"{digest.hexdigest()} {libraries} {encode.PRESET} {encode.CRF} {encode.X264} {THREADS}"
