"""`vidp approvals`, `approve`, `reject`, `edit`: what waits for people, and what they answer."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import typer

from ui.cli import continuing, wording
from ui.cli.installation import Installation, entered
from ui.cli.tables import ago, console, table
from vid_pipeline.acts import deciding, reviewing, verdicts
from vid_pipeline.acts.deciding import Decided
from vid_pipeline.acts.reviewing import Review
from vid_pipeline.acts.verdicts import Decision
from vid_pipeline.errors import BadRequest
from vid_pipeline.records import Request
from vid_pipeline.store import requests, users


def listed(handle: str | None, *, as_json: bool) -> None:
    """Print what waits, the longest waiting first."""
    with entered() as here, here.db.acting(acting(here, handle)) as conn:
        found = requests.open_ones(conn, limit=200)
    if as_json:
        _print_json([request.model_dump(mode="json") for request in found])
    elif found:
        columns = ("id", "waits for", "production", "step", "round", "what")
        console().print(table(*columns, rows=[_row(request) for request in found]))
    else:
        typer.echo("Nothing waits for a decision.")


def show(key: str, handle: str | None, *, as_json: bool) -> None:
    """Print one request: what is shown, who may decide, what has changed since the last round."""
    with entered() as here:
        review = reviewing.review(here.shop, acting(here, handle), key)
    if as_json:
        _print_json(review.model_dump(mode="json"))
    else:
        wording.tell(review)


def decide(key: str, decision: Decision, handle: str | None, *, wait: bool, as_json: bool) -> None:
    """Answer a request; with `wait`, watch what comes of it."""
    with entered() as here:
        decided = deciding.decide(here.shop, acting(here, handle), key, decision)
        if not as_json:
            typer.echo(_outcome(decided), err=wait)
        if wait and decided.request.state in {"approved", "rejected"}:
            continuing.follow(here, decided.production.id, as_json=as_json)
        elif as_json:
            request = decided.request.model_dump(mode="json")
            launch = decided.launch.model_dump(mode="json") if decided.launch else None
            _print_json({"ok": True, "request": request, "launch": launch})


@dataclass(frozen=True)
class Edit:
    """What to change: an item (or the one thing), by `path=value`, from a file, or in an editor."""

    item: str = ""
    changes: tuple[str, ...] = ()
    file: Path | None = None


def edit(
    key: str, decision: Decision, change: Edit, handle: str | None, *, wait: bool, as_json: bool
) -> None:
    """Change what is shown, and approve it so."""
    with entered() as here:
        review = reviewing.review(here.shop, acting(here, handle), key)
    edited = wording.edited(_body(review, change.item), change.changes, change.file)
    seen = decision.model_copy(update={"seen": verdicts.digest_of(review.request)})
    decide(key, with_edit(seen, change.item, edited), handle, wait=wait, as_json=as_json)


def with_edit(decision: Decision, item: str, edited: object) -> Decision:
    """A decision with one thing changed."""
    if not item:
        return Decision.model_validate(decision.model_dump() | {"edit": edited})
    items = {name: one.model_dump() for name, one in decision.items.items()}
    items[item] = {"verdict": "approve", "edit": edited}
    return Decision.model_validate(decision.model_dump() | {"items": items})


def acting(here: Installation, handle: str | None) -> UUID:
    """Whom a command acts as: the local user, or another one by handle.

    Raises:
        BadRequest: there is no such user.
    """
    if handle is None:
        return here.user
    with here.db.service() as conn:
        found = users.by_handle(conn, [handle])
    if handle not in found:
        raise BadRequest("User", handle, "Add them: vidp users add NAME.")
    return found[handle]


def _body(review: Review, item: str) -> object:
    for one in review.things:
        if one.key == item:
            return one.body
    keys = ", ".join(one.key for one in review.things if one.key) or "none; it is about one thing"
    raise BadRequest("Item", item, f"The request has: {keys}.")


def _row(request: Request) -> list[str]:
    late = ""
    if request.deadline_at is not None:
        left_h = (request.deadline_at - datetime.now(UTC)).total_seconds() / 3600
        late = f" ({left_h:.1f} h left)" if left_h > 0 else " (late)"
    return [
        request.short_id,
        ago(request.asked_at),
        str(request.production_id)[-8:],
        request.step_id,
        str(request.round),
        f"{request.title}{late}".replace("[", r"\["),
    ]


def _outcome(decided: Decided) -> str:
    request = decided.request
    if decided.approvals_missing:
        return f"Approved. {request.needed} approvals are needed; it waits for the others."
    goes_on = "The production goes on." if decided.launch else "It goes on as soon as it can."
    ends = "The production has ended." if request.state == "stopped" else goes_on
    return f"{request.state.capitalize()}. {ends}"


def _print_json(body: object) -> None:
    typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
