"""`vidp destination …`: where finished videos go. Secrets are typed or piped in."""

import getpass
import json
import sys

import typer
from pydantic import SecretStr

from ui.cli.installation import entered
from ui.cli.tables import console, table, when
from vid_pipeline.acts import destinations
from vid_pipeline.acts.destinations import Stands
from vid_pipeline.destination_records import Destination
from vid_pipeline.destinations import NewDestination
from vid_pipeline.errors import BadRequest

_LONGEST_LINE = 4096
_KINDS = ("folder", "bucket", "podcast", "webhook")


def listed(*, as_json: bool) -> None:
    """Print your destinations and their last deliveries, without what is secret of them."""
    with entered() as here:
        found = destinations.standing(here.db, here.user)
    if as_json:
        _print_json([_as_json(one) for one in found])
    elif found:
        rows = [_row(one) for one in found]
        columns = ("id", "name", "kind", "state", "leads to", "last delivery")
        console().print(table(*columns, rows=rows))
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


def edit(
    key: str, where: dict[str, object], feed: dict[str, object], *, secret: bool, as_json: bool
) -> None:
    """Lead a destination elsewhere; new secrets are read if `secret`, or if it needs one now."""
    with entered() as here:
        found = destinations.stands(here.db, here.user, key).destination
    new, sealed = _changed(found, where, feed, secret=secret)
    with entered() as here:
        made = destinations.edit(here.db, here.user, str(found.id), new.goes, sealed)
    if as_json:
        _print_json(made.model_dump(mode="json"))
    else:
        typer.echo(f"{made.name}: {made.shown}")


def enable(key: str, *, enabled: bool, as_json: bool) -> None:
    """Send there, or send nothing there."""
    with entered() as here:
        made = destinations.enable(here.db, here.user, key, enabled=enabled)
    if as_json:
        _print_json(made.model_dump(mode="json"))
    elif enabled:
        typer.echo(f"{made.name}: enabled, videos are sent there again.")
    else:
        typer.echo(f"{made.name}: paused. Go on with: vidp destination enable {made.name}")


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
    return new, _keys() if destinations.needs_secret(new) else None


def _changed(
    found: Destination, where: dict[str, object], feed: dict[str, object], *, secret: bool
) -> tuple[NewDestination, SecretStr | None]:
    """What a destination is to be, and the secret that takes the place of its own."""
    if found.kind == "webhook":
        if not secret or _given(where) or _given(feed):
            raise BadRequest("Option", found.name, "A webhook has its address alone: --secret.")
        url = _secret("Address to post to")
        return destinations.webhook(found.name, url), url
    goes = found.goes.model_dump()
    if found.kind == "podcast":
        goes |= {"place": goes["place"] | _given(where), "feed": goes["feed"] | _given(feed)}
    else:
        goes |= _given(where) | _given(feed)
    new = destinations.checked({"name": found.name, "goes": goes})
    needs = destinations.needs_secret(new)
    return new, _keys() if needs and (secret or not found.sealed) else None


def _given(options: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in options.items() if value is not None}


def _keys() -> SecretStr:
    key_id, key = _secret("Access key id"), _secret("Secret access key")
    return destinations.bucket_keys(key_id.get_secret_value(), key.get_secret_value())


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


def _row(stands: Stands) -> list[str]:
    one, last = stands.destination, stands.last
    state = "enabled" if one.enabled else "paused"
    sent = f"{last.state} {when(last.ended_at or last.begun_at)}" if last else "none yet"
    return [one.short_id, one.name, one.kind, state, one.shown.replace("[", r"\["), sent]


def _as_json(stands: Stands) -> dict[str, object]:
    last = stands.last.model_dump(mode="json") if stands.last else None
    return stands.destination.model_dump(mode="json") | {"last": last}


def _print_json(body: object) -> None:
    typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
