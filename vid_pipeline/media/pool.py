"""Worker processes seen from outside: jobs in, finished files out, nothing left running."""

import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Self

from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import RenderError
from vid_pipeline.media.worker import Job, Report

_LOOK_S = 0.1
_WORKER = ("-m", "vid_pipeline.media.worker")
_LOG_BYTES = 2000


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
        self._workers = [_Worker(threads) for _ in range(count)]

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
        for worker in self._workers:
            thread = threading.Thread(target=worker.serve, args=(self._jobs, self._events))
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
        for worker in self._workers:
            worker.kill()
        for thread in self._threads:  # each ends with its process
            thread.join()
        for worker in self._workers:
            worker.close()


class _Worker:
    def __init__(self, threads: int) -> None:
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by kill
        self._process = subprocess.Popen(
            [sys.executable, *_WORKER, str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
        )

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
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):  # a dead worker is told from its silence, below
            self._process.stdin.write(job.model_dump_json().encode() + b"\n")
            self._process.stdin.flush()
        while line := self._process.stdout.readline():
            yield Report.model_validate_json(line)
        yield Report(
            failed=f"its worker ended with code {self._process.wait()}{self._last_words()}"
        )

    def _last_words(self) -> str:
        self._log.seek(0)
        lines = self._log.read()[-_LOG_BYTES:].decode(errors="replace").strip().splitlines()
        return f" ({lines[-1]})" if lines else ""

    def kill(self) -> None:
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        for stream in (self._process.stdin, self._process.stdout, self._log):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()
