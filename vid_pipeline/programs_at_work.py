"""Programs that steps start: each leads a process group of its own, and none outlives its run."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from vid_pipeline import process_tree

_STARTED: set["subprocess.Popen[bytes]"] = set()
_LOCK = threading.Lock()
_END_S = 0.5


def start(
    command: Sequence[str],
    *,
    log: int | IO[bytes] | IO[str],
    stdin: int = subprocess.DEVNULL,
    stdout: int | IO[bytes] | IO[str] | None = None,
    pass_fds: Iterable[int] = (),
    cwd: Path | None = None,
) -> "subprocess.Popen[bytes]":
    """A running program, known until `end`; its errors go to `log`, its output too unless told."""
    with _LOCK:  # so that `end_all` misses none
        process = subprocess.Popen(
            command,
            stdin=stdin,
            stdout=log if stdout is None else stdout,
            stderr=log,
            bufsize=0,
            pass_fds=tuple(pass_fds),
            start_new_session=True,
            cwd=cwd,
        )
        _STARTED.add(process)
    return process


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a program and all it has started, now; harmless when they have ended."""
    _kill(process)
    process.wait()
    with _LOCK:
        _STARTED.discard(process)


def end_all() -> None:
    """End every program that steps of this process have started, whoever waits for it."""
    with _LOCK:
        left = tuple(_STARTED)
    for process in left:
        _kill(process)
    for process in left:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_S)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    below = process_tree.below(process.pid)  # some may have left the group
    with suppress(ProcessLookupError, PermissionError):  # macOS: all of it are zombies
        os.killpg(process.pid, signal.SIGKILL)
    process_tree.kill(below)
