"""How a production stands when a run of it has ended: derived from steps, requests and launch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline.acts import people, results
from vid_pipeline.acts.surveying import survey
from vid_pipeline.acts.verdicts import Answer
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.records import Launch, Production, Request
from vid_pipeline.store import launches, productions, requests, traces, users
from vid_pipeline.store.database import Database

_STOPS = {"stopped", "expired"}
UNFINISHED = "These steps have not run: {steps}. Resume it: what was finished is kept."


@dataclass(frozen=True)
class Outcome:
    """What a run can tell of itself at its end."""

    cancelled: bool = False
    failed_step: str | None = None
    error: str = ""
    folder: str | None = None


def ended(shop: Workshop, production: Production, run_id: str, outcome: Outcome) -> Production:
    """Move a production on, and close its launch. Saying so again changes nothing."""
    with shop.db.acting(production.owner_id) as conn:
        now = productions.locked(conn, production.id)
        launch = launches.of_run(conn, run_id)
        if launch is not None and launch.state != "running":
            return now
        moved, waits_for = _moved(shop, conn, now, launch, outcome)
        if launch is not None:
            launches.end(conn, launch.id, waits_for=waits_for)
        return moved


def _moved(
    shop: Workshop,
    conn: Connection[Any],
    production: Production,
    launch: Launch | None,
    outcome: Outcome,
) -> tuple[Production, str | None]:
    by = _stop_meanwhile(conn, production, launch)
    if outcome.cancelled or by is not None:
        traces.abandon(conn, production.id, state="cancelled")  # what did not hear the stop
        requests.withdraw(conn, production.id)
        reason = None if by is None else why_stopped(shop.db, by)
        return productions.cancelled(conn, production.id, reason=reason), None
    _withdraw_outdated(conn, production)
    waits_for = gates(requests.of_production(conn, production.id))
    if outcome.failed_step is not None:
        failed = productions.failed(
            conn, production.id, error=outcome.error, step=outcome.failed_step
        )
        people.tell_author(conn, "failed", failed)
        return failed, waits_for
    if waits_for:
        return productions.waiting(conn, production.id), waits_for
    _, stands = survey(shop, conn, production)
    if not stands.finished and requests.has_untaken(conn, production.id):
        return productions.waiting(conn, production.id), None
    if stands.finished:
        made = results.delivered_in(outcome.folder)
        if production.only_step is not None and made is None:
            return productions.done(conn, production.id), None
        video_s = made.duration_s if made and made.duration_s > 0 else None
        done = productions.done(conn, production.id, folder=outcome.folder, video_s=video_s)
        people.tell_author(conn, "done", done)
        return done, None
    error = UNFINISHED.format(steps=", ".join(stands.left))
    failed = productions.failed(conn, production.id, error=error)
    people.tell_author(conn, "failed", failed)
    return failed, None


def _stop_meanwhile(
    conn: Connection[Any], production: Production, launch: Launch | None
) -> Request | None:
    """The request by which somebody, or a deadline, ended the production during this launch."""
    if launch is None:
        return None
    asked = (one for one in requests.of_production(conn, production.id) if one.state in _STOPS)
    return next(
        (one for one in asked if one.decided_at and one.decided_at >= launch.planned_at), None
    )


def _withdraw_outdated(conn: Connection[Any], production: Production) -> None:
    """Withdraw what steps have asked that have gone on since: a cap was raised by itself."""
    newest = {trace.step_key: trace for trace in traces.of_production(conn, production.id)}
    waiting = {trace.step_id for trace in newest.values() if trace.state == "waiting"}
    for request in requests.of_production(conn, production.id):
        if request.state == "open" and request.step_id not in waiting:
            requests.withdraw(conn, production.id, request.step_id)


def gates(asked: Sequence[Request]) -> str | None:
    """The gates that wait, as Dagster's run is tagged; None when none does."""
    return ", ".join(dict.fromkeys(r.step_id for r in asked if r.state == "open")) or None


def why_stopped(db: Database, request: Request) -> str:
    """Why a request that was stopped, or has expired, ends its production."""
    if request.decided_by is None:
        return f"Nobody decided “{request.title}” by its deadline."
    with db.service() as conn:
        by = users.get(conn, request.decided_by).display_name
    return f"Stopped by {by}: {Answer.of(request).said or 'no reason given'}"


def killed(
    conn: Connection[Any], production: Production, *, error: str, tell: bool = True
) -> Production:
    """Fail a production whose process went without telling, with the steps that were at work.

    `tell` has its author told; not if it is to be recovered first.
    """
    open_steps = traces.abandon(conn, production.id, state="failed", error=error)
    step = open_steps[0].step_key if open_steps else None
    close(conn, production.id)
    failed = productions.failed(conn, production.id, error=error, step=step)
    if tell:
        people.tell_author(conn, "failed", failed)
    return failed


def stopped(
    conn: Connection[Any], production: Production, *, reason: str | None = None
) -> Production:
    """Cancel a production that no process works on; its requests are withdrawn."""
    traces.abandon(conn, production.id, state="cancelled")
    requests.withdraw(conn, production.id)
    launches.moved_on(conn, production.id)
    close(conn, production.id)
    return productions.cancelled(conn, production.id, reason=reason)


def close(conn: Connection[Any], production_id: UUID) -> Launch | None:
    """End the launch at work, whose run cannot do so itself any more."""
    launch = launches.at_work(conn, production_id)
    return None if launch is None else launches.end(conn, launch.id, "killed")
