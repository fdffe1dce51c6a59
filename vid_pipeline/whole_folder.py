"""A folder that is written as a whole: others see the old one or the new one, never a part."""

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vid_pipeline.errors import RenderError

_HERE = -100  # AT_FDCWD
_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2), RENAME_SWAP of renamex_np(2)


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """An empty folder to write into, which takes `folder`'s place when the block ends well.

    Raises:
        RenderError: the disk is full, or the place cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:
            fresh = Path(beside, folder.name)
            fresh.mkdir()
            yield fresh
            _swap(fresh, folder)
    except OSError as fault:
        raise RenderError(
            f"{folder} could not be written: {fault.strerror}. Free some space or choose another "
            "folder, then resume."
        ) from fault


def _swap(fresh: Path, folder: Path) -> None:
    if not folder.exists():
        fresh.rename(folder)
    elif not _exchanged(fresh, folder):
        old = fresh.with_name(f"{folder.name}.old")
        folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old)


def _exchanged(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where the system or the file system cannot."""
    libc = ctypes.CDLL(None)
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        return bool(libc.renamex_np(*names, _EXCHANGE) == 0)
    exchange = getattr(libc, "renameat2", None)
    return exchange is not None and bool(exchange(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0)
