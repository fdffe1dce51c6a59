"""The commands under `vidp memory` and their options."""

# ruff: noqa: PLC0415  (what a command needs is imported when it is called)

from pathlib import Path
from typing import Annotated

import typer

memory_app = typer.Typer(no_args_is_help=True, help="What your channels remember.")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Channel = Annotated[str, typer.Option(help="Whose memory.")]
Kinds = Annotated[
    list[str] | None,
    typer.Option(
        "--kind",
        help="fact, style, pronunciation, banned, script, title, visual, correction, document.",
    ),
]
Id = Annotated[str, typer.Argument(metavar="ID", help="A memory's id, or an end of it.")]
Days = Annotated[int | None, typer.Option(min=1, help="Forget it after so many days.")]


@memory_app.command("list")
def memory_list(
    channel: Channel = "main",
    kind: Kinds = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50,
    replaced: Annotated[
        bool, typer.Option("--all", help="Also replaced and expired ones.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List what a channel remembers, pinned first, then the newest."""
    from ui.cli import memory

    memory.listed(channel, kind or [], limit, superseded=replaced, as_json=as_json)


@memory_app.command("search")
def memory_search(
    query: Annotated[str, typer.Argument(help="A question, in your words.")],
    channel: Channel = "main",
    kind: Kinds = None,
    most: Annotated[int, typer.Option(min=1, max=50, help="How many.")] = 8,
    as_json: Json = False,
) -> None:
    """Show what a step that asks this would be given."""
    from ui.cli import memory

    memory.search(query, channel, kind or [], most, as_json=as_json)


@memory_app.command("add")
def memory_add(
    kind: Annotated[str, typer.Argument(help="fact, style, pronunciation, banned, …")],
    text: Annotated[str, typer.Argument(help="What to remember, or - for standard input.")],
    channel: Channel = "main",
    slot: Annotated[
        str | None, typer.Option(help="What it is the one answer to; replaces the earlier one.")
    ] = None,
    days: Days = None,
    pinned: Annotated[bool, typer.Option("--pin", help="In every recall with rules.")] = False,
    as_json: Json = False,
) -> None:
    """Remember something; the same words are kept once."""
    from ui.cli import memory

    memory.add(kind, text, channel, slot, days, pinned=pinned, as_json=as_json)


@memory_app.command("edit")
def memory_edit(
    key: Id,
    text: Annotated[str | None, typer.Option(help="Its new words.")] = None,
    importance: Annotated[float | None, typer.Option(min=0, max=1)] = None,
    as_json: Json = False,
) -> None:
    """Give a memory other words."""
    from ui.cli import memory

    memory.edit(key, text, importance, as_json=as_json)


@memory_app.command("pin")
def memory_pin(
    key: Id,
    off: Annotated[bool, typer.Option("--off", help="Unpin it.")] = False,
    as_json: Json = False,
) -> None:
    """Have a memory in every recall with rules."""
    from ui.cli import memory

    memory.pin(key, off=off, as_json=as_json)


@memory_app.command("forget")
def memory_forget(key: Id, as_json: Json = False) -> None:
    """Delete a memory for good: words, vector, uses, and what it had replaced."""
    from ui.cli import memory

    memory.forget(key, as_json=as_json)


@memory_app.command("upload")
def memory_upload(
    file: Annotated[Path, typer.Argument(help="md, txt, html or pdf.")],
    channel: Channel = "main",
    days: Days = None,
    as_json: Json = False,
) -> None:
    """Remember a document in parts; a newer text of it replaces the older."""
    from ui.cli import memory

    memory.upload(file, channel, days, as_json=as_json)
