"""An artifact store for tests: files in a folder, named by their content."""

import hashlib
from pathlib import Path

from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import StoreError


class FakeStore:
    """Keeps bytes in a folder, made on first use; derived names and texts in memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, MediaRef] = {}
        self._texts: dict[str, str] = {}

    def put(self, file: Path, mime: str) -> MediaRef:
        return self.put_bytes(file.read_bytes(), mime)

    def put_bytes(self, data: bytes, mime: str) -> MediaRef:
        sha256 = hashlib.sha256(data).hexdigest()
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / sha256).write_bytes(data)
        return MediaRef(sha256=sha256, mime=mime, size_bytes=len(data))

    def path(self, ref: MediaRef) -> Path:
        """A local file with these bytes."""
        file = self._folder / ref.sha256
        if not file.is_file():
            raise StoreError(f"The store has no bytes named {ref.sha256}.")
        if hashlib.sha256(file.read_bytes()).hexdigest() != ref.sha256:
            raise StoreError(f"The bytes named {ref.sha256} were damaged.")
        return file

    def recall(self, key: str) -> MediaRef | None:
        ref = self._kept.get(key)
        return ref if ref and (self._folder / ref.sha256).is_file() else None

    def keep(self, key: str, ref: MediaRef) -> None:
        self._kept[key] = ref

    def put_text(self, key: str, text: str) -> None:
        self._texts[key] = text

    def get_text(self, key: str) -> str:
        """The text kept under a path."""
        if key not in self._texts:
            raise StoreError(f"The store has no text {key!r}.")
        return self._texts[key]

    def exists(self, key: str) -> bool:
        return key in self._texts
