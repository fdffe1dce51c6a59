"""Clearing away folders that nobody has used for a while."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

_GOING = ".going-"


def sweep(home: Path, *, older_s: float, needed: Callable[[str], bool]) -> int:
    """Remove the folders in `home` that were last used `older_s` seconds ago or earlier.

    A folder is used when something in it is written, moved or deleted. `needed` is asked for each
    by its name, and keeps it. Returns how many were removed; nothing outside `home` is touched.
    """
    if not home.is_dir():
        return 0
    before = time.time() - older_s
    return sum(_removed(folder) for folder in _old(home, before) if not needed(folder.name))


def _old(home: Path, before: float) -> Iterator[Path]:
    for folder in sorted(home.iterdir()):
        with suppress(FileNotFoundError):
            if folder.is_symlink() or not folder.is_dir():
                continue
            if folder.name.startswith(_GOING) or _last_used(folder) <= before:
                yield folder


def _last_used(folder: Path) -> float:
    lock = folder / "lock"
    return max(path.lstat().st_mtime for path in (folder, lock) if os.path.lexists(path))


def _removed(folder: Path) -> bool:
    """Rename it first, so that whoever comes meanwhile starts a new one."""
    going = folder
    if not folder.name.startswith(_GOING):
        going = folder.with_name(f"{_GOING}{folder.name}")
        try:
            folder.rename(going)
        except OSError:
            return False
    shutil.rmtree(going, ignore_errors=True)
    return not going.exists()
