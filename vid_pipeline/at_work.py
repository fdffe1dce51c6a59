"""Which productions have a process on this machine: each holds a lock that ends with it.

Whoever starts or runs a production claims it; a claim that nobody holds any more is of a
production whose process was killed before it could say how it ended.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import UUID

from vid_pipeline.errors import StoreError
from vid_pipeline.settings import Settings
from vid_pipeline.store import locks

_TRIES = 100
_PAUSE_S = 0.02


def claim(settings: Settings, production_id: UUID) -> IO[str]:
    """A claim, held until the file is closed in every process that has it.

    Raises:
        StoreError: the home cannot be written to.
    """
    path = _path(settings, production_id)
    file = _opened(path)
    for _ in range(_TRIES):  # somebody may be looking at it, or just have cleared it up
        if locks.shared(file):
            if _is_at(path, file):
                break
            file.close()
            file = _opened(path)
        else:
            time.sleep(_PAUSE_S)
    return file


def _opened(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"Cannot write into {path.parent}: {error.strerror}.") from error


def _is_at(path: Path, file: IO[str]) -> bool:
    """Whether an open file is still the one that others find there."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def is_claimed(settings: Settings, production_id: UUID) -> bool:
    """Whether a living process holds a claim."""
    path = _path(settings, production_id)
    if not path.exists():
        return False
    with path.open("a", encoding="utf-8") as file:
        return not locks.exclusive(file)


def abandoned(settings: Settings) -> list[UUID]:
    """The productions whose claim nobody holds any more."""
    found = [_id_of(path) for path in _folder(settings).glob("*.lock")]
    return [key for key in found if key is not None and not is_claimed(settings, key)]


@contextmanager
def taken_over(settings: Settings, production_id: UUID) -> Iterator[bool]:
    """Whether an abandoned claim is ours to clear up; it is gone when the block ends well."""
    path = _path(settings, production_id)
    with path.open("a", encoding="utf-8") as file:
        ours = locks.exclusive(file)
        yield ours
        if ours:
            path.unlink(missing_ok=True)


def _folder(settings: Settings) -> Path:
    return settings.home.absolute() / "at-work"


def _path(settings: Settings, production_id: UUID) -> Path:
    return _folder(settings) / f"{production_id}.lock"


def _id_of(path: Path) -> UUID | None:
    try:
        return UUID(path.stem)
    except ValueError:
        return None
