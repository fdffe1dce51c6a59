"""The library: files that a user has made or uploaded, searched by words and kind."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import Connection
from pydantic import BaseModel, ConfigDict, ValidationError

from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import NotFound
from vid_pipeline.media_records import UPLOAD, MediaFile
from vid_pipeline.ports import LibraryItem, MediaKind
from vid_pipeline.records import Production
from vid_pipeline.store import media_files, productions

AT_ONCE = 300
"""As many videos, and as many uploads, are looked through, the newest first."""

_TITLE_WEIGHT = 3
_WORD = re.compile(r"\w+")
_KINDS: dict[str, MediaKind] = {"video": "video", "image": "picture", "audio": "sound"}


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _File(_Read):
    name: str
    mime: str
    size_bytes: int
    sha256: str


class _Source(_Read):
    name: str


class _Scene(_Read):
    texts: tuple[str, ...] = ()


class _Delivered(_Read):
    """The parts of `manifest.json` that are searched."""

    title: str
    duration_s: float
    source: _Source
    scenes: tuple[_Scene, ...]
    files: tuple[_File, ...]


@dataclass(frozen=True)
class Entry:
    """A file of the library as people see it; `production` is None if it was uploaded."""

    item: LibraryItem
    at: datetime
    tags: tuple[str, ...] = ()
    picture: MediaRef | None = None
    production: UUID | None = None
    upload: MediaFile | None = None


def search(
    conn: Connection[Any], words: str, *, kind: MediaKind | None = None, most: int = 10
) -> tuple[LibraryItem, ...]:
    """Files that the user has uploaded or made, the best fitting first.

    Looked through are the newest 300 uploads and the newest 300 videos.
    Words are looked for in titles, names and tags (most weight), sources, cards and workflows.
    Without words the newest come first.
    """
    found = entries(conn, words)
    return tuple(one.item for one in found if kind in {None, one.item.kind})[:most]


def entries(conn: Connection[Any], words: str = "", *, most: int = AT_ONCE) -> list[Entry]:
    """What `search` finds, with all that people see of it; among the newest `most` of each sort."""
    wanted = set(_WORD.findall(words.casefold()))
    tagged = media_files.tags(conn)
    ranked: list[tuple[int, Entry]] = []
    for production, delivered in _finished(conn, most):
        score = _score(wanted, production, delivered)
        picture = _picture(delivered)
        for item in _items(production, delivered):
            told = tagged.get(item.id, ())
            entry = Entry(item, production.created_at, told, picture, production=production.id)
            ranked.append((score + _tagged(wanted, told), entry))
    for file in media_files.listed(conn, most=most):
        told = tagged.get(file.item.id, ())
        named = _TITLE_WEIGHT * len(wanted & set(_WORD.findall(file.name.casefold())))
        entry = Entry(file.item, file.uploaded_at, told, file.preview, upload=file)
        ranked.append((named + _tagged(wanted, told), entry))
    fitting = [(score, entry) for score, entry in ranked if score or not wanted]
    fitting.sort(key=lambda found: found[1].at, reverse=True)
    fitting.sort(key=lambda found: -found[0])  # stable: the newest of equals stays first
    return [entry for _, entry in fitting]


def goes_on(conn: Connection[Any], most: int) -> bool:
    """Whether there is more than the newest `most` videos and the newest `most` uploads."""
    return productions.count_finished(conn) > most or media_files.count(conn) > most


def find(conn: Connection[Any], key: str) -> LibraryItem:
    """A file by the id that `search` gave.

    Raises:
        NotFound: the user has no such file.
    """
    place, _, name = key.partition("/")
    if place == UPLOAD:
        return media_files.get(conn, name).item
    production = productions.get(conn, place)
    delivered = _delivered(production)
    for item in _items(production, delivered) if delivered else ():
        if item.id == f"{production.id}/{name}":
            return item
    raise NotFound("file", key, "Search again.")


def entry(conn: Connection[Any], key: str) -> Entry:
    """A file by its id, with all that people see of it.

    Raises:
        NotFound: the user has no such file.
    """
    item, told = find(conn, key), media_files.tags(conn).get(key, ())
    place, _, name = key.partition("/")
    if place == UPLOAD:
        file = media_files.get(conn, name)
        return Entry(item, file.uploaded_at, told, file.preview, upload=file)
    production = productions.get(conn, place)
    delivered = _delivered(production)
    picture = _picture(delivered) if delivered else None
    return Entry(item, production.created_at, told, picture, production=production.id)


def tags(conn: Connection[Any]) -> list[str]:
    """All tags that are used, in alphabetical order."""
    return sorted({tag for told in media_files.tags(conn).values() for tag in told})


def used_by(conn: Connection[Any], item: LibraryItem) -> list[tuple[UUID, str]]:
    """Videos that a file went into, and what they are called; newest first."""
    return media_files.used_by(conn, item.file.sha256, item.id)


def _finished(conn: Connection[Any], most: int) -> Iterator[tuple[Production, _Delivered]]:
    for production in productions.finished(conn, most=most):
        delivered = _delivered(production)
        if delivered is not None:
            yield production, delivered


def _delivered(production: Production) -> _Delivered | None:
    if production.folder is None:
        return None
    try:
        text = Path(production.folder, "manifest.json").read_text(encoding="utf-8")
        return _Delivered.model_validate_json(text)
    except (OSError, ValidationError):
        return None


def _picture(delivered: _Delivered) -> MediaRef | None:
    found = next((file for file in delivered.files if file.name == "thumbnail.jpg"), None)
    return MediaRef(**found.model_dump(exclude={"name"})) if found else None


def _tagged(wanted: set[str], tags: tuple[str, ...]) -> int:
    return _TITLE_WEIGHT * len(wanted & set(_WORD.findall(" ".join(tags))))


def _score(wanted: set[str], production: Production, delivered: _Delivered) -> int:
    cards = " ".join(text for scene in delivered.scenes for text in scene.texts)
    rest = f"{delivered.source.name} {production.workflow.replace('_', ' ')} {cards}"
    title = set(_WORD.findall(delivered.title.casefold()))
    other = set(_WORD.findall(rest.casefold()))
    return _TITLE_WEIGHT * len(wanted & title) + len(wanted & other)


def _items(production: Production, delivered: _Delivered) -> Iterator[LibraryItem]:
    for file in delivered.files:
        kind = _KINDS.get(file.mime.partition("/")[0], "text")
        yield LibraryItem(
            id=f"{production.id}/{file.name}",
            title=delivered.title,
            kind=kind,
            file=MediaRef(sha256=file.sha256, mime=file.mime, size_bytes=file.size_bytes),
            workflow=production.workflow,
            duration_s=delivered.duration_s if kind == "video" else None,
        )
