"""What a look has read, on disk until it is kept: however many files are new, memory holds one."""

import os
import tempfile
import weakref
from dataclasses import dataclass, field
from pathlib import Path

from vid_pipeline.acts.briefs import Upload
from vid_pipeline.errors import BadSource

MOST_BYTES = 1_000_000_000


class Spool:
    """One nameless file in a folder; it is gone with the last of its documents."""

    def __init__(self, folder: Path | None = None, *, most_bytes: int = MOST_BYTES) -> None:
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  (the finalizer closes it)
        self._most_bytes, self._size_bytes = most_bytes, 0
        weakref.finalize(self, self._file.close)

    def put(self, name: str, data: bytes) -> "Spooled":
        """A document, written down.

        Raises:
            BadSource: there is too much for one look.
        """
        offset = self._size_bytes
        if offset + len(data) > self._most_bytes:
            raise BadSource(
                "What is watched",
                f"it holds more than {self._most_bytes / 1e6:.0f} MB that is new",
                "Move some of it away, and back when the rest was taken.",
            )
        self._file.write(data)
        self._file.flush()
        self._size_bytes += len(data)
        return Spooled(name, self, offset, len(data))

    def read(self, offset: int, size_bytes: int) -> bytes:
        """A part of it."""
        return os.pread(self._file.fileno(), size_bytes, offset)


@dataclass(frozen=True)
class Spooled:
    """A document that lies in a spool."""

    name: str
    spool: Spool = field(repr=False, compare=False)
    offset: int
    size_bytes: int

    @property
    def data(self) -> bytes:
        """Its bytes, read anew each time."""
        return self.spool.read(self.offset, self.size_bytes)

    def upload(self) -> Upload:
        """The document in memory."""
        return Upload(self.name, self.data)
