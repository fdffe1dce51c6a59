"""The commands of `vidp trigger`."""

# ruff: noqa: PLC0415  (what a command needs is imported when it is called)

from pathlib import Path
from typing import Annotated

import typer

trigger_app = typer.Typer(no_args_is_help=True, help="What makes videos by itself.")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Key = Annotated[str, typer.Argument(help="The trigger's name, or the end of its id.")]
File = Annotated[Path, typer.Argument(help="A JSON file, or - for standard input.")]


@trigger_app.command("list")
def trigger_list(as_json: Json = False) -> None:
    """List your triggers."""
    from ui.cli import triggers

    triggers.listed(as_json=as_json)


@trigger_app.command("show")
def trigger_show(
    key: Key,
    dead: Annotated[bool, typer.Option("--dead", help="Dead letters alone.")] = False,
    as_json: Json = False,
) -> None:
    """Show a trigger, where it is fed, and what it found."""
    from ui.cli import triggers

    triggers.show(key, dead=dead, as_json=as_json)


@trigger_app.command("add")
def trigger_add(file: File, as_json: Json = False) -> None:
    """Set a trigger."""
    from ui.cli import triggers

    triggers.add(file, key=None, as_json=as_json)


@trigger_app.command("edit")
def trigger_edit(key: Key, file: File, as_json: Json = False) -> None:
    """Set a trigger anew."""
    from ui.cli import triggers

    triggers.add(file, key=key, as_json=as_json)


@trigger_app.command("dry-run")
def trigger_dry_run(file: File, as_json: Json = False) -> None:
    """Say what a trigger would make, without setting it."""
    from ui.cli import triggers

    triggers.dry_run(file, as_json=as_json)


@trigger_app.command("pause")
def trigger_pause(key: Key) -> None:
    """Let a trigger rest."""
    from ui.cli import triggers

    triggers.pause(key, paused=True)


@trigger_app.command("resume")
def trigger_resume(key: Key) -> None:
    """Let a trigger watch again."""
    from ui.cli import triggers

    triggers.pause(key, paused=False)


@trigger_app.command("rotate")
def trigger_rotate(key: Key) -> None:
    """Change the key that posts are signed with; the old one is refused from then on."""
    from ui.cli import triggers

    triggers.rotate(key)


@trigger_app.command("remove")
def trigger_remove(key: Key) -> None:
    """Forget a trigger; its videos stay."""
    from ui.cli import triggers

    triggers.remove(key)


@trigger_app.command("retry")
def trigger_retry(
    key: Key, find: Annotated[str, typer.Argument(help="The end of the find's id.")]
) -> None:
    """Make a dead letter, or what was passed over, after all."""
    from ui.cli import triggers

    triggers.retry(key, find)
