"""What a piece of work costs: wall and CPU seconds of the whole process tree, peak memory."""

import resource
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

import psutil

_SAMPLE_S = 0.25
_MB = 1 << 20


class Meter:
    """Measures what this process and all it starts do while the block runs."""

    def __init__(self) -> None:
        self.wall_s = self.cpu_s = self.peak_mb = 0.0
        self._done = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._cpu_s, self._began_s = _cpu_s(), time.perf_counter()
        self._sampler.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None
    ) -> None:
        self.wall_s = time.perf_counter() - self._began_s
        self.cpu_s = _cpu_s() - self._cpu_s
        self._done.set()
        self._sampler.join()

    def _sample(self) -> None:
        while not self._done.wait(_SAMPLE_S):
            self.peak_mb = max(self.peak_mb, _memory_mb())


def _cpu_s() -> float:
    """User and system seconds: ours, of children that ended, of all those that still run."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    ended = sum(usage.ru_utime + usage.ru_stime for usage in spent)
    running = 0.0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            running += times.user + times.system + times.children_user + times.children_system
    return ended + running


def _memory_mb() -> float:
    """Proportional set size of the tree: shared pages count once."""
    own = psutil.Process()
    total = 0
    for process in [own, *own.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            total += process.memory_full_info().pss
    return total / _MB
