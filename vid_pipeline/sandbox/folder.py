"""A production's own files: every name looked up beneath one folder, every byte within a quota.

    files/    what has a name
    drafts/   what is being written; each is locked by its writer, or nobody's and removed
    lock      held while the sizes are summed up and something changes

A write appears whole under its name or not at all. The quota holds whoever writes beside: threads,
processes, and drafts that are not finished count too.
"""

import errno
import fcntl
import hashlib
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from vid_pipeline.errors import BadRequest, NotFound, OverLimit, StoreError
from vid_pipeline.ports import SandboxFile
from vid_pipeline.sandbox import beneath, names, types
from vid_pipeline.sandbox.walking import walked

_CHUNK_BYTES = 4 << 20
_HERE = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
_PLAIN = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class Quota:
    """The most that a folder may hold: bytes in all, bytes a file, files and folders together."""

    total_bytes: int = 2_000_000_000
    file_bytes: int = 1_000_000_000
    entries: int = 1000


@dataclass(frozen=True)
class _Draft:
    """A file that has no name yet."""

    fd: int
    name: str


class Folder:
    """One sandbox below `home`, made on first use.

    Names are checked by `names`, contents by `types`. What is no regular file with one name is
    neither listed nor opened, whoever put it there. `one_call` chooses how names are looked up:
    by openat2 where the system has it if None.
    """

    def __init__(self, home: Path, quota: Quota = Quota(), *, one_call: bool | None = None) -> None:
        self._home, self._quota, self._one_call = home, quota, one_call

    def files(self, folder: str = "") -> tuple[SandboxFile, ...]:
        """The files in a folder and below it, by name.

        Raises:
            NotFound: there is no such folder.
            BadRequest: the name cannot be one.
        """
        parts = names.folder_parts(folder)
        with self._root() as root, beneath.folder(root, parts, one_call=self._one_call) as fd:
            found = [
                SandboxFile("/".join((*parts, *path)), entry.st_size)
                for path, entry in walked(fd)
                if beneath.is_plain(entry)
            ]
        return tuple(sorted(found, key=lambda file: file.name))

    def read(self, name: str, *, most_bytes: int) -> bytes:
        """A file's bytes.

        Raises:
            NotFound: there is none.
            BadRequest: it is no plain file, or the name cannot be one.
            OverLimit: it has more than `most_bytes`.
        """
        with self._opened(name) as fd:
            data = b"".join(_chunks(fd, most_bytes + 1))
        if len(data) > most_bytes:
            reason = f"it has more than the {most_bytes} bytes that can be read at once"
            raise OverLimit(f"File {name!r}", reason, "Read a smaller one.")
        return data

    def write(self, name: str, data: bytes | Iterable[bytes]) -> SandboxFile:
        """Keep bytes under a name; a file of that name is replaced.

        Raises:
            BadRequest: the name cannot be one, its ending is not known, or the bytes do not fit it.
            OverLimit: the folder, or the file, would grow past its quota.
            StoreError: the disk is full.
        """
        parts = names.parts(name)
        types.mime_of(name)
        with self._root() as root, self._drafting() as draft:
            for chunk in _pieces(data):
                self._grow(root, draft, parts, chunk)
            types.check(name, _head(self._home / "drafts" / draft.name))
            self._commit(root, draft, parts)
            return SandboxFile("/".join(parts), os.fstat(draft.fd).st_size)

    def take(self, file: Path, name: str) -> SandboxFile:
        """Keep a copy of a file that a tool has made, as `write` does."""
        with _translated(name):
            fd = os.open(file, _PLAIN)
        try:
            if not beneath.is_plain(os.fstat(fd)):
                raise BadRequest("File", file.name, "Only a plain file can be kept.")
            return self.write(name, _chunks(fd, self._quota.file_bytes + 1))
        finally:
            os.close(fd)

    def lend(self, name: str, folder: Path) -> Path:
        """A copy for a tool, in a folder of the tool's own, named by its content.

        Raises:
            NotFound: there is no such file.
            BadRequest: it is no plain file, or the name cannot be one.
            StoreError: the disk is full.
        """
        suffix = Path(names.parts(name)[-1]).suffix.lower()
        draft, digest = folder / f"draft-{secrets.token_hex(8)}", hashlib.sha256()
        with self._opened(name) as source, _translated(name):
            target = os.open(draft, _NEW, 0o600)
            with os.fdopen(target, "wb") as copy:
                for chunk in _chunks(source, self._quota.file_bytes + 1):
                    digest.update(chunk)
                    copy.write(chunk)
        return draft.rename(folder / f"{digest.hexdigest()}{suffix}")

    def move(self, name: str, to: str) -> SandboxFile:
        """Give a file another name, which nothing has yet.

        Raises:
            NotFound: there is no such file.
            BadRequest: a name cannot be one, the new one is taken, or does not fit the bytes.
        """
        old, new = names.parts(name), names.parts(to)
        with self._opened(name) as fd:
            types.check(to, os.pread(fd, types.HEAD_BYTES, 0))
            size = os.fstat(fd).st_size
        with self._root() as root, self._locked(), _translated(name):
            self._refuse_crowd(root, new, adding=0)
            with self._folder(root, old[:-1]) as source, self._made(root, new[:-1]) as target:
                if _lstat(target, new[-1]) is not None:
                    raise BadRequest("File name", to, "It is taken. Choose another, or delete it.")
                os.rename(old[-1], new[-1], src_dir_fd=source, dst_dir_fd=target)
        return SandboxFile("/".join(new), size)

    def delete(self, name: str) -> None:
        """Remove a file, or an empty folder.

        Raises:
            NotFound: there is none.
            BadRequest: the name cannot be one, or the folder is not empty.
        """
        parts = names.parts(name)
        with self._root() as root, self._locked(), self._folder(root, parts[:-1]) as above:
            found = _lstat(above, parts[-1])
            if found is None:
                raise NotFound("file", name, "List the folder to see what is there.")
            try:
                if stat.S_ISDIR(found.st_mode):
                    os.rmdir(parts[-1], dir_fd=above)
                else:
                    os.unlink(parts[-1], dir_fd=above)
            except OSError as fault:
                raise BadRequest("File", name, f"It stays: {fault.strerror}.") from fault

    @contextmanager
    def _root(self) -> Iterator[int]:
        for folder in (self._home / "files", self._home / "drafts"):
            with _translated(folder.name):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        root = os.open(self._home / "files", _HERE)
        try:
            yield root
        finally:
            os.close(root)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Nobody else's change in between; says too that the folder is in use."""
        with _translated("lock"):
            fd = os.open(self._home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            os.utime(fd)
            yield
        finally:
            os.close(fd)

    @contextmanager
    def _opened(self, name: str) -> Iterator[int]:
        parts = names.parts(name)
        with self._root() as root, beneath.file(root, parts, one_call=self._one_call) as fd:
            yield fd

    def _folder(self, root: int, parts: tuple[str, ...]) -> AbstractContextManager[int]:
        return beneath.folder(root, parts, one_call=self._one_call)

    def _made(self, root: int, parts: tuple[str, ...]) -> AbstractContextManager[int]:
        return beneath.made_folder(root, parts, one_call=self._one_call)

    @contextmanager
    def _drafting(self) -> Iterator[_Draft]:
        """A draft of this writer; gone at the end unless it got a name."""
        path = self._home / "drafts" / secrets.token_hex(16)
        with self._locked(), _translated("a draft"):
            fd = os.open(path, _NEW, 0o600)
            fcntl.flock(fd, fcntl.LOCK_EX)
        try:
            yield _Draft(fd, path.name)
        finally:
            with suppress(FileNotFoundError):
                path.unlink()
            os.close(fd)

    def _grow(self, root: int, draft: _Draft, parts: tuple[str, ...], chunk: bytes) -> None:
        with self._locked():
            size = os.fstat(draft.fd).st_size + len(chunk)
            if size > self._quota.file_bytes:
                raise self._over(parts, f"a file may have {self._quota.file_bytes} bytes")
            left = self._quota.total_bytes - self._used(root) + self._replaced(root, parts)
            if len(chunk) > left:
                most = self._quota.total_bytes
                raise self._over(parts, f"the folder may hold {most} bytes, {left} are left")
            with _translated("/".join(parts)):
                _write_all(draft.fd, chunk)

    def _commit(self, root: int, draft: _Draft, parts: tuple[str, ...]) -> None:
        with self._locked(), _translated("/".join(parts)):
            self._refuse_crowd(root, parts, adding=1)
            with self._made(root, parts[:-1]) as above:
                drafts = os.open(self._home / "drafts", _HERE)
                try:
                    os.rename(draft.name, parts[-1], src_dir_fd=drafts, dst_dir_fd=above)
                finally:
                    os.close(drafts)

    def _used(self, root: int) -> int:
        """Bytes of all that is there and of all drafts; those that nobody writes are removed."""
        total = sum(entry.st_size for _, entry in walked(root) if not stat.S_ISDIR(entry.st_mode))
        for draft in (self._home / "drafts").iterdir():
            with suppress(OSError):
                total += _draft_size(draft)
        return total

    def _replaced(self, root: int, parts: tuple[str, ...]) -> int:
        try:
            with self._folder(root, parts[:-1]) as above:
                found = _lstat(above, parts[-1])
        except NotFound:
            return 0
        return found.st_size if found is not None and beneath.is_plain(found) else 0

    def _refuse_crowd(self, root: int, parts: tuple[str, ...], *, adding: int) -> None:
        """Files and folders must stay within the quota, those on the way to a new name too."""
        there = {path for path, _ in walked(root)}
        on_the_way = {parts[:depth] for depth in range(1, len(parts))}
        new = len(on_the_way - there) + (adding if parts not in there else 0)
        if new and len(there) + new > self._quota.entries:
            raise self._over(parts, f"the folder may hold {self._quota.entries} files and folders")

    def _over(self, parts: tuple[str, ...], reason: str) -> OverLimit:
        return OverLimit(f"File {'/'.join(parts)!r}", reason, "Delete what is not needed.")


def _draft_size(draft: Path) -> int:
    """A draft's bytes so far; 0 after it was removed, because its writer is gone."""
    fd = os.open(draft, _PLAIN)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.fstat(fd).st_size
    else:
        draft.unlink()
        return 0
    finally:
        os.close(fd)


def _pieces(data: bytes | Iterable[bytes]) -> Iterator[bytes]:
    for block in (data,) if isinstance(data, bytes) else data:
        for first in range(0, len(block), _CHUNK_BYTES):
            yield block[first : first + _CHUNK_BYTES]


def _chunks(fd: int, most_bytes: int) -> Iterator[bytes]:
    """What a descriptor holds, from its start, no further than `most_bytes`."""
    place = 0
    while chunk := os.pread(fd, min(_CHUNK_BYTES, most_bytes - place), place):
        place += len(chunk)
        yield chunk


def _write_all(fd: int, chunk: bytes) -> None:
    left = memoryview(chunk)
    while left:
        left = left[os.write(fd, left) :]


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(types.HEAD_BYTES)


def _lstat(folder: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


@contextmanager
def _translated(name: str) -> Iterator[None]:
    """The system's refusals as ours."""
    try:
        yield
    except OSError as fault:
        if fault.errno in _FULL:
            raise StoreError(
                f"The disk is full: {name!r} was not kept. Free some space, then retry."
            ) from fault
        raise BadRequest("File", name, f"The system says: {fault.strerror}.") from fault
