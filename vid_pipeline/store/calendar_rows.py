"""The content calendar: what is planned for which day, and how it stands."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import class_row

from vid_pipeline.errors import NotFound
from vid_pipeline.trigger_records import CalendarRow

_STANDING = """
select c.*, f.production_id,
    case when f.id is null then 'planned' when p.id is null then f.state else p.state end as status
from vidp.calendar c left join vidp.finds f on f.id = c.find_id
left join vidp.productions p on p.id = f.production_id"""
_ADD = """
insert into vidp.calendar (owner_id, day, at, topic, channel, workflow, notes)
values (vidp.uid(), %(day)s, %(at)s, %(topic)s, %(channel)s, %(workflow)s, %(notes)s) returning *"""
_EDIT = """
update vidp.calendar set day = %(day)s, at = %(at)s, topic = %(topic)s, channel = %(channel)s,
    workflow = %(workflow)s, notes = %(notes)s
where id = %(id)s and find_id is null returning *"""
_REMOVE = "delete from vidp.calendar where id = any(%(ids)s)"
_TAKEN = "update vidp.calendar set find_id = %(find)s where id = %(id)s and find_id is null"
_FREE = "select id from vidp.calendar where id = %(id)s and find_id is null for update"
_COME = """
select * from vidp.calendar
where find_id is null and day <= %(day)s and (%(channel)s = '' or channel = %(channel)s)
order by day, at, id limit 500"""


def add(conn: Connection[Any], **row: object) -> CalendarRow:
    """A new row: day, at, topic, channel, workflow, notes."""
    made = _rows(conn).execute(_ADD, row).fetchone()
    assert made is not None
    return made


def edit(conn: Connection[Any], row_id: UUID, **row: object) -> CalendarRow:
    """A row that nothing has been made of yet, set anew.

    Raises:
        NotFound: there is none, or its video is being made.
    """
    made = _rows(conn).execute(_EDIT, row | {"id": row_id}).fetchone()
    if made is None:
        raise NotFound("planned video", str(row_id), "It is gone, or it is being made already.")
    return made


def remove(conn: Connection[Any], ids: Sequence[UUID]) -> None:
    """Forget rows; videos stay."""
    conn.execute(_REMOVE, {"ids": list(ids)})


def get(conn: Connection[Any], row_id: UUID) -> CalendarRow:
    """A row.

    Raises:
        NotFound: the user has no such row.
    """
    found = _rows(conn).execute(f"{_STANDING} where c.id = %(id)s", {"id": row_id}).fetchone()
    if found is None:
        raise NotFound("planned video", str(row_id), "See the content calendar.")
    return found


def free(conn: Connection[Any], row_id: UUID) -> bool:
    """Whether a row is still there and nothing was made of it; then it is held by the caller."""
    return conn.execute(_FREE, {"id": row_id}).fetchone() is not None


def between(conn: Connection[Any], first: date, last: date) -> list[CalendarRow]:
    """The rows of some days, both included, in their order."""
    query = f"{_STANDING} where c.day between %(first)s and %(last)s order by c.day, c.at, c.id"
    return _rows(conn).execute(query, {"first": first, "last": last}).fetchall()


def come(conn: Connection[Any], day: date, channel: str) -> list[CalendarRow]:
    """Rows of that day and before that nothing has been made of."""
    return _rows(conn).execute(_COME, {"day": day, "channel": channel}).fetchall()


def taken(conn: Connection[Any], row_id: UUID, find_id: UUID) -> None:
    """Say which find has come of a row."""
    conn.execute(_TAKEN, {"id": row_id, "find": find_id})


def _rows(conn: Connection[Any]) -> Cursor[CalendarRow]:
    return conn.cursor(row_factory=class_row(CalendarRow))
