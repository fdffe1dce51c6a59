"""A process that renders clips: one JSON job a line on stdin, JSON reports on stdout.

It ends when stdin does, even in mid-clip: a parent that is killed leaves no worker behind.
"""

import errno
import os
import queue
import sys
import threading
from functools import lru_cache
from pathlib import Path
from typing import TextIO

import av.logging
import skia
from pydantic import BaseModel, ConfigDict

from vid_pipeline.errors import RenderError
from vid_pipeline.media.compositor import Compositor, picture
from vid_pipeline.media.encode import Encoder
from vid_pipeline.media.plan import Clip

_IMAGES = 12
_TELL_EVERY = 15
_PARENT_GONE = 3


class Job(BaseModel):
    """A clip to make, where its pictures are (by SHA-256), and the file to write."""

    model_config = ConfigDict(frozen=True)

    clip: Clip
    images: dict[str, Path]
    target: Path


class Report(BaseModel):
    """`frames` newly encoded; the last report of a job is `done` or says why it `failed`."""

    model_config = ConfigDict(frozen=True)

    frames: int = 0
    done: bool = False
    failed: str | None = None


def main(threads: int, lines: TextIO, out: TextIO) -> None:
    """Render every job that comes in, until `lines` ends."""
    av.logging.set_level(av.logging.ERROR)
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(lines, jobs), daemon=True).start()
    while True:
        _work(jobs.get(), threads, out)


def _read(lines: TextIO, jobs: "queue.SimpleQueue[Job]") -> None:
    for line in lines:
        jobs.put(Job.model_validate_json(line))
    os._exit(_PARENT_GONE)


def _work(job: Job, threads: int, out: TextIO) -> None:
    try:
        _render(job, threads, out)
    except OSError as fault:
        full = fault.errno in {errno.ENOSPC, errno.EDQUOT}
        reason = "The disk is full. Free some space, then retry." if full else str(fault)
        _tell(out, Report(failed=reason))
    except (RenderError, MemoryError, ValueError, RuntimeError) as fault:
        _tell(out, Report(failed=f"{fault}" or type(fault).__name__))
    else:
        _tell(out, Report(done=True))


def _render(job: Job, threads: int, out: TextIO) -> None:
    def image(name: str, opaque: bool) -> skia.Image:
        return _picture(job.images[name], opaque)

    clip, told = job.clip, 0
    compositor = Compositor(clip, image)
    with Encoder(job.target, clip.canvas, threads=threads) as encoder:
        for frame in range(clip.frames):
            encoder.write(compositor.pixels, compositor.advance(frame))
            if frame + 1 - told >= _TELL_EVERY:
                _tell(out, Report(frames=frame + 1 - told))
                told = frame + 1
    _tell(out, Report(frames=clip.frames - told))


@lru_cache(maxsize=_IMAGES)
def _picture(path: Path, opaque: bool) -> skia.Image:
    return picture(path, opaque=opaque)


def _tell(out: TextIO, report: Report) -> None:
    out.write(report.model_dump_json() + "\n")
    out.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.stdin, sys.stdout)
