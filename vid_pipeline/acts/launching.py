"""Launching: a production's next run, planned in the store first, then started exactly once.

Whoever finds a planned launch starts it: the one who decided, or a sweep. The row is held while it
is started, and a run that was started but not written down is found again by its tag.
"""

import logging
import threading
from collections.abc import Sequence, Set
from contextlib import suppress
from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline import alone, tags
from vid_pipeline.acts import addressing, people
from vid_pipeline.acts.surveying import survey
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.dagster_api import DagsterApi
from vid_pipeline.errors import BadRequest, ToolError
from vid_pipeline.records import Launch, LaunchReason, Production
from vid_pipeline.store import launches, productions, requests, traces
from vid_pipeline.wiring import Wiring

MOST_TRIES, MOST_STARTS = 3, 5
_LOG = logging.getLogger(__name__)


def plan(
    shop: Workshop,
    conn: Connection[Any],
    production: Production,
    *,
    reason: LaunchReason,
    redo: Sequence[str] = (),
    fresh: bool = False,
) -> Launch:
    """The next launch: what is left, on top of what its runs have given so far.

    What is about one step alone stays so unless it is asked to go further. The caller holds the
    production. All that was decided is taken up by this launch.

    Raises:
        BadRequest: a run of it is planned or at work.
        WorkflowError: its version cannot run here any more, or sends to a destination that is
            missing or paused. A decision is taken up all the same: the step that sends tells it.
    """
    further = reason in alone.GOES_FURTHER
    wiring, stands = survey(shop, conn, production, redo=redo, further=further)
    if reason != "decision":
        left = None if fresh else stands.left
        addressing.refuse(conn, wiring.workflow, shop.catalog, left=left)
    needed = {trace.run_id for trace in stands.holds.values()}
    parent = None if fresh else parent_of(conn, production, needed)
    steps = stands.selection if parent is not None else stands.whole
    planned = launches.plan(
        conn,
        production.id,
        reason=reason,
        steps=steps,
        redo=redo,
        fresh=fresh,
        parent_run_id=parent.run_id if parent and steps is not None else None,
        root_run_id=parent.root_run_id if parent and steps is not None else None,
    )
    if planned is None:
        raise BadRequest("Production", production.short_id, "A run of it is already at work.")
    requests.taken_up(conn, production.id, planned.id)
    productions.queued(conn, production.id)
    return planned


def plan_alone(
    conn: Connection[Any], production: Production, wiring: Wiring, step_id: str
) -> Launch:
    """The first launch of a new production in which one step runs; the others were given."""
    planned = launches.plan(
        conn,
        production.id,
        reason="start",
        steps=alone.keys(wiring, step_id),
        redo=(step_id,),
    )
    assert planned is not None, "nothing of a new production is at work"
    productions.queued(conn, production.id)
    return planned


def anew(conn: Connection[Any], launch: Launch) -> tuple[str, ...] | None:
    """The steps of a launch that is on top of no other run, or of none that is there; None: all."""
    found = launches.of_production(conn, launch.production_id)
    return None if alone.step_of(found) is None else found[0].steps


def parent_of(conn: Connection[Any], production: Production, needed: Set[str]) -> Launch | None:
    """The newest run of the production's present version, which the next one goes on from.

    None if outputs of the runs `needed` are not to be had through it: a run that was killed before
    its first step may have begun anew, and one on top of it would look for them in vain.
    """
    begun = {trace.run_id for trace in traces.of_production(conn, production.id)}
    found = {one.run_id: one for one in launches.of_production(conn, production.id) if one.run_id}
    same = [one for one in found.values() if one.version == production.version]
    parent = next((one for one in reversed(same) if one.run_id in begun), None)
    above, chain = parent, set[str]()
    while above is not None and above.run_id is not None:
        chain.add(above.run_id)
        above = found.get(above.parent_run_id or "")
    return parent if needed <= chain else None


