"""`vidp memory …`: what your channels remember; reading, changing and forgetting it."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer
from pydantic import BaseModel

from assets.sources.article import MAX_BYTES
from ui import memory_uploads
from ui.cli.installation import Installation, entered
from ui.cli.tables import console, table, when
from vid_pipeline.acts import remembering
from vid_pipeline.acts.remembering import Brain
from vid_pipeline.embedding import LocalEmbeddings
from vid_pipeline.errors import BadRequest, BadSource
from vid_pipeline.memories import MAIN, Source
from vid_pipeline.memory_records import MemoryRecord

_SHOWN = 200


def listed(channel: str, kinds: list[str], limit: int, *, superseded: bool, as_json: bool) -> None:
    """Print a channel's memories, pinned first, then the newest."""
    with entered() as here:
        found = remembering.listed(
            _brain(here, channel), kinds=kinds, limit=limit, superseded=superseded
        )
    if as_json:
        _print_json([_body(one) for one in found])
    elif found:
        columns = ("id", "kind", "since", "used", "slot", "from", "text")
        console().print(table(*columns, rows=[_row(one) for one in found]))
    else:
        typer.echo('Nothing is remembered yet. Try: vidp memory add fact "We film in Bremen."')


def search(query: str, channel: str, kinds: list[str], most: int, *, as_json: bool) -> None:
    """Print what fits a question, best first."""
    with entered() as here:
        found = remembering.recall(_brain(here, channel), query, most=most, kinds=kinds)
    if as_json:
        _print_json([_body(one) for one in found])
    elif found:
        rows = [[one.id[-8:], one.kind, f"{one.score:.2f}", _short(one.text)] for one in found]
        console().print(table("id", "kind", "score", "text", rows=rows))
    else:
        typer.echo("Nothing fits: the channel remembers nothing of these kinds.")


def add(
    kind: str,
    text: str,
    channel: str,
    slot: str | None,
    days: int | None,
    *,
    pinned: bool,
    as_json: bool,
) -> None:
    """Remember a text; `-` reads it from standard input."""
    said = sys.stdin.read() if text == "-" else text
    (known,) = remembering.known_kinds([kind])
    new = remembering.checked(
        kind=known, text=said, slot=slot, pinned=pinned, expires_at=_until(days)
    )
    with entered() as here:
        new = new.model_copy(update={"source": Source(who="you")})
        kept = remembering.remember(_brain(here, channel), new)
    if as_json:
        _print_json(_body(kept))
        return
    became = "remembered" if kept.new else "known already"
    typer.echo(f"{kept.id[-8:]}: {became}")
    if kept.superseded:
        typer.echo(f"It takes the place of {kept.superseded[-8:]}.")
    for one in kept.alike:
        typer.echo(f"Nearly alike, or the opposite: {one.id[-8:]} {_short(one.text)}")


def edit(key: str, text: str | None, importance: float | None, *, as_json: bool) -> None:
    """Change a memory.

    Raises:
        BadRequest: nothing to change was given.
    """
    if text is None and importance is None:
        raise BadRequest("Edit", key, "Give --text or --importance.")
    with entered() as here:
        memory = remembering.edit(_brain(here), key, text=text, importance=importance)
    _tell(memory, "changed", as_json=as_json)


def pin(key: str, *, off: bool, as_json: bool) -> None:
    """Pin a memory, or unpin it."""
    with entered() as here:
        memory = remembering.pin(_brain(here), key, pinned=not off)
    _tell(memory, "unpinned" if off else "pinned: every recall with rules has it", as_json=as_json)


def forget(key: str, *, as_json: bool) -> None:
    """Delete a memory for good."""
    with entered() as here:
        memory = remembering.forget(_brain(here), key)
    _tell(memory, "forgotten, with what it had replaced", as_json=as_json)


def upload(file: Path, channel: str, days: int | None, *, as_json: bool) -> None:
    """Remember a document in parts: Markdown, text, HTML or PDF.

    Raises:
        BadSource: it cannot be read.
    """
    if not file.is_file() or file.stat().st_size > MAX_BYTES:
        remedy = f"Give a file of at most {MAX_BYTES / 1e6:.0f} MB."
        raise BadSource(str(file), "there is no such file, or it is too large", remedy)
    with entered() as here:
        kept = memory_uploads.take_in(
            _brain(here, channel), file.name, file.read_bytes(), expires_at=_until(days)
        )
    if as_json:
        _print_json({"document": file.name, "parts": [_body(one) for one in kept]})
        return
    new = sum(one.new for one in kept)
    typer.echo(f"{file.name}: {len(kept)} parts, {new} of them new")


def _brain(here: Installation, channel: str = MAIN) -> Brain:
    return Brain(here.db, here.user, LocalEmbeddings(), channel)


def _until(days: int | None) -> datetime | None:
    return None if days is None else datetime.now(UTC) + timedelta(days=days)


def _row(one: MemoryRecord) -> list[str]:
    old = "replaced" if one.superseded_by else ""
    return [
        one.short_id,
        f"{one.kind}, pinned" if one.pinned else one.kind,
        when(one.created_at),
        str(one.uses or ""),
        _plain(old or one.slot or ""),
        _plain(_origin(one.source)),
        _short(f"{one.heading}: {one.body}" if one.heading else one.body),
    ]


def _origin(source: Source) -> str:
    production = f"production {source.production[-8:]}" if source.production else ""
    return source.document or source.url or production or source.who or ""


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return _plain(plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…")


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def _tell(memory: MemoryRecord, what: str, *, as_json: bool) -> None:
    if as_json:
        _print_json(_body(memory))
    else:
        typer.echo(f"{memory.short_id}: {what}")


def _body(model: BaseModel) -> object:
    return model.model_dump(mode="json")


def _print_json(body: object) -> None:
    typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
