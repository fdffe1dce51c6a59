"""A store for tests: files in a folder, named by their content."""

import hashlib
from pathlib import Path

from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import StoreError


class FakeStore:
    """Keeps bytes in a folder and derived names in memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, MediaRef] = {}

    def put(self, file: Path, mime: str) -> MediaRef:
        return self.put_bytes(file.read_bytes(), mime)

    def put_bytes(self, data: bytes, mime: str) -> MediaRef:
        sha256 = hashlib.sha256(data).hexdigest()
        (self._folder / sha256).write_bytes(data)
        return MediaRef(sha256=sha256, mime=mime, size_bytes=len(data))

    def path(self, ref: MediaRef) -> Path:
        """A local file with these bytes."""
        file = self._folder / ref.sha256
        if not file.is_file():
            raise StoreError(f"The store has no bytes named {ref.sha256}.")
        return file

    def recall(self, key: str) -> MediaRef | None:
        return self._kept.get(key)

    def keep(self, key: str, ref: MediaRef) -> None:
        self._kept[key] = ref
