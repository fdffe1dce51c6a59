"""File locks that end with the process that holds them, however it ends."""

import fcntl
from pathlib import Path
from typing import IO


def exclusive(file: IO[str]) -> bool:
    """Take the lock alone, if nobody holds it."""
    return _taken(file, fcntl.LOCK_EX)


def shared(file: IO[str]) -> bool:
    """Take the lock beside others, if nobody holds it alone."""
    return _taken(file, fcntl.LOCK_SH)


def release(file: IO[str]) -> None:
    fcntl.flock(file, fcntl.LOCK_UN)


def is_held(path: Path) -> bool:
    """Whether some process holds the lock alone; looks without keeping it."""
    with path.open("a", encoding="utf-8") as file:
        return not shared(file)


def _taken(file: IO[str], how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
