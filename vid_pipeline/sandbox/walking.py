"""Walking through a folder by descriptors: what is renamed meanwhile leads nowhere else."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def walked(
    folder: int, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], os.stat_result]]:
    """Everything below a folder: its path from there, and what it is itself, not what it names."""
    for name in os.listdir(folder):
        with suppress(FileNotFoundError):
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            yield (*above, name), found
            if stat.S_ISDIR(found.st_mode):
                yield from _below(folder, (*above, name))


def _below(folder: int, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], os.stat_result]]:
    try:
        found = os.open(path[-1], _FOLDER, dir_fd=folder)
    except OSError:  # gone, or no folder any more
        return
    try:
        yield from walked(found, path)
    finally:
        os.close(found)
