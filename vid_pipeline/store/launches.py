"""Launches: the runs of a production, each written down before Dagster is asked for it.

planned → running → ended, or killed when its process went without telling. One at a time is at
work for a production (a unique index sees to it), so that nothing is ever run twice.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import class_row
from psycopg.types.json import Json

from vid_pipeline.records import Due, Launch, LaunchReason, LaunchState

_PLAN = """
insert into vidp.launches (owner_id, production_id, number, version, job_name, reason, steps, redo,
    fresh, parent_run_id, root_run_id)
select vidp.uid(), p.id, coalesce((select max(l.number) from vidp.launches l
        where l.production_id = p.id), 0) + 1, p.version, p.job_name, %(reason)s, %(steps)s,
    %(redo)s, %(fresh)s, %(parent)s, %(root)s
from vidp.productions p where p.id = %(production)s
on conflict (production_id) where state in ('planned', 'running') do nothing
returning *"""
_MOVED_ON = """
update vidp.launches set waits_for = null
where production_id = %(production)s and waits_for is not null"""
_LOCK = """
select * from vidp.launches where id = %(id)s and state = 'planned'
    and pg_try_advisory_xact_lock(hashtextextended('launch/' || id, 0))"""
_TRY = """
update vidp.launches set tries = tries + 1, tried_at = clock_timestamp()
where id = %(id)s and state = 'planned' returning *"""
_NOTE = "update vidp.launches set error = %(error)s where id = %(id)s"
_TAKE = """
update vidp.launches set state = 'running', run_id = %(run_id)s,
    root_run_id = coalesce(%(root)s, %(run_id)s), error = null,
    parent_run_id = case when %(root)s::text is null then null else parent_run_id end
where id = %(id)s and state = 'planned' returning *"""
_END = """
update vidp.launches set state = %(state)s, ended_at = clock_timestamp(),
    waits_for = %(waits_for)s, error = coalesce(%(error)s, error)
where id = %(id)s and state in ('planned', 'running') returning *"""
_TELL = "update vidp.launches set told = waits_for where id = %(id)s"
_AT_WORK = """
select * from vidp.launches
where production_id = %(production)s and state in ('planned', 'running')"""
_OF_PRODUCTION = """
select * from vidp.launches where production_id = %(production)s order by number"""
_GET = "select * from vidp.launches where id = %(id)s"
_OF_RUN = "select * from vidp.launches where run_id = %(run_id)s"
_PLANNED = """
select id, owner_id, production_id from vidp.launches
where state = 'planned' and coalesce(tried_at, planned_at) < clock_timestamp() - %(age)s::interval
order by planned_at limit %(limit)s"""
_UNTOLD = """
select id, owner_id, production_id from vidp.launches
where waits_for is distinct from told and run_id is not null limit %(limit)s"""
_WHOSE = """
select id, owner_id, production_id from vidp.launches where run_id = %(run_id)s"""


def plan(
    conn: Connection[Any],
    production_id: UUID,
    *,
    reason: LaunchReason,
    steps: Sequence[str] | None = None,
    redo: Sequence[str] = (),
    fresh: bool = False,
    parent_run_id: str | None = None,
    root_run_id: str | None = None,
) -> Launch | None:
    """The next launch of a production, of its present version; None while another is at work.

    `steps` are Dagster's step keys, all of them if None; `redo` those that are done anew whatever
    was done before.
    """
    values = {
        "production": production_id,
        "reason": reason,
        "steps": None if steps is None else Json(list(steps)),
        "redo": Json(list(redo)),
        "fresh": fresh,
        "parent": parent_run_id,
        "root": root_run_id,
    }
    planned = _rows(conn).execute(_PLAN, values).fetchone()
    if planned is not None:
        moved_on(conn, production_id)
    return planned


def moved_on(conn: Connection[Any], production_id: UUID) -> None:
    """Its runs wait for nothing any more."""
    conn.execute(_MOVED_ON, {"production": production_id})


def locked(conn: Connection[Any], launch_id: UUID) -> Launch | None:
    """A planned launch, ours to start until the transaction ends; None if it is somebody else's.

    The row itself stays free: the run that is started writes into it.
    """
    return _rows(conn).execute(_LOCK, {"id": launch_id}).fetchone()


def tried(conn: Connection[Any], launch_id: UUID) -> Launch | None:
    """Count a try to start it; None when it is not planned any more."""
    return _rows(conn).execute(_TRY, {"id": launch_id}).fetchone()


def noted(conn: Connection[Any], launch_id: UUID, error: str) -> None:
    """Keep why it could not be started."""
    conn.execute(_NOTE, {"id": launch_id, "error": error})


def take(
    conn: Connection[Any], launch_id: UUID, run_id: str, *, root: str | None = None
) -> Launch | None:
    """Say that a run is it, in the group of `root`; None when another one already is.

    Without a root it has begun anew, on top of no other run.
    """
    values = {"id": launch_id, "run_id": run_id, "root": root}
    return _rows(conn).execute(_TAKE, values).fetchone()


def end(
    conn: Connection[Any],
    launch_id: UUID,
    state: LaunchState = "ended",
    *,
    waits_for: str | None = None,
    error: str | None = None,
) -> Launch | None:
    """End it: `ended` if its run said so itself; `waits_for` names the gates it waits at."""
    values = {"id": launch_id, "state": state, "waits_for": waits_for, "error": error}
    return _rows(conn).execute(_END, values).fetchone()


def told(conn: Connection[Any], launch_id: UUID) -> None:
    """Dagster's run now says what it waits for."""
    conn.execute(_TELL, {"id": launch_id})


def at_work(conn: Connection[Any], production_id: UUID) -> Launch | None:
    """The launch that is planned or running, if there is one."""
    return _rows(conn).execute(_AT_WORK, {"production": production_id}).fetchone()


def of_production(conn: Connection[Any], production_id: UUID) -> list[Launch]:
    """All launches of a production, in order."""
    return _rows(conn).execute(_OF_PRODUCTION, {"production": production_id}).fetchall()


def get(conn: Connection[Any], launch_id: UUID) -> Launch | None:
    """A launch by its id."""
    return _rows(conn).execute(_GET, {"id": launch_id}).fetchone()


def of_run(conn: Connection[Any], run_id: str) -> Launch | None:
    """The launch that a Dagster run is."""
    return _rows(conn).execute(_OF_RUN, {"run_id": run_id}).fetchone()


def whose(conn: Connection[Any], run_id: str) -> Due | None:
    """The production of a Dagster run, and whose it is (service)."""
    return _due(conn).execute(_WHOSE, {"run_id": run_id}).fetchone()


def planned(conn: Connection[Any], *, age_s: float, limit: int = 50) -> list[Due]:
    """Launches that nobody has started for so long, the oldest first (service)."""
    values = {"age": f"{age_s} seconds", "limit": limit}
    return _due(conn).execute(_PLANNED, values).fetchall()


def untold(conn: Connection[Any], *, limit: int = 50) -> list[Due]:
    """Launches whose run in Dagster does not say truly what it waits for (service)."""
    return _due(conn).execute(_UNTOLD, {"limit": limit}).fetchall()


def _rows(conn: Connection[Any]) -> Cursor[Launch]:
    return conn.cursor(row_factory=class_row(Launch))


def _due(conn: Connection[Any]) -> Cursor[Due]:
    return conn.cursor(row_factory=class_row(Due))
