"""Sweeping: seeing to what nobody has seen to, because a process ended in between.

Every act is complete by itself in the usual case. A sweep, called every few seconds by Dagster's
daemon and once by each command, finds what was left half-way and does the rest: decisions that no
run has taken up, launches that were planned and not started, deadlines, killed processes.
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline import at_work
from vid_pipeline.acts import ending, launching, people, stopping, telling
from vid_pipeline.acts.telling import SetTags
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.errors import BadRequest, NotFound, VidPipelineError
from vid_pipeline.records import Due, Launch, Production, Request
from vid_pipeline.store import launches, productions, requests

KILLED = "The process that made it was killed. Resume it: what was finished is kept."
MOST_RECOVERIES = 3
_LAUNCH_AGE_S, _MOST = 10.0, 8
_START_S = 300.0
_REMIND_HOURS = 24.0
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Swept:
    """How many of each were seen to."""

    resumed: int = 0
    launched: int = 0
    due: int = 0
    recovered: int = 0
    told: int = 0


def sweep(
    shop: Workshop,
    *,
    set_tags: SetTags | None = None,
    recover: bool = False,
    launch_age_s: float = _LAUNCH_AGE_S,
    only: UUID | None = None,
    most: int = _MOST,
) -> Swept:
    """See to everything that is due; one thing's failure keeps none of the others.

    Args:
        shop: the installation.
        set_tags: puts tags on Dagster's runs, where that can be done.
        recover: go on by itself with productions whose process was killed.
        launch_age_s: how long a planned launch may be somebody else's to start.
        only: whose productions alone are seen to; everybody's if None.
        most: how many runs are started at most, so that a crowd of them does not come at once.
    """
    with shop.db.service() as conn:
        decided = requests.decided(conn)
        planned = launches.planned(conn, age_s=launch_age_s)
        late = requests.due(conn)
        untold = launches.untold(conn) if set_tags is not None else []
    decided, planned, late = (_of(only, found) for found in (decided, planned, late))
    killed = at_work.abandoned(shop.settings)
    return Swept(
        recovered=_some(most, (partial(settle, shop, key, recover) for key in killed)),
        resumed=_some(most, (partial(_resume, shop, one) for one in _by_production(decided))),
        launched=_some(most, (partial(_start, shop, one) for one in planned)),
        due=sum(_tried(_see_to, shop, one) for one in late),
        told=sum(_tried(_tell, shop, one, set_tags) for one in _by_production(untold)),
    )


def _some(most: int, acts: Iterable[Callable[[], bool]]) -> int:
    """Try one after the other until `most` have done something; how many did."""
    return sum(1 for _ in islice((act for act in acts if _tried(act)), most))


def _tried(act: Callable[..., bool], *arguments: Any) -> bool:
    try:
        return act(*arguments)
    except (NotFound, BadRequest) as settled:
        _LOG.debug("Nothing to do: %s", settled)
    except VidPipelineError as error:
        _LOG.warning("A sweep could not finish: %s", error)
    return False


def _of(owner: UUID | None, found: list[Due]) -> list[Due]:
    return [one for one in found if owner in {None, one.owner_id}]


def _by_production(found: Iterable[Due]) -> list[Due]:
    return list({one.production_id: one for one in found}.values())


def _resume(shop: Workshop, due: Due) -> bool:
    return launching.advance(shop, due.owner_id, due.production_id) is not None


def _start(shop: Workshop, due: Due) -> bool:
    with shop.db.acting(due.owner_id) as conn:
        launch = launches.get(conn, due.id)
    return launch is not None and launching.send(shop, launch) != "another"


def _tell(shop: Workshop, due: Due, set_tags: SetTags) -> bool:
    telling.tell(shop.db, due.owner_id, due.production_id, set_tags)
    return True


def settle(shop: Workshop, key: UUID, recover: bool) -> bool:
    """Fail, or `recover`, a production on this machine whose process is gone; False if neither.

    Raises:
        NotFound: there is no such production.
    """
    with shop.db.service() as conn:
        owner = productions.owner_of(conn, key)
    with at_work.taken_over(shop.settings, key) as ours, shop.db.acting(owner) as conn:
        production = productions.locked(conn, key)
        launch = launches.at_work(conn, key)
        if not ours or not _was_at_work(production, launch):
            return False
        ended = ending.killed(conn, production, error=KILLED, tell=not recover)
        again = planned_again(shop, conn, ended) if recover else None
    if again is not None:
        launching.send(shop, again)
    return again is not None or not recover


def _was_at_work(production: Production, launch: Launch | None) -> bool:
    """Whether a process must have worked on it.

    Dagster has its run before that has a process: until then the production is queued. Whoever has
    gone on without a process for `_START_S` never comes.
    """
    if launch is not None and launch.state != "running":
        return False
    if launch is None or production.state != "queued":
        return production.state in {"draft", "queued", "running"}
    return (datetime.now(UTC) - launch.planned_at).total_seconds() > _START_S


def planned_again(shop: Workshop, conn: Connection[Any], killed: Production) -> Launch | None:
    """The launch that goes on with a production whose process was killed, to be sent.

    None if that happens again and again, or if its version cannot run here any more. In the
    transaction that says it was killed, so that whoever dies after it leaves a planned launch.
    Its author is told that it failed, if it does not go on.
    """
    if _may_recover(launches.of_production(conn, killed.id)):
        with suppress(VidPipelineError), conn.transaction():
            return launching.plan(shop, conn, killed, reason="resume")
    people.tell_author(conn, "failed", killed)
    return None


def _may_recover(found: list[Launch]) -> bool:
    last = found[-1 - MOST_RECOVERIES :]
    return bool(last) and not (
        len(last) > MOST_RECOVERIES and all(launch.state == "killed" for launch in last)
    )


def _see_to(shop: Workshop, due: Due) -> bool:
    """A request whose reminder or deadline has come."""
    with shop.db.acting(due.owner_id) as conn:
        production = productions.locked(conn, due.production_id)
        request = requests.locked(conn, due.id)
        if request.state != "open":
            return False
        asked = people.deciders(shop.db, request)
        if requests.is_late(conn, request.id):
            production = _at_deadline(shop, conn, production, request, asked)
        else:
            people.tell_deciders(conn, "reminder", request, asked)
            requests.reminded(
                conn, request.id, again_hours=None if request.deadline_at else _REMIND_HOURS
            )
        expired = requests.locked(conn, request.id)
    if expired.state == "expired" and not production.ended:
        stopping.ask(shop, production, reason=ending.why_stopped(shop.db, expired))
    return True


def _at_deadline(
    shop: Workshop,
    conn: Connection[Any],
    production: Production,
    request: Request,
    asked: list[UUID],
) -> Production:
    """Silence never approves: it reminds, asks others too, or ends the production."""
    if request.at_deadline == "reject":
        expired = requests.decide(conn, request.id, "expired", by=None, answer=None)
        people.tell_deciders(conn, "expired", request, [*asked, request.owner_id])
        reason = ending.why_stopped(shop.db, expired)
        return stopping.unless_at_work(conn, production, reason=reason)
    if request.at_deadline == "escalate":
        wider = requests.escalated(conn, request.id)
        people.tell_deciders(conn, "escalated", request, list(wider.escalate_to))
    else:
        people.tell_deciders(conn, "reminder", request, asked)
        requests.put_off(conn, request.id, again_hours=_REMIND_HOURS)
    return production
