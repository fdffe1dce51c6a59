"""The inbox: requests that a user may see, filtered and counted in the database."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row
from pydantic import Field

from vid_pipeline.asking import RequestKind
from vid_pipeline.records import Record, RequestState

_FITS = """
    (%(kind)s::text is null or r.kind = %(kind)s)
    and (%(older)s::interval is null or r.asked_at < now() - %(older)s::interval)
    and (not %(mine)s or not (r.author_barred and r.owner_id = (select vidp.uid())) and (
        (select vidp.uid()) = any (r.assignees)
        or r.role is not null and (select u.role from vidp.users u
            where u.id = (select vidp.uid())) in (r.role, 'administrator')
        or r.assignees = '{}' and r.role is null and r.owner_id = (select vidp.uid())))"""
_COLUMNS = """
    r.id, r.owner_id, r.production_id, r.step_id, r.kind, r.round, r.title, r.about, r.workflow,
    r.state, r.asked_at, r.decided_at, r.deadline_at, r.needed,
    coalesce(r.shown -> 0 ->> 'type', '') as type, json_array_length(r.shown) as things"""
_IN_WORKFLOW = "(%(workflow)s::text is null or r.workflow = %(workflow)s)"
_OPEN = f"""
select {_COLUMNS} from vidp.requests r
where r.state = 'open' and {_IN_WORKFLOW} and {_FITS}
order by r.asked_at, r.id limit %(limit)s offset %(offset)s"""  # noqa: S608 - our own texts
_CLOSED = f"""
select {_COLUMNS} from vidp.requests r
where r.state <> 'open' and {_IN_WORKFLOW} and {_FITS}
order by r.decided_at desc, r.id desc limit %(limit)s offset %(offset)s"""  # noqa: S608
_COUNT_OPEN = f"""
select r.workflow, count(*) from vidp.requests r
where r.state = 'open' and {_FITS} group by r.workflow order by r.workflow"""  # noqa: S608
_COUNT_CLOSED = f"""
select r.workflow, count(*) from vidp.requests r
where r.state <> 'open' and {_FITS} group by r.workflow order by r.workflow"""  # noqa: S608

_WAITING = f"""
select count(*) as count, max(r.asked_at) as newest from vidp.requests r
where r.state = 'open' and {_FITS}"""  # noqa: S608


class Wanted(Record):
    """Which requests. `mine` are those that the user may decide; all, those that they may see."""

    open: bool = True
    scope: Literal["mine", "all"] = "mine"
    kind: RequestKind | None = None
    workflow: str | None = None
    older_than_hours: float | None = Field(default=None, ge=0, le=100_000)


class Listed(Record):
    """A request in a list; `things` is how many are shown, of which the first is of `type`."""

    id: UUID
    owner_id: UUID
    production_id: UUID
    step_id: str
    kind: RequestKind
    round: int
    title: str
    about: str
    workflow: str
    state: RequestState
    asked_at: datetime
    decided_at: datetime | None
    deadline_at: datetime | None
    needed: int
    type: str
    things: int


class Waiting(Record):
    """How many requests wait for a user to decide, and when the newest one was asked."""

    count: int
    newest: datetime | None


def page(conn: Connection[Any], wanted: Wanted, *, limit: int, offset: int = 0) -> list[Listed]:
    """Open ones, the longest waiting first; or decided ones, the newest first."""
    query = _OPEN if wanted.open else _CLOSED
    values = _values(wanted) | {"limit": limit, "offset": offset}
    return conn.cursor(row_factory=class_row(Listed)).execute(query, values).fetchall()


def counts(conn: Connection[Any], wanted: Wanted) -> dict[str, int]:
    """How many there are in each workflow, whichever is wanted."""
    query = _COUNT_OPEN if wanted.open else _COUNT_CLOSED
    return dict(conn.execute(query, _values(wanted)).fetchall())


def waiting(conn: Connection[Any]) -> Waiting:
    """What waits for the acting user to decide."""
    cursor = conn.cursor(row_factory=class_row(Waiting))
    found = cursor.execute(_WAITING, _values(Wanted())).fetchone()
    assert found is not None
    return found


def _values(wanted: Wanted) -> dict[str, object]:
    hours = wanted.older_than_hours
    return {
        "kind": wanted.kind,
        "workflow": wanted.workflow,
        "mine": wanted.scope == "mine",
        "older": None if hours is None else f"{hours * 3600} seconds",
    }
