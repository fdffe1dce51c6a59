"""Requests: what a production asks of people, and what they decided.

open → approved, rejected or stopped by people; expired at its deadline; withdrawn when it no
longer applies. A decided request waits until a launch has taken it up.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import class_row
from psycopg.types.json import Json
from pydantic import JsonValue

from vid_pipeline.errors import BadRequest, NotFound
from vid_pipeline.records import Due, NewRequest, Request, RequestState

_ASK = """
insert into vidp.requests (owner_id, production_id, step_id, kind, round, subject, run_id, title,
    shown, form, facts, back_to, assignees, role, needed, author_barred, remind_at, deadline_at,
    at_deadline, escalate_to, workflow, about)
select vidp.uid(), p.id, %(step_id)s, %(kind)s,
    1 + coalesce((select max(r.round) from vidp.requests r
        where r.production_id = p.id and r.step_id = %(step_id)s), 0),
    %(subject)s, %(run_id)s, %(title)s, %(shown)s, %(form)s, %(facts)s, %(back_to)s,
    %(assignees)s, %(role)s, %(needed)s, %(author_barred)s,
    clock_timestamp() + %(remind_after)s::interval,
    clock_timestamp() + %(deadline)s::interval, %(at_deadline)s, %(escalate_to)s,
    p.workflow, coalesce(p.brief ->> 'title', p.brief ->> 'name', '')
from vidp.productions p where p.id = %(production_id)s
returning *"""
_GET = "select * from vidp.requests where id::text = %(key)s"
_FIND = """
select * from vidp.requests
where starts_with(id::text, %(key)s) or right(id::text, length(%(key)s)) = %(key)s limit 2"""
_LOCK = "select * from vidp.requests where id = %(id)s for update"
_OPEN = """
select * from vidp.requests where state = 'open' order by asked_at, id
limit %(limit)s offset %(offset)s"""
_OF_PRODUCTION = """
select * from vidp.requests where production_id = %(production)s order by asked_at, id"""
_OF_GATE = """
select * from vidp.requests where production_id = %(production)s and step_id = %(step_id)s
order by round"""
_DECIDE = """
update vidp.requests set state = %(state)s, decided_at = clock_timestamp(), decided_by = %(by)s,
    answer = %(answer)s
where id = %(id)s and state = 'open' returning *"""
_PROPOSE = """
update vidp.requests set answer = %(answer)s where id = %(id)s and state = 'open' returning *"""
_WITHDRAW = """
update vidp.requests set state = 'withdrawn', decided_at = clock_timestamp()
where production_id = %(production)s and state = 'open'
    and (%(step_id)s::text is null or step_id = %(step_id)s) returning *"""
_TAKEN_UP = """
update vidp.requests set launch_id = %(launch)s
where production_id = %(production)s and launch_id is null
    and state in ('approved', 'rejected', 'stopped', 'expired')"""
_USED = """
update vidp.requests r set launch_id = (select l.id from vidp.launches l
    where l.production_id = r.production_id and l.state = 'running')
where r.id = %(id)s and r.launch_id is null"""
_UNTAKEN = """
select exists (select 1 from vidp.requests where production_id = %(production)s
    and launch_id is null and state in ('approved', 'rejected'))"""
_IS_LATE = """
select deadline_at <= clock_timestamp() from vidp.requests where id = %(id)s"""
_DECIDED = """
select r.id, r.owner_id, r.production_id
from vidp.requests r join vidp.productions p on p.id = r.production_id
where r.launch_id is null and r.state in ('approved', 'rejected')
    and p.state in ('waiting', 'failed')
order by r.decided_at limit %(limit)s"""
_DUE = """
select id, owner_id, production_id from vidp.requests
where state = 'open' and least(remind_at, deadline_at) <= clock_timestamp()
order by least(remind_at, deadline_at) limit %(limit)s"""
_REMINDED = """
update vidp.requests set remind_at = %(again)s::interval + clock_timestamp()
where id = %(id)s and state = 'open' returning *"""
_ESCALATED = """
update vidp.requests set assignees = (select array_agg(distinct one)
        from unnest(assignees || escalate_to || case when assignees = '{}' and role is null
            then array[owner_id] else '{}'::uuid[] end) as one),
    deadline_at = clock_timestamp() + (deadline_at - asked_at), at_deadline = 'remind'
