"""Ending a process with all it has started, so that nothing is left running."""

import os
from collections.abc import Iterable
from contextlib import suppress

import psutil


def members(leader: int) -> set[psutil.Process]:
    """A session leader, all below it, and all of its session, as they are now."""
    found = set()
    for process in psutil.process_iter():
        with suppress(OSError, psutil.Error):
            if os.getsid(process.pid) == leader:
                found.add(process)
    with suppress(psutil.NoSuchProcess):
        found.add(psutil.Process(leader))
    return found | below(leader)


def below(pid: int) -> set[psutil.Process]:
    """All that a process has started, and they in turn, as they are now."""
    with suppress(psutil.NoSuchProcess):
        return set(psutil.Process(pid).children(recursive=True))
    return set()


def kill(processes: Iterable[psutil.Process]) -> None:
    """End them at once; those that have ended are passed over."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
