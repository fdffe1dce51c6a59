"""What an attacker does beside a sandbox: each runs as a program of its own until it is ended.

flip FOLDER NAME A B     swap two entries for `NAME`, back and forth, as fast as it can
write HOME BYTES N       write N files of so many bytes into a sandbox, whatever is refused
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vid_pipeline.errors import OverLimit
from vid_pipeline.sandbox.folder import Folder, Quota

QUOTA = Quota(total_bytes=200_000, file_bytes=100_000, entries=12)


def flip(folder: str, name: str, one: str, other: str) -> None:
    """Give `name` to one and the other in turn; each keeps a name of its own beside it."""
    os.chdir(folder)
    while True:
        Path(one).rename(name)
        Path(name).rename(one)
        Path(other).rename(name)
        Path(name).rename(other)


def write(home: str, size: str, count: str) -> None:
    """Write files, each replaced by nobody; what is refused is left."""
    sandbox = Folder(Path(home), QUOTA)
    for number in range(int(count)):
        with suppress(OverLimit):
            sandbox.write(f"p{os.getpid()}/{number}.txt", b"x" * int(size))


@contextmanager
def beside(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """One of these as a running program, dead when the block ends."""
    with subprocess.Popen([sys.executable, "-m", "tests.attacks.planting", *arguments]) as program:
        try:
            yield program
        finally:
            program.kill()


if __name__ == "__main__":
    acts: dict[str, Callable[..., None]] = {"flip": flip, "write": write}
    acts[sys.argv[1]](*sys.argv[2:])
