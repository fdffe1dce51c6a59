"""`vidp destination …`: where finished videos go. Secrets are typed or piped in."""

import getpass
import json
import sys

import typer
from pydantic import SecretStr

from ui.cli.installation import entered
from ui.cli.tables import console, table, when
from vid_pipeline.acts import destinations
from vid_pipeline.destinations import Destination, NewDestination
from vid_pipeline.errors import BadRequest

_LONGEST_LINE = 4096
_KINDS = ("folder", "bucket", "podcast", "webhook")


def listed(*, as_json: bool) -> None:
    """Print your destinations, without what is secret of them."""
    with entered() as here:
        found = destinations.listed(here.db, here.user)
    if as_json:
        _print_json([one.model_dump(mode="json") for one in found])
    elif found:
        rows = [_row(one) for one in found]
        console().print(table("id", "name", "kind", "leads to", "since", rows=rows))
    else:
        typer.echo("No destination yet. Try: vidp destination add folder shorts --path shorts")


def add(
    kind: str, name: str, where: dict[str, object], feed: dict[str, object], *, as_json: bool
) -> None:
    """Add a destination; a webhook's signing key is printed."""
    new, secret = _read(kind, name, where, feed)
    with entered() as here:
        added = destinations.add(here.db, here.user, new, secret)
    made, key = added.destination, added.signing_key
    if as_json:
        _print_json(made.model_dump(mode="json") | {"signing_key": key})
        return
    typer.echo(f"{made.name}: {made.shown}")
    if key is not None:
        typer.echo(f"Signing key, shown this once: {key}")
    typer.echo(f"Try it: vidp destination test {made.name}")


def test(key: str, *, as_json: bool) -> None:
    """Try a destination out; exit code 1 if it cannot be sent to."""
    with entered() as here:
        tested = destinations.test(here.settings, here.db, here.user, key)
    made, fault = tested.destination, tested.fault
    if as_json:
        _print_json({"id": str(made.id), "good": fault is None, "reason": fault})
    else:
        typer.echo(fault or f"{made.name}: {made.shown} can be sent to.")
    if fault is not None:
        raise typer.Exit(1)


def remove(key: str, *, as_json: bool) -> None:
    """Forget a destination."""
    with entered() as here:
        gone = destinations.remove(here.db, here.user, key)
    if as_json:
        _print_json({"ok": True, "id": str(gone.id)})
    else:
        typer.echo(f"{gone.name}: removed; what lies there stays.")


def _read(
    kind: str, name: str, where: dict[str, object], feed: dict[str, object]
) -> tuple[NewDestination, SecretStr | None]:
    if kind not in _KINDS:
        raise BadRequest("Kind", kind, f"Choose: {', '.join(_KINDS)}.")
    if kind == "webhook":
        url = _secret("Address to post to")
        return destinations.webhook(name, url), url
    place = _place(kind, where)
    goes = place if kind != "podcast" else {"kind": kind, "place": place, "feed": feed}
    new = destinations.checked({"name": name, "goes": goes})
    if not destinations.needs_secret(new):
        return new, None
    key_id, key = _secret("Access key id"), _secret("Secret access key")
    return new, destinations.bucket_keys(key_id.get_secret_value(), key.get_secret_value())


def _place(kind: str, where: dict[str, object]) -> dict[str, object]:
    path, bucket = where["path"], where["bucket"]
    if kind == "folder" or (kind == "podcast" and bucket is None):
        if path is None:
            other = " or --bucket s3://…" if kind == "podcast" else ""
            raise BadRequest("Kind", kind, f"Give it --path shorts{other}.")
        return {"kind": "folder", "path": path}
    if bucket is None:
        raise BadRequest("Kind", kind, "Give it --bucket s3://….")
    given = {name: where[name] for name in ("endpoint", "region", "own_keys")}
    return {"kind": "bucket", "url": bucket} | given


def _secret(what: str) -> SecretStr:
    """A line from a prompt without echo, or of what is piped in."""
    if sys.stdin.isatty():
        return SecretStr(getpass.getpass(f"{what}: ").strip())
    text = sys.stdin.readline(_LONGEST_LINE).strip()
    if not text:
        raise BadRequest(what, "", "Pipe it in, each secret on a line of its own: … < file")
    return SecretStr(text)


def _row(one: Destination) -> list[str]:
    kind = one.kind if one.enabled else f"{one.kind}, off"
    return [one.short_id, one.name, kind, one.shown.replace("[", r"\["), when(one.created_at)]


def _print_json(body: object) -> None:
    typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
