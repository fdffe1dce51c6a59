"""A folder on this machine: each production's is replaced whole."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from resources.targets.target import Parcel
from vid_pipeline.errors import NotDelivered, RenderError, UserError
from vid_pipeline.sandbox import beneath
from vid_pipeline.whole_folder import replaced

_MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class FolderTarget:
    """Fills `<root>/<path>/<production>`; `root` is the owner's, and nothing leads out of it."""

    name: str
    root: Path
    path: str

    def deliver(self, parcel: Parcel) -> str:
        """Put the files into a new folder, which takes the place of the one that is there."""
        with self._translated():
            place = self._made() / parcel.package.production
            with replaced(place) as fresh:
                for name, file in parcel.files.items():
                    shutil.copyfile(file, fresh / name)
        return str(place)

    def read(self, name: str) -> bytes | None:
        """A file at the top; None if there is none."""
        with self._translated():
            file = self._made() / name
            if file.is_symlink() or not file.exists():
                return None
            with file.open("rb") as source:
                return source.read(_MOST_BYTES)

    def write(self, name: str, data: bytes, mime: str) -> str:  # noqa: ARG002
        """Put a file at the top, whole, in place of the one that is there."""
        with self._translated():
            file = self._made() / name
            draft = file.with_name(f".{name}-{secrets.token_hex(4)}")
            try:
                draft.write_bytes(data)
                draft.replace(file)
            finally:
                draft.unlink(missing_ok=True)
        return str(file)

    def check(self) -> None:
        """Put a small file there and take it away again."""
        with self._translated():
            file = self._made() / f".vidp-test-{secrets.token_hex(4)}"
            file.write_bytes(b"test")
            file.unlink()

    def _made(self) -> Path:
        """The folder, made if it was not there; no part of it below `root` is a link."""
        self.root.mkdir(mode=0o755, parents=True, exist_ok=True)
        parts = Path(self.path).parts
        opened = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            with beneath.made_folder(opened, parts):
                return self.root.joinpath(*parts)
        finally:
            os.close(opened)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            remedy = "Free some space or ask the operator, then retry."
            raise NotDelivered(
                self.name, f"its folder cannot be written ({fault.strerror})", remedy
            ) from fault
        except (RenderError, UserError) as fault:
            raise NotDelivered(self.name, str(fault).rstrip("."), "Then retry.") from fault
