"""What each step did on its way: its tools, its conversation, its notes."""

from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import class_row
from psycopg.types.json import Json

from vid_pipeline.records import LogEvent, StepEventRecord
from vid_pipeline.step_events import EventKind, StepEvent

_TELL = """
insert into vidp.step_events
    (owner_id, production_id, trace_id, step_key, kind, name, key, detail)
select t.owner_id, t.production_id, t.id, t.step_key, %(kind)s, %(name)s, %(key)s, %(detail)s
from vidp.step_traces t where t.id = %(trace)s"""
_KEPT = """
select * from vidp.step_events
where production_id = %(production)s and step_key = %(step_key)s and kind = %(kind)s
    and key = %(key)s and key <> '' order by number limit 1"""
_EARLIER = """
select * from vidp.step_events where trace_id = (
    select id from vidp.step_traces
    where production_id = %(production)s and step_key = %(step_key)s and state = 'done'
        and turns = %(turns)s order by ended_at desc limit 1)
order by number"""
_OF_PRODUCTION = """
select * from vidp.step_events where production_id = %(production)s order by number"""

_OF_TRACE = """
select * from vidp.step_events where trace_id = %(trace)s order by number"""
_IN_SHORT = """
select * from (
    select id, step_key, number, at, kind, name,
        coalesce((d ->> 'failed')::boolean, false) as failed,
        coalesce((d ->> 'ms')::double precision, 0) as ms,
        left(case kind when 'said' then d -> 'message' -> 'parts' -> 0 ->> 'text'
            when 'note' then d ->> 'text'
            when 'tool' then case when (d ->> 'failed')::boolean then d ->> 'content'
                else (d -> 'input')::text end end, %(longest)s) as text
    from (select e.*, replace(e.detail::text, '\\u0000', '\\ufffd')::json as d
        from vidp.step_events e
        where production_id = %(production)s and number > %(after)s
        order by number desc limit %(limit)s) as readable) as newest
where text is not null order by number"""  # JSON may hold what no text of Postgres can


def tell(conn: Connection[Any], trace_id: UUID | str, event: StepEvent) -> None:
    """Keep an event of a step's try."""
    values = {
        "trace": trace_id,
        "kind": event.kind,
        "name": event.name,
        "key": event.key,
        "detail": Json(event.detail),
    }
    told = conn.execute(_TELL, values)
    assert told.rowcount == 1, "a step at work has a trace"


def kept(
    conn: Connection[Any], production_id: UUID, step_key: str, kind: EventKind, key: str
) -> StepEventRecord | None:
    """The first event of a kind under a key, in any try of the step."""
    values = {"production": production_id, "step_key": step_key, "kind": kind, "key": key}
    return _rows(conn).execute(_KEPT, values).fetchone()


def earlier(
    conn: Connection[Any], production_id: UUID, step_key: str, *, turns: int
) -> list[StepEventRecord]:
    """Events of the step's newest finished try that had been given so many turns of feedback."""
    values = {"production": production_id, "step_key": step_key, "turns": turns}
    return _rows(conn).execute(_EARLIER, values).fetchall()


def of_production(conn: Connection[Any], production_id: UUID | str) -> list[StepEventRecord]:
    """All events of a production, in the order they were told."""
    return _rows(conn).execute(_OF_PRODUCTION, {"production": production_id}).fetchall()


def of_trace(conn: Connection[Any], trace_id: UUID) -> list[StepEventRecord]:
    """All events of one try of a step, in the order they were told."""
    return _rows(conn).execute(_OF_TRACE, {"trace": trace_id}).fetchall()


def in_short(
    conn: Connection[Any],
    production_id: UUID,
    *,
    after: int = 0,
    limit: int = 500,
    longest: int = 300,
) -> list[LogEvent]:
    """The newest events numbered above `after`, oldest first; of long words the beginning."""
    values = {"production": production_id, "after": after, "limit": limit, "longest": longest}
    cursor = conn.cursor(row_factory=class_row(LogEvent))
    return cursor.execute(_IN_SHORT, values).fetchall()


def _rows(conn: Connection[Any]) -> Cursor[StepEventRecord]:
    return conn.cursor(row_factory=class_row(StepEventRecord))
