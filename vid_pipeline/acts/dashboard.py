"""What somebody sees first: what needs them, what is at work, what was made, what it cost."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import Connection
from pydantic import BaseModel, ConfigDict, ValidationError

from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import BadRequest, StoreError, ToolError
from vid_pipeline.media.thumbnail import thumbnail
from vid_pipeline.ports import Store
from vid_pipeline.records import Production, Request, WorkflowVersion
from vid_pipeline.store import budgets, inbox, overview, productions, requests, workflows
from vid_pipeline.store.budgets import Defaults, Standing
from vid_pipeline.store.overview import Last

_ASKED, _RUNNING, _FAILED, _MADE = 4, 4, 3, 8
_FAILED_FOR_DAYS = 14
_STILL_S = 1.5
_LINE_CHARACTERS = 140


@dataclass(frozen=True)
class Made:
    """A finished video; `picture` is None if its folder is gone."""

    production: Production
    title: str
    duration_s: float | None = None
    picture: MediaRef | None = None


@dataclass(frozen=True)
class Asked:
    """A request for the user, and what the video is called, if it is their own."""

    request: Request
    name: str | None


@dataclass(frozen=True)
class Maker:
    """A workflow's newest version, and what came of it last."""

    version: WorkflowVersion
    last: Last | None


@dataclass(frozen=True)
class Dashboard:
    """All of it at one moment."""

    asked: tuple[Asked, ...]
    asked_in_all: int
    failed: tuple[Production, ...]
    running: tuple[Production, ...]
    made: tuple[Made, ...]
    makers: tuple[Maker, ...]
    month: Standing

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever begun, as far as these show."""
        return not self.made and not any(maker.last and maker.last.id for maker in self.makers)


@dataclass(frozen=True)
class Glimpse:
    """A request at a glance: a picture if there is one, and a line of what it is about."""

    picture: MediaRef | None = None
    line: str = ""


def dashboard(shop: Workshop, user: UUID) -> Dashboard:
    """What this user's first page shows."""
    with shop.db.acting(user) as conn:
        found = overview.shown(
            conn,
            running=_RUNNING,
            failed=_FAILED,
            made=_MADE,
            failed_for_days=_FAILED_FOR_DAYS,
        )
        listed = inbox.page(conn, inbox.Wanted(), limit=_ASKED)
        waiting = [requests.get(conn, one.id) for one in listed]
        names = overview.names(conn, [one.production_id for one in waiting])
        standing = budgets.standing(conn, defaults=Defaults.of(shop.settings))
        in_all = inbox.waiting(conn).count if len(waiting) == _ASKED else len(waiting)
        makers = tuple(_makers(conn))
    return Dashboard(
        asked=tuple(Asked(one, names.get(one.production_id)) for one in waiting),
        asked_in_all=in_all,
        failed=tuple(one for one in found if one.state == "failed"),
        running=tuple(one for one in found if not one.ended),
        made=tuple(_made(one) for one in found if one.state == "done"),
        makers=makers,
        month=next(one for one in standing if one.scope == "month"),
    )


def let_be(shop: Workshop, user: UUID, production: UUID) -> None:
    """Take a failed video off the list of what needs somebody; it can still be tried again."""
    with shop.db.acting(user) as conn:
        held = productions.locked(conn, production)
        if held.state != "failed":
            raise BadRequest("Video", held.short_id, f"It is {held.state} by now.")
        productions.cancelled(conn, production, reason=held.error)


def glimpse(request: Request, store: Store) -> Glimpse:
    """A request's picture and line; a still of a video is made once and kept."""
    if not request.shown:
        return Glimpse()
    first = request.shown[0]
    try:
        body = json.loads(store.path(first.artifact).read_bytes())
        if first.type == "Video":
            return Glimpse(picture=_still(MediaRef.model_validate(body["file"]), store))
        return Glimpse(line=_line(body))
    except (StoreError, ToolError, ValueError, KeyError, TypeError):
        return Glimpse()


def _makers(conn: Connection[Any]) -> Iterator[Maker]:
    last = overview.last_of_each(conn)
    for version in workflows.latest_of_all(conn):
        yield Maker(version, last.get(version.slug))


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _File(_Read):
    name: str
    mime: str
    size_bytes: int
    sha256: str


class _Delivered(_Read):
    title: str
    duration_s: float
    files: tuple[_File, ...] = ()


def _made(production: Production) -> Made:
    name = production.brief.title or production.brief.name
    try:
        text = Path(production.folder or "", "manifest.json").read_text(encoding="utf-8")
        told = _Delivered.model_validate_json(text)
    except (OSError, ValidationError):
        return Made(production, name)
    picture = next((file for file in told.files if file.name == "thumbnail.jpg"), None)
    ref = MediaRef(**picture.model_dump(exclude={"name"})) if picture else None
    return Made(production, told.title, told.duration_s, ref)


def _still(video: MediaRef, store: Store) -> MediaRef:
    key = f"still/{video.sha256}/{_STILL_S}"
    kept = store.recall(key)
    if kept is not None:
        return kept
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "still.jpg")
        thumbnail(store.path(video), _STILL_S, target)
        made = store.put(target, "image/jpeg")
    store.keep(key, made)
    return made


def _line(body: Any) -> str:
    """The first words of a script, or of a scene."""
    lines = body.get("lines") or () if isinstance(body, dict) else ()
    text = " ".join(str(line["text"]) for line in lines[:2])
    if len(text) <= _LINE_CHARACTERS:
        return text
    return f"{text[:_LINE_CHARACTERS].rpartition(' ')[0].rstrip(' ,;:')}…"
