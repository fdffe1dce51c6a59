"""The processes that a test has started."""

from contextlib import suppress

import psutil


class Started:
    """What this process has started since; servers of other tests are none of it."""

    def __init__(self) -> None:
        self._before = set(psutil.Process().children())

    def running(self) -> list[psutil.Process]:
        """The living ones, at any depth."""
        new = [child for child in psutil.Process().children() if child not in self._before]
        return [member for child in new for member in _family(child) if lives(member)]


def _family(child: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return [child, *child.children(recursive=True)]
    return []


def lives(process: psutil.Process) -> bool:
    """Whether it runs; one that has ended may stay in the list until somebody asks for its code."""
    with suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False
