"""The content-addressed artifact store: bytes by their SHA-256, texts and derived files by key.

    blobs/ab/abcd…        bytes, named by what they are
    derived/<key's sha>   which bytes were made from all that the key names
    texts/<key>           small JSON, by a path

On `file://` a blob is read where it lies; from `s3://` it is fetched once into the cache folder.
Writes appear whole or not at all, whoever else writes the same.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlparse

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, S3Store

from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import BadRequest, StoreError

_CHUNK_BYTES = 1 << 20
_KEY = re.compile(r"[\w\[\]@=+-][\w.\[\]@=+-]*(/[\w\[\]@=+-][\w.\[\]@=+-]*)*")


class ObjectStore:
    """Fills the `Store` port; `url` is `file:///…` or `s3://bucket/prefix`."""

    def __init__(self, url: str, *, cache: Path) -> None:
        self._url = url
        self._cache = cache
        self._folder = Path(unquote(urlparse(url).path)) if url.startswith("file:") else None
        self._store: LocalStore | S3Store
        self._verified: set[tuple[str, int, int]] = set()
        with self._translated("open"):
            if self._folder is not None:
                self._store = LocalStore(self._folder, mkdir=True)
            else:
                self._store = S3Store.from_url(url)

    def put(self, file: Path, mime: str) -> MediaRef:
        """Keep a file's bytes; the file stays where it is."""
        with self._translated(f"keep {file.name} in"):
            sha, size = _digest(file)
            if not self._has(_blob(sha), size):
                obstore.put(self._store, _blob(sha), file)
        return MediaRef(sha256=sha, mime=mime, size_bytes=size)

    def put_bytes(self, data: bytes, mime: str) -> MediaRef:
        """Keep bytes."""
        sha = hashlib.sha256(data).hexdigest()
        with self._translated("keep bytes in"):
            if not self._has(_blob(sha), len(data)):
                obstore.put(self._store, _blob(sha), data)
        return MediaRef(sha256=sha, mime=mime, size_bytes=len(data))

    def path(self, ref: MediaRef) -> Path:
        """A local file with these bytes, to read only.

        Raises:
            StoreError: the store has no such bytes, or they do not match their name.
        """
        root = self._cache if self._folder is None else self._folder
        file = root / _blob(ref.sha256)
        with self._translated("read from"):
            if self._folder is None and not file.exists():
                self._fetch(ref, file)
            self._verify(ref, file)
        return file

    def recall(self, key: str) -> MediaRef | None:
        """What was kept under a key, if its bytes are still there."""
        text = self._read(_derived(key))
        if text is None:
            return None
        ref = MediaRef.model_validate_json(text)
        with self._translated("read from"):
            return ref if self._has(_blob(ref.sha256), ref.size_bytes) else None

    def keep(self, key: str, ref: MediaRef) -> None:
        """Remember a derived file under a key that names all it was made from."""
        self._write(_derived(key), ref.model_dump_json())

    def put_text(self, key: str, text: str) -> None:
        """Keep a text under a path such as `runs/1f/narrate.json`; a later one replaces it."""
        self._write(_text(key), text)

    def get_text(self, key: str) -> str:
        """The text kept under a path.

        Raises:
            StoreError: there is none.
        """
        text = self._read(_text(key))
        if text is None:
            raise StoreError(f"The artifact store at {self._place} has no {key!r}.")
        return text

    def exists(self, key: str) -> bool:
        """Whether a text is kept under a path."""
        with self._translated("read from"):
            return self._size(_text(key)) is not None

    @property
    def _place(self) -> str:
        return self._url if self._folder is None else str(self._folder)

    def _write(self, name: str, text: str) -> None:
        with self._translated("write to"):
            obstore.put(self._store, name, text.encode())

    def _read(self, name: str) -> str | None:
        with self._translated("read from"):
            try:
                return bytes(obstore.get(self._store, name).bytes()).decode()
            except (NotFoundError, FileNotFoundError):
                return None

    def _size(self, name: str) -> int | None:
        try:
            return int(obstore.head(self._store, name)["size"])
        except (NotFoundError, FileNotFoundError):
            return None

    def _has(self, name: str, size: int) -> bool:
        """Whether it is there in full; what is there in part is written again."""
        return self._size(name) == size

    def _fetch(self, ref: MediaRef, file: Path) -> None:
        """Bring a blob into the cache under a draft's name, then rename it."""
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        try:
            with draft.open("wb") as target:
                for chunk in obstore.get(self._store, _blob(ref.sha256)).stream(_CHUNK_BYTES):
                    target.write(chunk)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)

    def _verify(self, ref: MediaRef, file: Path) -> None:
        """Compare a file with its name: once, and again when it was touched."""
        found = file.stat()
        seen = (ref.sha256, found.st_size, found.st_mtime_ns)
        if seen in self._verified and found.st_size == ref.size_bytes:
            return
        if _digest(file) != (ref.sha256, ref.size_bytes):
            file.unlink()
            raise StoreError(
                f"The artifact {ref.sha256[:12]} in {self._place} was damaged, and is now removed. "
                "Run its step again."
            )
        self._verified.add(seen)

    @contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        """Turn what goes wrong outside into a line that names the store."""
        try:
            yield
        except (NotFoundError, FileNotFoundError) as error:
            raise StoreError(f"Cannot {doing} {self._place}: it is not there.") from error
        except (BaseError, OSError) as error:
            raise StoreError(f"Cannot {doing} {self._place}: {_reason(error)}.") from error


def _blob(sha: str) -> str:
    return f"blobs/{sha[:2]}/{sha}"


def _derived(key: str) -> str:
    sha = hashlib.sha256(key.encode()).hexdigest()
    return f"derived/{sha[:2]}/{sha}.json"


def _text(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise BadRequest("Artifact key", key, "Use names of letters, digits and _-.=+@[], with /.")
    return f"texts/{key}"


def _digest(file: Path) -> tuple[str, int]:
    """SHA-256 and size in bytes."""
    with file.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256")
        return digest.hexdigest(), os.fstat(source.fileno()).st_size


def _reason(error: Exception) -> str:
    """The cause in few words: the system's own, where it is in there."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = str(error)
    if "os error 28" in text:
        return "No space left on the disk"
    return text.strip().splitlines()[0].rstrip(".")