def send(shop: Workshop, launch: Launch) -> str:
    """Start a planned launch in the background; who runs it: `dagster`, `worker`, or `another`.

    `nobody` when it was started too often already: then the production has failed.

    Dagster's server does if it is up, else a worker process. The production ends in the store,
    whoever waits.

    Raises:
        ToolError: it could not be started. It is tried again by a sweep, `MOST_TRIES` in all.
    """
    with shop.db.acting(launch.owner_id) as conn:
        now = launches.tried(conn, launch.id)
    if now is None:
        return "another"
    if now.tries > MOST_STARTS:  # each time the worker ended before it took the launch
        _not_started(shop, launch, f"It was started {MOST_STARTS} times and did not begin.")
        return "nobody"
    try:
        return _started(shop, launch)
    except ToolError as error:
        _not_started(shop, launch, str(error))
        raise


def soon(shop: Workshop, launch: Launch) -> None:
    """Start a planned launch, as `send` does, while the caller goes on.

    Dagster may have to read a new workflow first, which takes seconds. What cannot be started now
    is started by a sweep.
    """
    threading.Thread(target=_sent, args=(shop, launch), name="launch", daemon=True).start()


def _sent(shop: Workshop, launch: Launch) -> None:
    try:
        send(shop, launch)
    except Exception as fault:  # noqa: BLE001  (a thread's end; a sweep tries again)
        _LOG.warning("A launch was left for a sweep: %s", fault)


def _started(shop: Workshop, launch: Launch) -> str:
    api = DagsterApi.of(shop.settings)
    with shop.db.acting(launch.owner_id) as lock:
        held = launches.locked(lock, launch.id)
        if held is None:
            return "another"
        if not api.is_up():
            shop.start_worker(shop.settings, shop.db, held)
            return "worker"
        production = productions.get(lock, held.production_id)
        known = api.find(tags.LAUNCH, str(launch.id))
        run_id = known or _asked(api, production, held, anew(lock, held))
        root = api.root_of(run_id)
        with shop.db.acting(launch.owner_id) as conn:
            taken(conn, held, run_id, root=root)
    return "dagster"


def taken(conn: Connection[Any], launch: Launch, run_id: str, *, root: str | None) -> Launch | None:
    """Say that a Dagster run is a launch; None when it was said before or another one is."""
    done = launches.take(conn, launch.id, run_id, root=root)
    if done is not None:
        productions.attach_run(conn, launch.production_id, run_id, root=root)
    return done


def _asked(
    api: DagsterApi, production: Production, launch: Launch, whole: Sequence[str] | None
) -> str:
    """The run id that Dagster gives; a run whose parent is gone starts anew and reuses steps."""
    told = tags.of(production, launch)
    if launch.parent_run_id is None or api.status(launch.parent_run_id) is None:
        return api.launch(launch.job_name, steps=whole, tags=told)
    return api.launch_again(
        launch.job_name,
        steps=launch.steps or (),
        parent=launch.parent_run_id,
        root=launch.root_run_id or launch.parent_run_id,
        tags=told,
    )


def _not_started(shop: Workshop, launch: Launch, error: str) -> None:
    """Keep why; after some tries the production has failed."""
    with shop.db.acting(launch.owner_id) as conn:
        now = launches.get(conn, launch.id)
        if now is None or now.state != "planned":
            return
        if now.tries < MOST_TRIES:
            launches.noted(conn, launch.id, error)
            return
        launches.end(conn, launch.id, "killed", error=error)
        with suppress(BadRequest):
            failed = productions.failed(conn, launch.production_id, error=error)
            people.tell_author(conn, "failed", failed)


def advance(shop: Workshop, owner: UUID, production_id: UUID) -> Launch | None:
    """Go on with a production in which something was decided; None if there is nothing to do.

    Raises:
        ToolError: the run could not be started; a sweep tries again.
        WorkflowError: its version cannot run here any more.
    """
    with shop.db.acting(owner) as conn:
        production = productions.locked(conn, production_id)
        paused = production.state in {"waiting", "failed"}
        if not paused or not requests.has_untaken(conn, production_id):
            return None
        planned = plan(shop, conn, production, reason="decision")
    send(shop, planned)
    return planned
