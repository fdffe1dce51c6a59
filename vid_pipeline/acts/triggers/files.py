"""Files that came into a folder or a bucket, once they are complete."""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

from vid_pipeline.acts.briefs import MAX_BYTES
from vid_pipeline.acts.triggers.found import Found, clean
from vid_pipeline.acts.triggers.spool import Spool
from vid_pipeline.errors import BadSource
from vid_pipeline.sandbox import beneath

SETTLED_S = 3.0
"""A file that was written to a shorter while ago may not be whole."""

_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".swp", "~")
_MOST = 2000


@dataclass(frozen=True)
class Seen:
    """The files of a look: those that are whole, and size and time of each, for the next look."""

    found: tuple[Found, ...]
    marks: dict[str, str]
    refused: dict[str, str]


def look(
    root: Path,
    path: str,
    pattern: str,
    marks: Mapping[str, str],
    *,
    now_s: float,
    spool: Spool | None = None,
) -> Seen:
    """What lies in a folder below `root`; no link is followed out of it.

    A file counts once it is as large and as old as at the look before, and was not written to in
    the last seconds. A file that had counted before, as its mark says, is not read again.

    Raises:
        BadSource: there is no such folder, a link leads to it, or it holds too many files, or too
            much that is new.
    """
    spool = spool or Spool()
    parts = [part for part in Path(path).parts if part not in {".", ""}]
    found, kept, refused = list[Found](), dict[str, str](), dict[str, str]()
    for name, status in _files(root, parts, pattern):
        if clean(name) != name:
            refused[clean(name)] = "Its name is not in UTF-8. Give it another one."
            continue
        mark = f"{status.st_size}:{status.st_mtime_ns}"
        before = marks.get(name, "")
        settled = before.removeprefix("done ") == mark and now_s - status.st_mtime >= SETTLED_S
        kept[name] = before if settled and before.startswith("done ") else mark
        if not settled or before.startswith("done "):
            continue
        kept[name] = f"done {mark}"
        if status.st_size > MAX_BYTES:
            refused[name] = f"{name} has {status.st_size / 1e6:.0f} MB; at most 20 MB are read."
        elif (data := _whole(root, [*parts, name], status)) is None:
            kept[name] = mark  # it changed while it was read
        else:
            at = datetime.fromtimestamp(status.st_mtime, UTC)
            found.append(of_bytes(name, data, at, spool))
    return Seen(tuple(found), kept, refused)


def of_bytes(name: str, data: bytes, at: datetime | None, spool: Spool) -> Found:
    """A document that was found, known by its bytes: copied or renamed it is the same."""
    digest = hashlib.sha256(data).hexdigest()
    title = Path(name).stem.replace("_", " ")
    return Found((f"sha256:{digest}",), title, spool.put(name, data), at=at)


def wanted(name: str, pattern: str) -> bool:
    """Whether a file's name fits, and is not that of one still being written."""
    return (
        fnmatch(name, pattern)
        and not name.startswith(".")
        and not name.lower().endswith(_UNFINISHED)
    )


def _files(root: Path, parts: list[str], pattern: str) -> Iterator[tuple[str, os.stat_result]]:
    try:
        top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise BadSource(str(root), "the watched folder is not there", "Make it.") from error
    try:
        with beneath.folder(top, parts) as opened:
            with os.scandir(opened) as entries:
                names = sorted(entry.name for entry in entries)
            if len(names) > _MOST:
                raise BadSource(
                    "/".join(parts) or str(root), f"the folder holds {len(names)} files",
                    f"At most {_MOST} are watched: move away what is done.",
                )  # fmt: skip
            for name in names:
                status = os.stat(name, dir_fd=opened, follow_symlinks=False)
                if wanted(name, pattern) and stat.S_ISREG(status.st_mode):
                    yield name, status
    finally:
        os.close(top)


def _whole(root: Path, parts: list[str], expected: os.stat_result) -> bytes | None:
    """A file's bytes; None if it is not what it was a moment ago."""
    top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with beneath.file(top, parts) as opened, os.fdopen(os.dup(opened), "rb") as file:
            data = file.read(expected.st_size + 1)
            now = os.fstat(opened)
    finally:
        os.close(top)
    same = (now.st_size, now.st_mtime_ns) == (expected.st_size, expected.st_mtime_ns)
    return data if same and len(data) == expected.st_size else None