where id = %(id)s and state = 'open' returning *"""
_PUT_OFF = """
update vidp.requests set deadline_at = null, remind_at = clock_timestamp() + %(again)s::interval
where id = %(id)s and state = 'open' returning *"""
_VOTE = """
insert into vidp.votes (owner_id, request_id, voter_id)
values (vidp.uid(), %(id)s, %(voter)s) on conflict do nothing returning id"""
_VOTES = "select count(*) from vidp.votes where request_id = %(id)s"
_VOTERS = """
select voter_id, voted_at from vidp.votes where request_id = %(id)s order by voted_at, id"""
_UNVOTE = "delete from vidp.votes where request_id = %(id)s"


def ask(conn: Connection[Any], new: NewRequest) -> Request:
    """A new open request, one round after the last one of its step."""
    values = new.model_dump(mode="json") | {
        name: Json(getattr(new, name) if name != "shown" else new.shown_json)
        for name in ("shown", "form", "facts", "back_to")
    }
    values |= {"assignees": list(new.assignees), "escalate_to": list(new.escalate_to)}
    values |= {
        "remind_after": _hours(new.remind_after_hours),
        "deadline": _hours(new.deadline_hours),
    }
    return _one(_rows(conn).execute(_ASK, values).fetchone(), new.step_id)


def get(conn: Connection[Any], key: UUID | str) -> Request:
    """A request by its id, or by the first or last characters of it if only one fits.

    Raises:
        NotFound: none fits, or it is not for this user.
        BadRequest: several fit.
    """
    text = str(key).strip().lower()
    query = _GET if len(text) == len(str(UUID(int=0))) else _FIND
    found = _rows(conn).execute(query, {"key": text}).fetchall() if text else []
    if len(found) > 1:
        raise BadRequest("Request", text, "Several ids fit: give more characters.")
    return _one(found[0] if found else None, text)


def locked(conn: Connection[Any], request_id: UUID) -> Request:
    """The request, held until the transaction ends (owner)."""
    return _one(_rows(conn).execute(_LOCK, {"id": request_id}).fetchone(), str(request_id))


def open_ones(conn: Connection[Any], *, limit: int = 50, offset: int = 0) -> list[Request]:
    """Requests that nobody has decided and the user may see, the longest waiting first."""
    return _rows(conn).execute(_OPEN, {"limit": limit, "offset": offset}).fetchall()


def of_production(conn: Connection[Any], production_id: UUID) -> list[Request]:
    """All requests of a production, oldest first."""
    return _rows(conn).execute(_OF_PRODUCTION, {"production": production_id}).fetchall()


def of_gate(conn: Connection[Any], production_id: UUID, step_id: str) -> list[Request]:
    """All rounds of one gate, the first one first."""
    values = {"production": production_id, "step_id": step_id}
    return _rows(conn).execute(_OF_GATE, values).fetchall()


def decide(
    conn: Connection[Any],
    request_id: UUID,
    state: RequestState,
    *,
    by: UUID | None,
    answer: JsonValue,
) -> Request:
    """Close an open request."""
    values = {"id": request_id, "state": state, "by": by, "answer": Json(answer)}
    return _one(_rows(conn).execute(_DECIDE, values).fetchone(), str(request_id))


def propose(conn: Connection[Any], request_id: UUID, answer: JsonValue) -> Request:
    """Keep what one approver edited, for the next one to see."""
    values = {"id": request_id, "answer": Json(answer)}
    return _one(_rows(conn).execute(_PROPOSE, values).fetchone(), str(request_id))


def withdraw(
    conn: Connection[Any], production_id: UUID, step_id: str | None = None
) -> list[Request]:
    """Close what is open of a production, or of one gate of it, since it no longer applies."""
    values = {"production": production_id, "step_id": step_id}
    return _rows(conn).execute(_WITHDRAW, values).fetchall()


def taken_up(conn: Connection[Any], production_id: UUID, launch_id: UUID) -> None:
    """Say that a launch goes on with all that was decided."""
    conn.execute(_TAKEN_UP, {"production": production_id, "launch": launch_id})


def used(conn: Connection[Any], request_id: UUID) -> None:
    """Say that the run at work has gone on with a decision that came while it was at work."""
    conn.execute(_USED, {"id": request_id})


def has_untaken(conn: Connection[Any], production_id: UUID) -> bool:
    """Whether something was decided that no launch has taken up."""
    row = conn.execute(_UNTAKEN, {"production": production_id}).fetchone()
    return row is not None and bool(row[0])


def is_late(conn: Connection[Any], request_id: UUID) -> bool:
    """Whether its deadline has passed, by the database's clock."""
    row = conn.execute(_IS_LATE, {"id": request_id}).fetchone()
    return row is not None and bool(row[0])


def vote(conn: Connection[Any], request_id: UUID, voter_id: UUID) -> int | None:
    """Count an approval; how many there are now, None if this user's is already there."""
    values = {"id": request_id, "voter": voter_id}
    if conn.execute(_VOTE, values).fetchone() is None:
        return None
    row = conn.execute(_VOTES, values).fetchone()
    assert row is not None
    return int(row[0])


def voters(conn: Connection[Any], request_id: UUID) -> list[tuple[UUID, datetime]]:
    """Who has approved what stands, and when, the first one first (owner)."""
    return conn.execute(_VOTERS, {"id": request_id}).fetchall()


def unvote(conn: Connection[Any], request_id: UUID) -> None:
    """Forget its approvals: they were given to something else."""
    conn.execute(_UNVOTE, {"id": request_id})


def reminded(conn: Connection[Any], request_id: UUID, *, again_hours: float | None) -> None:
    """Remind again after so many hours, or never."""
    conn.execute(_REMINDED, {"id": request_id, "again": _hours(again_hours)})


def put_off(conn: Connection[Any], request_id: UUID, *, again_hours: float) -> None:
    """The deadline has passed: from now on only remind, every so many hours."""
    conn.execute(_PUT_OFF, {"id": request_id, "again": _hours(again_hours)})


def escalated(conn: Connection[Any], request_id: UUID) -> Request:
    """Let those decide too to whom it escalates, for as long again."""
    return _one(_rows(conn).execute(_ESCALATED, {"id": request_id}).fetchone(), str(request_id))


def decided(conn: Connection[Any], *, limit: int = 100) -> list[Due]:
    """Decided requests that no launch has taken up, though one could (service)."""
    return _due(conn).execute(_DECIDED, {"limit": limit}).fetchall()


def due(conn: Connection[Any], *, limit: int = 100) -> list[Due]:
    """Open requests whose reminder or deadline has come (service)."""
    return _due(conn).execute(_DUE, {"limit": limit}).fetchall()


def _hours(hours: float | None) -> str | None:
    return None if hours is None else f"{hours * 3600} seconds"


def _rows(conn: Connection[Any]) -> Cursor[Request]:
    return conn.cursor(row_factory=class_row(Request))


def _due(conn: Connection[Any]) -> Cursor[Due]:
    return conn.cursor(row_factory=class_row(Due))


def _one(found: Request | None, key: str) -> Request:
    if found is None:
        raise NotFound("request", key, "See `vidp approvals`.")
    return found
