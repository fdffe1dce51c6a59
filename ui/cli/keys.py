"""`vidp keys …`: your own keys for providers. A key is typed or piped in, never an argument."""

import getpass
import json
import sys

import typer
from pydantic import SecretStr

from ui.cli.installation import entered
from ui.cli.tables import console, table, when
from vid_pipeline.acts import keys
from vid_pipeline.errors import BadRequest
from vid_pipeline.store.api_keys import ApiKey

_LONGEST_LINE = 4096


def listed(*, as_json: bool) -> None:
    """Print your keys without the keys."""
    with entered() as here:
        found = keys.listed(here.db, here.user)
    if as_json:
        _print_json([key.model_dump(mode="json") for key in found])
    elif found:
        columns = ("id", "provider", "name", "ends in", "since", "last used", "state")
        console().print(table(*columns, rows=[_row(key) for key in found]))
    else:
        typer.echo("No key of your own yet. Try: vidp keys add anthropic")


def add(provider: str, name: str, *, as_json: bool) -> None:
    """Keep a key that is read without being shown."""
    key = _read(provider)
    with entered() as here:
        added = keys.add(here.db, here.user, provider, key, name=name)
    if as_json:
        _print_json(added.key.model_dump(mode="json") | {"replaced": added.replaced})
        return
    done = "is used instead of the one before" if added.replaced else "is used from now on"
    typer.echo(f"{added.key.short_id}: the {provider} key …{added.key.last4} {done}.")
    typer.echo(f"Try it: vidp keys test {added.key.short_id}")


def test(key: str, *, as_json: bool) -> None:
    """Ask the provider whether it takes a key; exit code 1 if not."""
    with entered() as here:
        tried = keys.test(here.db, here.user, here.settings, key)
    if as_json:
        _print_json({"id": str(tried.key.id), "good": tried.good, "said": tried.said})
    else:
        typer.echo(f"{tried.key.short_id}: {tried.key.provider} {tried.said}.")
    if not tried.good:
        raise typer.Exit(1)


def revoke(key: str, *, as_json: bool) -> None:
    """Delete what is kept of a key."""
    with entered() as here:
        revoked = keys.revoke(here.db, here.user, key)
    if as_json:
        _print_json({"ok": True, "id": str(revoked.id)})
    else:
        typer.echo(f"{revoked.short_id}: revoked and deleted. Revoke it at {revoked.provider} too.")


def _read(provider: str) -> SecretStr:
    """The key from a prompt without echo, or from what is piped in."""
    if sys.stdin.isatty():
        return SecretStr(getpass.getpass(f"{provider} key: "))
    text = sys.stdin.readline(_LONGEST_LINE)
    if not text.strip():
        raise BadRequest("Key", "", f"Pipe it in: vidp keys add {provider} < file")
    return SecretStr(text)


def _row(key: ApiKey) -> list[str]:
    return [
        key.short_id,
        key.provider,
        key.name.replace("[", r"\["),
        f"…{key.last4}".replace("[", r"\["),
        when(key.created_at),
        when(key.last_used_at) if key.last_used_at else "never",
        "revoked" if key.revoked_at else "in use",
    ]


def _print_json(body: object) -> None:
    typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
