"""What was sent where: one row for each package and destination, begun before anything leaves."""

from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import class_row

from vid_pipeline.artifacts import Receipt
from vid_pipeline.destination_records import Sending

_BEGIN = """
insert into vidp.sendings as s (owner_id, production_id, destination_id, subject)
values (vidp.uid(), %(production)s, %(destination)s, %(subject)s)
on conflict (owner_id, production_id, destination_id, subject) do update
set state = case s.state when 'sent' then 'sent' else 'begun' end,
    tries = s.tries + case s.state when 'sent' then 0 else 1 end, error = null
returning *"""
_SENT = """
update vidp.sendings
set state = 'sent', receipt = %(receipt)s, error = null, ended_at = clock_timestamp()
where id = %(id)s"""
_FAILED = """
update vidp.sendings set state = 'failed', error = %(error)s, ended_at = clock_timestamp()
where id = %(id)s and state = 'begun'"""
_OF_PRODUCTION = """
select s.*, d.name as destination
from vidp.sendings s join vidp.destinations d on d.id = s.destination_id
where s.production_id = %(production)s order by s.begun_at, s.id"""
_OF_DESTINATION = """
select s.*, d.name as destination
from vidp.sendings s join vidp.destinations d on d.id = s.destination_id
where s.destination_id = %(destination)s order by s.begun_at desc, s.id limit %(limit)s"""
_LATEST = """
select s.*, d.name as destination,
    coalesce(p.brief ->> 'title', p.brief ->> 'name', '') as about
from vidp.destinations d
cross join lateral (
    select * from vidp.sendings
    where owner_id = d.owner_id and destination_id = d.id
    order by begun_at desc, id limit 1) s
join vidp.productions p on p.owner_id = s.owner_id and p.id = s.production_id"""


def begin(
    conn: Connection[Any], production_id: UUID, destination_id: UUID, subject: str
) -> Sending:
    """The sending of a package to a destination: a new one, another try, or the one that was sent.

    Commit before anything leaves.
    """
    values = {"production": production_id, "destination": destination_id, "subject": subject}
    begun = _rows(conn).execute(_BEGIN, values).fetchone()
    assert begun is not None
    return begun


def sent(conn: Connection[Any], sending_id: UUID, receipt: Receipt) -> None:
    """Note that it has arrived."""
    conn.execute(_SENT, {"id": sending_id, "receipt": receipt.model_dump_json()})


def failed(conn: Connection[Any], sending_id: UUID, error: str) -> None:
    """Note why a try failed."""
    conn.execute(_FAILED, {"id": sending_id, "error": error})


def of_production(conn: Connection[Any], production_id: UUID) -> list[Sending]:
    """Where a production was sent, oldest first."""
    return _rows(conn).execute(_OF_PRODUCTION, {"production": production_id}).fetchall()


def of_destination(
    conn: Connection[Any], destination_id: UUID, *, limit: int = 20
) -> list[Sending]:
    """What was sent to a destination, newest first."""
    values = {"destination": destination_id, "limit": limit}
    return _rows(conn).execute(_OF_DESTINATION, values).fetchall()


def latest(conn: Connection[Any]) -> dict[UUID, Sending]:
    """The newest sending to each destination of the acting user that was ever sent to."""
    return {one.destination_id: one for one in _rows(conn).execute(_LATEST).fetchall()}


def _rows(conn: Connection[Any]) -> Cursor[Sending]:
    return conn.cursor(row_factory=class_row(Sending))
