"""Deciding: what people answer to a request, checked, kept, and acted on once.

    decide(shop, user, "1f0c82aa", Decision(verdict="approve"))

A decision is one transaction: it holds the production, so that it is made before a cancel or after
it, and by one person. Then the production goes on; if that is prevented, a sweep sees to it.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection
from pydantic import TypeAdapter

from vid_pipeline import pins as pinning
from vid_pipeline.acts import ending, launching, stopping, verdicts
from vid_pipeline.acts.surveying import wiring_of
from vid_pipeline.acts.verdicts import Answer, Decision
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.errors import BadRequest, Conflict, ToolError
from vid_pipeline.records import BudgetScope, Launch, Production, Request, User
from vid_pipeline.store import budgets, productions, requests, traces, turns, users, workflows
from vid_pipeline.store.budgets import Defaults
from vid_pipeline.wiring import Wiring
from vid_pipeline.workflow import item_in

_DECIDABLE = {"waiting", "running", "queued", "failed"}
_SCOPE: TypeAdapter[BudgetScope] = TypeAdapter(BudgetScope)


@dataclass(frozen=True)
class Decided:
    """A request as it is now, and the launch that goes on with it, if one was planned."""

    request: Request
    production: Production
    launch: Launch | None

    @property
    def approvals_missing(self) -> bool:
        return self.request.state == "open"


def decide(shop: Workshop, user: UUID, key: UUID | str, decision: Decision) -> Decided:
    """Answer a request, as a user.

    Raises:
        NotFound: there is no such request, or it is not for this user.
        NotAllowed: this user may not decide it.
        BadRequest: it is decided already, late, or withdrawn; or the answer does not fit.
        Conflict: another approver has changed it since this one has `seen` it.
        WorkflowError: its step is not installed any more.
    """
    with shop.db.acting(user) as conn:
        request = requests.get(conn, key)
        decider = users.get(conn, user)
    verdicts.refuse_stranger(request, decider)
    wiring = _wiring(shop, request)
    with shop.db.acting(request.owner_id) as conn:
        production = productions.locked(conn, request.production_id)
        request = requests.locked(conn, request.id)
        _refuse(conn, request, production)
        _refuse_unseen(shop, conn, request, decision)
        answer = verdicts.checked(decision, request, wiring, shop.store)
        defaults = Defaults.of(shop.settings)
        request = _apply(conn, request, decider, decision, answer, defaults)
        if request.state == "stopped":
            reason = ending.why_stopped(shop.db, request)
            production = stopping.unless_at_work(conn, production, reason=reason)
    if request.state == "stopped" and not production.ended:
        production = stopping.ask(shop, production, reason=reason)
    launch = None
    if request.state in {"approved", "rejected"}:
        with suppress(ToolError):  # a sweep goes on with it
            launch = launching.advance(shop, request.owner_id, request.production_id)
    return Decided(request, production, launch)


def _wiring(shop: Workshop, request: Request) -> Wiring:
    with shop.db.acting(request.owner_id) as conn:
        production = productions.get(conn, request.production_id)
        version = workflows.get(conn, production.workflow, production.version)
    return wiring_of(shop, version)


def _refuse(conn: Connection[Any], request: Request, production: Production) -> None:
    """Return if it can be decided now.

    Raises:
        BadRequest: it was decided, withdrawn or is late, or its production has ended.
    """
    if request.state != "open":
        raise BadRequest("Request", request.short_id, _why_closed(request, production))
    if production.state not in _DECIDABLE:
        raise BadRequest(
            "Request", request.short_id, f"Its production is {production.state}: resume it first."
        )
    if request.at_deadline == "reject" and requests.is_late(conn, request.id):
        raise BadRequest(
            "Request",
            request.short_id,
            "Its deadline has passed, which rejects it. Retry the production to be asked again.",
        )


def _refuse_unseen(
    shop: Workshop, conn: Connection[Any], request: Request, decision: Decision
) -> None:
    """Return if what is decided is what was seen, or the caller does not say what that was.

    Raises:
        Conflict: another approver has edited it meanwhile.
    """
    if decision.seen is None or decision.seen == verdicts.digest_of(request):
        return
    voters = requests.voters(conn, request.id)
    who, when = voters[-1] if voters else (request.owner_id, request.asked_at)
    with shop.db.service() as service:
        name = users.names(service, [who]).get(who, "somebody")
    remedy = "Nothing was decided. Look at it again, then decide."
    raise Conflict(f"“{request.title}”", who=name, when=when, remedy=remedy)


def _why_closed(request: Request, production: Production) -> str:
    if request.state == "withdrawn":
        return f"It was withdrawn; its production is {production.state}."
    if request.decided_by is None:
        return f"It has {request.state} at its deadline."
    return f"It was {request.state} already, at {request.decided_at:%Y-%m-%d %H:%M} UTC."


def _apply(
    conn: Connection[Any],
    request: Request,
    decider: User,
    decision: Decision,
    answer: Answer,
    defaults: Defaults,
) -> Request:
    """Write the decision down; an approval that is not enough by itself leaves it open."""
    kept = answer.model_dump(mode="json", exclude_defaults=True)
    if decision.verdict == "stop":
        return requests.decide(conn, request.id, "stopped", by=decider.id, answer=kept)
    if answer.rejects:
        _tell_steps(conn, request, decider, answer)
        return requests.decide(conn, request.id, "rejected", by=decider.id, answer=kept)
    before = Answer.of(request)
    if (answer.edits, answer.form) != (before.edits, before.form):
        requests.unvote(conn, request.id)  # the others have approved something else
    votes = requests.vote(conn, request.id, decider.id)
    if votes is None:
        raise BadRequest("Request", request.short_id, "You have approved it already.")
    if votes < request.needed:
        return requests.propose(conn, request.id, kept)
    if request.kind == "budget":
        _raise_cap(conn, request, decider, answer, defaults)
    return requests.decide(conn, request.id, "approved", by=decider.id, answer=kept)


def _raise_cap(
    conn: Connection[Any], request: Request, decider: User, answer: Answer, defaults: Defaults
) -> None:
    scope = _SCOPE.validate_python(request.facts["scope"])
    assert answer.limit_usd is not None, "an approved budget has its new cap"
    of_one = request.production_id if scope == "production" else None
    budgets.raise_cap(conn, scope, of_one, answer.limit_usd, by=decider.id, defaults=defaults)


def _tell_steps(conn: Connection[Any], request: Request, decider: User, answer: Answer) -> None:
    """Give each step that tries again its feedback, beside what it gave last."""
    newest = {trace.step_key: trace for trace in traces.of_production(conn, request.production_id)}
    for step_key, feedback in answer.feedback.items():
        if step_key not in newest:
            raise BadRequest("Step to go back to", step_key, "It has not run in this production.")
        item = item_in(step_key)
        pins = [pin for pin in answer.pins if not item or pin.item == item]
        about = pinning.about(newest[step_key].output, pins)
        turns.add(
            conn,
            request.production_id,
            step_key,
            feedback,
            about=about,
            author_id=decider.id,
            request_id=request.id,
        )
