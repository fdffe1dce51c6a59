"""Worker processes seen from outside: jobs in, finished files out, nothing left running."""

import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Self

from vid_pipeline import programs_at_work
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import RenderError
from vid_pipeline.media.worker import Job, Report

_LOOK_S = 0.1
_SERVER = ("-m", "vid_pipeline.media.worker")
_LOG_BYTES = 2000
_END_S = 2.0


@dataclass(frozen=True)
class _Event:
    job: Job
    report: Report


class Workers:
    """Up to `count` worker processes with `threads` encoding threads each; use as a context."""

    def __init__(self, count: int, *, threads: int, cancel: CancelToken | None) -> None:
        self._cancel = cancel
        self._events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._server = _Server(count, threads=threads) if count else None

    def render(
        self, jobs: Sequence[Job], *, frames: Callable[[int], None], done: Callable[[Job], None]
    ) -> None:
        """Render all jobs; `frames` hears of encoded frames, `done` of each finished file.

        Raises:
            Cancelled: the token was set.
            RenderError: a clip failed, or its worker was killed.
        """
        for job in jobs:
            self._jobs.put(job)
        for worker in self._server.workers if self._server else ():
            thread = threading.Thread(
                target=worker.serve, args=(self._jobs, self._events), daemon=True
            )
            self._threads.append(thread)
            thread.start()
        left = len(jobs)
        while left:
            event = self._next()
            if event.report.failed is not None:
                raise RenderError(f"A clip could not be rendered: {event.report.failed}")
            if event.report.frames:
                frames(event.report.frames)
            if event.report.done:
                done(event.job)
                left -= 1

    def _next(self) -> _Event:
        while True:
            if self._cancel is not None:
                self._cancel.check()
            with suppress(queue.Empty):
                return self._events.get(timeout=_LOOK_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._server is None:
            return
        if kind is None:
            self._server.end()
        self._server.kill()
        for thread in self._threads:  # each ends with its process
            thread.join()
        self._server.close()


class _Server:
    """The process that forks the workers, and all of them as one group."""

    def __init__(self, count: int, *, threads: int) -> None:
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by close
        inward, outward = [os.pipe() for _ in range(count)], [os.pipe() for _ in range(count)]
        theirs = [
            end for jobs, out in zip(inward, outward, strict=True) for end in (jobs[0], out[1])
        ]
        self._process = programs_at_work.start(
            [sys.executable, *_SERVER, str(threads), *map(str, theirs)],
            pass_fds=theirs,
            log=self._log,
        )
        for end in theirs:
            os.close(end)
        self.workers = [
            _Worker(os.fdopen(jobs[1], "wb"), os.fdopen(out[0], "rb"), self.last_words)
            for jobs, out in zip(inward, outward, strict=True)
        ]

    def last_words(self) -> str:
        """The last line any of them wrote to the error stream, in brackets."""
        size = os.fstat(self._log.fileno()).st_size
        tail = os.pread(self._log.fileno(), _LOG_BYTES, max(0, size - _LOG_BYTES))
        lines = tail.decode(errors="replace").strip().splitlines()
        return f" ({lines[-1]})" if lines else ""

    def end(self) -> None:
        """Let the workers end by themselves: their memory and time are accounted for then."""
        for worker in self.workers:
            worker.finish()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_S)

    def kill(self) -> None:
        """End all of them now; harmless when they have ended."""
        programs_at_work.end(self._process)

    def close(self) -> None:
        for worker in self.workers:
            worker.close()
        self._log.close()


class _Worker:
    """The pipes to one worker; `last_words` tells what its error stream says."""

    def __init__(self, jobs: IO[bytes], out: IO[bytes], last_words: Callable[[], str]) -> None:
        self._in, self._out, self._last_words = jobs, out, last_words

    def serve(self, jobs: "queue.SimpleQueue[Job]", events: "queue.SimpleQueue[_Event]") -> None:
        """Feed the process jobs until there are none, and pass on what it reports."""
        while True:
            try:
                job = jobs.get_nowait()
            except queue.Empty:
                return
            for report in self._reports(job):
                events.put(_Event(job, report))
                if report.failed is not None:
                    return
                if report.done:
                    break

    def _reports(self, job: Job) -> Iterator[Report]:
        with suppress(BrokenPipeError):  # a dead worker is told from its silence, below
            self._in.write(job.model_dump_json().encode() + b"\n")
            self._in.flush()
        while line := self._out.readline():
            yield Report.model_validate_json(line)
        yield Report(failed=f"its worker ended{self._last_words()}")

    def finish(self) -> None:
        """No more jobs."""
        with suppress(BrokenPipeError):
            self._in.close()

    def close(self) -> None:
        for stream in (self._in, self._out):
            with suppress(BrokenPipeError):
                stream.close()
