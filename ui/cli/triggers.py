"""`vidp trigger …`: what makes videos by itself."""

import json
import sys
from pathlib import Path
from uuid import UUID

import typer
from pydantic import ValidationError

from ui.cli.installation import Installation, entered
from ui.cli.tables import console, table, when
from vid_pipeline import rehearsal_process
from vid_pipeline.acts import triggering
from vid_pipeline.acts.notice_links import studio_url
from vid_pipeline.acts.rehearsing import Would
from vid_pipeline.errors import BadRequest
from vid_pipeline.store import triggers
from vid_pipeline.trigger_records import Find, NewTrigger, Trigger
from vid_pipeline.watched import OnWebhook


def listed(*, as_json: bool) -> None:
    """Print your triggers."""
    with entered() as here, here.db.acting(here.user) as conn:
        found = triggers.listed(conn)
    if as_json:
        _print_json([_body(one) for one in found])
    elif found:
        columns = ("id", "name", "watches", "workflow", "state", "next look", "said")
        console().print(table(*columns, rows=[_row(one) for one in found]))
    else:
        typer.echo("No trigger yet. Try: vidp trigger add trigger.json (see docs/triggers.md)")


def show(key: str, *, dead: bool, as_json: bool) -> None:
    """Print a trigger and what it found; its dead letters alone, if asked so."""
    with entered() as here:
        with here.db.acting(here.user) as conn:
            trigger = triggers.get(conn, key)
            found = triggers.finds(conn, trigger.id, dead=dead)
        body = _body(trigger) | _where(here, trigger)
    if as_json:
        _print_json(body | {"finds": [one.model_dump(mode="json") for one in found]})
        return
    console().print(table("what", "is", rows=[[k, _short(v)] for k, v in body.items()]))
    rows = [[one.short_id, when(one.found_at), _state(one), one.title, _said(one)] for one in found]
    console().print(table("find", "found", "state", "title", "said", rows=rows))


def add(file: Path, *, key: str | None, as_json: bool) -> None:
    """Set a trigger from a JSON file or standard input; anew, if `key` names one."""
    new = _read(file)
    with entered() as here:
        if key is None:
            made = triggering.add(here.shop, here.user, new)
        else:
            made = triggering.edit(here.shop, here.user, key, new)
        where = _where(here, made)
    if as_json:
        _print_json(_body(made) | where)
        return
    typer.echo(f"{made.short_id}: {made.name} watches from now on.")
    for name, value in where.items():
        typer.echo(f"{name}: {value}")


def dry_run(file: Path, *, as_json: bool) -> None:
    """Print what a trigger would make, if it were set now."""
    new = _read(file)
    with entered() as here:
        found = rehearsal_process.would(here.settings, here.user, new)
    if as_json:
        _print_json([vars(one) for one in found])
        return
    typer.echo(summed_up(found))
    rows = [[one.title, one.at or "", one.why_not or "would be made"] for one in found]
    console().print(table("title", "at", "", rows=rows))


def summed_up(found: list[Would]) -> str:
    """How many of what is there would count."""
    count = sum(one.why_not is None for one in found)
    return f"{count} of {len(found)} would become videos."


def pause(key: str, *, paused: bool) -> None:
    """Let a trigger rest, or look again."""
    with entered() as here:
        found = triggering.pause(here.shop, here.user, key, paused=paused)
    typer.echo(f"{found.short_id}: {found.name} {'rests' if paused else 'watches again'}.")


def rotate(key: str) -> None:
    """Change the key that posts are signed with, and print the new one."""
    with entered() as here:
        found = triggering.rotate(here.shop, here.user, key)
        new = triggering.hook_key(here.shop, found)
    typer.echo(f"{found.short_id}: posts to {found.name} are signed with a new key from now on.")
    typer.echo(f"key: {new}")


def remove(key: str) -> None:
    """Forget a trigger; its videos stay."""
    with entered() as here:
        found = triggering.remove(here.shop, here.user, key)
    typer.echo(f"{found.short_id}: {found.name} is gone; its videos stay.")


def retry(key: str, find: str) -> None:
    """Make a dead or passed find after all."""
    with entered() as here:
        with here.db.acting(here.user) as conn:
            trigger = triggers.get(conn, key)
            fits = [one for one in triggers.finds(conn, trigger.id, limit=500)
                    if str(one.id).endswith(find.lower())]  # fmt: skip
        if len(fits) != 1:
            raise BadRequest("The find", find, f"See `vidp trigger show {trigger.short_id}`.")
        again = triggering.retry(here.shop, here.user, fits[0].id)
    typer.echo(f"{again.title}: it is made with the next look.")


def _read(file: Path) -> NewTrigger:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        return NewTrigger.model_validate_json(text)
    except OSError as fault:
        raise BadRequest("The file", str(file), f"{fault.strerror}. Check the path.") from fault
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadRequest("The trigger's", place, f"{first['msg']}.") from None


def _where(here: Installation, trigger: Trigger) -> dict[str, str]:
    """Where files are put, or where posts go and what they are signed with."""
    if folder := triggering.folder_of(here.shop, trigger):
        return {"folder": str(folder)}
    if isinstance(trigger.watches, OnWebhook):
        address = f"{studio_url(here.settings)}/hooks/{trigger.id}"
        return {"address": address, "key": triggering.hook_key(here.shop, trigger)}
    return {}


def _body(trigger: Trigger) -> dict[str, object]:
    return trigger.model_dump(mode="json", exclude={"marks", "held_until", "owner_id"})


def _row(one: Trigger) -> list[str]:
    state = "paused" if one.paused else "finished" if one.finished else "on"
    said = one.error or ""
    return [one.short_id, one.name, one.watches.kind, one.making.workflow, state,
            when(one.next_at), said]  # fmt: skip


def _state(one: Find) -> str:
    return one.production_state or one.state


def _said(one: Find) -> str:
    return one.reason or one.production_error or ""


def _short(value: object) -> str:
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _print_json(body: object) -> None:
    sys.stdout.write(json.dumps(body, default=_plain) + "\n")


def _plain(value: object) -> str:
    assert isinstance(value, UUID)
    return str(value)
