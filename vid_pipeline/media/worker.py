"""Processes that render clips: each reads JSON jobs, one a line, and writes JSON reports.

One process loads the libraries and forks the workers, which share that memory. It forks before
any thread is started and before anything is drawn. A worker ends when its jobs do, even in
mid-clip, so a parent that is killed leaves none behind.
"""

import errno
import os
import queue
import sys
import threading
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import av.logging
import skia
from pydantic import BaseModel, ConfigDict

from vid_pipeline.errors import RenderError
from vid_pipeline.media.compositor import Compositor, picture
from vid_pipeline.media.encode import Encoder
from vid_pipeline.media.plan import Clip

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


def serve(threads: int, pipes: Sequence[tuple[int, int]]) -> None:
    """Fork a worker for each pair of pipes, jobs in and reports out; return when all have ended.

    One that ends before its jobs do is reported in its place.
    """
    reports = {_fork(threads, place, pipes): out for place, (_, out) in enumerate(pipes)}
    for jobs, _ in pipes:
        os.close(jobs)
    for _ in pipes:
        pid, status = os.wait()
        code = os.waitstatus_to_exitcode(status)
        with suppress(BrokenPipeError), os.fdopen(reports[pid], "w", encoding="utf-8") as out:
            if code != _PARENT_GONE:
                _tell(out, Report(failed=f"its worker ended with code {code}"))


def _fork(threads: int, place: int, pipes: Sequence[tuple[int, int]]) -> int:
    if (pid := os.fork()) != 0:
        return pid
    try:
        for ends in (*pipes[:place], *pipes[place + 1 :]):
            for end in ends:
                os.close(end)
        jobs, out = pipes[place]
        with (
            os.fdopen(jobs, encoding="utf-8") as lines,
            os.fdopen(out, "w", encoding="utf-8") as told,
        ):
            _main(threads, lines, told)
    except Exception:  # noqa: BLE001 -- this process's edge
        traceback.print_exc()
    finally:
        os._exit(1)


def _main(threads: int, lines: TextIO, out: TextIO) -> None:
    """Render every job that comes in; the process ends when `lines` does."""
    av.logging.set_level(av.logging.ERROR)
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(lines, jobs), daemon=True).start()
    pictures = _Pictures()
    while True:
        _work(jobs.get(), threads, pictures, out)


def _read(lines: TextIO, jobs: "queue.SimpleQueue[Job]") -> None:
    for line in lines:
        jobs.put(Job.model_validate_json(line))
    os._exit(_PARENT_GONE)


def _work(job: Job, threads: int, pictures: "_Pictures", out: TextIO) -> None:
    try:
        _render(job, threads, pictures, out)
    except OSError as fault:
        full = fault.errno in {errno.ENOSPC, errno.EDQUOT}
        reason = "The disk is full. Free some space, then retry." if full else str(fault)
        _tell(out, Report(failed=reason))
    except (RenderError, MemoryError, ValueError, RuntimeError) as fault:
        _tell(out, Report(failed=f"{fault}" or type(fault).__name__))
    else:
        _tell(out, Report(done=True))


def _render(job: Job, threads: int, pictures: "_Pictures", out: TextIO) -> None:
    pictures.now(job.images)
    clip, told = job.clip, 0
    compositor = Compositor(clip, pictures.picture)
    with Encoder(job.target, clip.canvas, threads=threads) as encoder:
        for frame in range(clip.frames):
            encoder.write(compositor.pixels, compositor.advance(frame))
            if frame + 1 - told >= _TELL_EVERY:
                _tell(out, Report(frames=frame + 1 - told))
                told = frame + 1
    _tell(out, Report(frames=clip.frames - told))


class _Pictures:
    """The decoded pictures of the job at hand; those that the next one shows too are kept."""

    def __init__(self) -> None:
        self._files: dict[str, Path] = {}
        self._kept: dict[tuple[str, bool], skia.Image] = {}

    def now(self, files: dict[str, Path]) -> None:
        self._files = files
        self._kept = {key: kept for key, kept in self._kept.items() if key[0] in files}

    def picture(self, name: str, opaque: bool) -> skia.Image:
        key = (name, opaque)
        if key not in self._kept:
            self._kept[key] = picture(self._files[name], opaque=opaque)
        return self._kept[key]


def _tell(out: TextIO, report: Report) -> None:
    out.write(report.model_dump_json() + "\n")
    out.flush()


if __name__ == "__main__":
    ends = [int(end) for end in sys.argv[2:]]
    serve(int(sys.argv[1]), list(zip(ends[::2], ends[1::2], strict=True)))
