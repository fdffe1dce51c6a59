"""`vidp channels …`: where you are told that something needs you."""

import json

import typer

from ui.cli.installation import entered
from ui.cli.tables import console, table, when
from vid_pipeline import sending_process
from vid_pipeline.acts import subscribing
from vid_pipeline.errors import NotSent
from vid_pipeline.notice_records import Channel
from vid_pipeline.outbox import EVENTS
from vid_pipeline.store import channels


def listed(*, as_json: bool) -> None:
    """Print your channels, and what waits in them."""
    with entered() as here:
        found = subscribing.listed(here.db, here.user)
    if as_json:
        _print_json([channel.model_dump(mode="json") for channel in found])
    elif found:
        columns = ("id", "kind", "to", "since", "waiting", "given up", "events", "last error")
        console().print(table(*columns, rows=[_row(channel) for channel in found]))
    else:
        typer.echo("No channel yet. Try: vidp channels add email you@example.org")


def add(kind: str, target: str, events: str | None, *, as_json: bool) -> None:
    """Add a channel; a webhook's signing key is printed."""
    wanted = EVENTS if events is None else [e.strip() for e in events.split(",") if e.strip()]
    with entered() as here:
        added = subscribing.add(here.db, here.user, kind, target, wanted)
    channel, key = added.channel, added.signing_key
    if as_json:
        _print_json(channel.model_dump(mode="json") | {"signing_key": key})
        return
    typer.echo(f"{channel.short_id}: {channel.kind} to {channel.shown}")
    if key is not None:
        typer.echo(f"Signing key, shown this once: {key}")
    typer.echo(f"Try it: vidp channels test {channel.short_id}")


def remove(key: str, *, as_json: bool) -> None:
    """Remove a channel, and what waits in it."""
    with entered() as here:
        channel = subscribing.remove(here.db, here.user, key)
    if as_json:
        _print_json({"ok": True, "id": str(channel.id)})
    else:
        typer.echo(f"{channel.short_id}: removed; nothing goes to {channel.shown} any more.")


def test(key: str, *, as_json: bool) -> None:
    """Send a test notice now.

    Raises:
        NotSent: it did not get through.
    """
    with entered() as here:
        with here.db.acting(here.user) as conn:
            channel = channels.get(conn, key)
        tested = sending_process.send_test(here.settings, here.user, channel.id)
    if not tested.sent:
        raise NotSent(tested.reason or "nobody said why")
    if as_json:
        _print_json({"ok": True, "id": str(channel.id)})
    else:
        typer.echo(f"{channel.short_id}: {channel.shown} has taken a test notice.")


def _row(channel: Channel) -> list[str]:
    return [
        channel.short_id,
        channel.kind if channel.enabled else f"{channel.kind}, off",
        channel.shown.replace("[", r"\["),
        when(channel.created_at),
        str(channel.waiting or ""),
        str(channel.given_up or ""),
        "all" if channel.events == EVENTS else ", ".join(channel.events),
        (channel.error or "").replace("[", r"\["),
    ]


def _print_json(body: object) -> None:
    typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
