"""Searching what a user has made: the files of finished productions, by words and kind."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from psycopg import Connection
from pydantic import BaseModel, ConfigDict, ValidationError

from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import NotFound
from vid_pipeline.ports import LibraryItem, MediaKind
from vid_pipeline.records import Production
from vid_pipeline.store import productions

_LOOKED_THROUGH = 300
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


def search(
    conn: Connection[Any], words: str, *, kind: MediaKind | None = None, most: int = 10
) -> tuple[LibraryItem, ...]:
    """Files of the user's newest 300 productions that are done, the best fitting first.

    Words are looked for in a video's title (most weight), its source's name, its cards and its
    workflow. Without words the newest come first.
    """
    wanted = set(_WORD.findall(words.casefold()))
    ranked: list[tuple[int, LibraryItem]] = []
    for production, delivered in _finished(conn):
        score = _score(wanted, production, delivered)
        if score or not wanted:
            ranked += [(score, item) for item in _items(production, delivered)]
    fitting = [(score, item) for score, item in ranked if kind in {None, item.kind}]
    fitting.sort(key=lambda found: -found[0])  # stable: the newest of equals stays first
    return tuple(item for _, item in fitting[:most])


def find(conn: Connection[Any], key: str) -> LibraryItem:
    """A file by the id that `search` gave.

    Raises:
        NotFound: the user has no such file.
    """
    production_id, _, name = key.partition("/")
    production = productions.get(conn, production_id)
    delivered = _delivered(production)
    for item in _items(production, delivered) if delivered else ():
        if item.id == f"{production.id}/{name}":
            return item
    raise NotFound("file", key, "Search again.")


def _finished(conn: Connection[Any]) -> Iterator[tuple[Production, _Delivered]]:
    for production in productions.recent(conn, limit=_LOOKED_THROUGH):
        delivered = _delivered(production) if production.state == "done" else None
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
