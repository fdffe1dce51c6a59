"""Starting a program that the system stops when it wants too much memory, time or disk.

This file is also the program in between: it sets the limits of its own process and becomes the
other program. It imports nothing of ours and starts without site-packages, in about 10 ms.
"""

import os
import resource
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass


@dataclass(frozen=True)
class Limits:
    """The most that one program may take: address space, bytes of a file, processor seconds.

    macOS does not hold the first of them.
    """

    memory_bytes: int = 3_000_000_000
    file_bytes: int = 2_000_000_000
    cpu_s: int = 1800


def limited(command: Sequence[str], limits: Limits) -> list[str]:
    """A command that runs another one under limits; the process keeps its id."""
    numbers = [str(number) for number in astuple(limits)]
    return [sys.executable, "-I", "-S", __file__, *numbers, *command]


def apply(limits: Limits) -> None:
    """Set the limits of this process, for it and all it starts."""
    wanted = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_FSIZE: limits.file_bytes,
        resource.RLIMIT_CPU: limits.cpu_s,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        with suppress(ValueError, OSError):  # macOS refuses some; a lower one may hold already
            spare = kind == resource.RLIMIT_CPU  # at the harder one it is killed without a reason
            resource.setrlimit(kind, (most, most + spare))


def _become() -> None:
    memory, size, cpu, *command = sys.argv[1:]
    apply(Limits(int(memory), int(size), int(cpu)))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it, and what it becomes would
    os.execv(command[0], command)  # noqa: S606  the list is the caller's, and no shell is wanted


if __name__ == "__main__":
    _become()
