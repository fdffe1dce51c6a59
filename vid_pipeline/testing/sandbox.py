"""A sandbox for tests: work space in a folder, the production's files in memory."""

import hashlib
import secrets
from collections.abc import Iterable
from pathlib import Path

from vid_pipeline.errors import BadRequest, NotFound, OverLimit
from vid_pipeline.ports import SandboxFile
from vid_pipeline.sandbox import names, types


class FakeSandbox:
    """Names and types are checked as in a real one; it holds `most_bytes`."""

    def __init__(self, work: Path, *, most_bytes: int = 100_000_000) -> None:
        self._work, self._most_bytes = work, most_bytes
        self._files: dict[str, bytes] = {}

    def path(self, name: str) -> Path:
        self._work.mkdir(parents=True, exist_ok=True)
        target = (self._work / name).resolve()
        if not target.is_relative_to(self._work.resolve()):
            raise BadRequest("File name", name, "It would leave the run's folder.")
        return target

    def files(self, folder: str = "") -> tuple[SandboxFile, ...]:
        parts = names.folder_parts(folder)
        found = [
            SandboxFile(name, len(data))
            for name, data in sorted(self._files.items())
            if tuple(name.split("/"))[: len(parts)] == parts
        ]
        if parts and not found:
            raise NotFound("file", folder, "List the folder to see what is there.")
        return tuple(found)

    def read(self, name: str, *, most_bytes: int) -> bytes:
        data = self._data(name)
        if len(data) > most_bytes:
            reason = f"it has more than the {most_bytes} bytes that can be read at once"
            raise OverLimit(f"File {name!r}", reason, "Read a smaller one.")
        return data

    def write(self, name: str, data: bytes | Iterable[bytes]) -> SandboxFile:
        whole = data if isinstance(data, bytes) else b"".join(data)
        kept = "/".join(names.parts(name))
        types.check(name, whole[: types.HEAD_BYTES])
        others = sum(len(one) for other, one in self._files.items() if other != kept)
        if others + len(whole) > self._most_bytes:
            reason = f"the folder may hold {self._most_bytes} bytes"
            raise OverLimit(f"File {name!r}", reason, "Delete what is not needed.")
        self._files[kept] = whole
        return SandboxFile(kept, len(whole))

    def take(self, file: Path, name: str) -> SandboxFile:
        if file.is_symlink() or not file.is_file():
            raise BadRequest("File", file.name, "Only a plain file can be kept.")
        return self.write(name, file.read_bytes())

    def lend(self, name: str, folder: Path) -> Path:
        data = self._data(name)
        draft = folder / f"draft-{secrets.token_hex(8)}"
        draft.write_bytes(data)
        return draft.rename(folder / f"{hashlib.sha256(data).hexdigest()}{Path(name).suffix}")

    def move(self, name: str, to: str) -> SandboxFile:
        data = self._data(name)
        new = "/".join(names.parts(to))
        if new in self._files:
            raise BadRequest("File name", to, "It is taken. Choose another, or delete it.")
        types.check(to, data[: types.HEAD_BYTES])
        del self._files["/".join(names.parts(name))]
        self._files[new] = data
        return SandboxFile(new, len(data))

    def delete(self, name: str) -> None:
        self._data(name)
        del self._files["/".join(names.parts(name))]

    def _data(self, name: str) -> bytes:
        kept = "/".join(names.parts(name))
        if kept not in self._files:
            raise NotFound("file", name, "List the folder to see what is there.")
        return self._files[kept]
