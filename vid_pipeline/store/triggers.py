"""Triggers, held by one looker at a time, and their finds, each of which is made once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row
from psycopg.types.json import Json
from pydantic import JsonValue

from vid_pipeline.artifacts import Brief
from vid_pipeline.errors import BadRequest, NotFound
from vid_pipeline.records import Record
from vid_pipeline.trigger_records import Find, FindState, NewTrigger, Trigger

_ADD = """
insert into vidp.triggers (owner_id, name, watches, making, sieve, rules)
values (vidp.uid(), %(name)s, %(watches)s, %(making)s, %(sieve)s, %(rules)s) returning *"""
_EDIT = """
update vidp.triggers set name = %(name)s, watches = %(watches)s::json, making = %(making)s,
    sieve = %(sieve)s, rules = %(rules)s, next_at = clock_timestamp(), failures = 0, error = null,
    finished = false,
    marks = case when watches::jsonb = %(watches)s::json::jsonb then marks else '{}' end
where id = %(id)s returning *"""
_GET = """
select * from vidp.triggers
where id::text = %(key)s or lower(name) = %(key)s
    or (length(%(key)s) >= 6 and right(id::text, length(%(key)s)) = %(key)s) limit 2"""
_LISTED = "select * from vidp.triggers order by lower(name)"
_PAUSE = """
update vidp.triggers set paused = %(paused)s, next_at = clock_timestamp(), failures = 0,
    looked_at = case when %(paused)s then looked_at end
where id = %(id)s returning *"""
_TURN_KEY = "update vidp.triggers set key_turn = key_turn + 1 where id = %(id)s returning *"
_REMOVE = "delete from vidp.triggers where id = %(id)s"
_DUE = """
select id, owner_id from vidp.triggers
where not paused and not finished and next_at <= %(now)s
    and (held_until is null or held_until <= %(now)s)
order by row_number() over (partition by owner_id order by next_at), next_at limit %(limit)s"""
_HOLD = """
update vidp.triggers set held_until = %(until)s
where id = %(id)s and not paused and not finished and next_at <= %(now)s
    and (held_until is null or held_until <= %(now)s) returning *"""
_LOCK = "select * from vidp.triggers where id = %(id)s for update"
_LOOKED = """
update vidp.triggers set marks = coalesce(%(marks)s::json, marks), looked_at = %(now)s,
    next_at = %(next)s, held_until = null, failures = %(failures)s, error = %(error)s,
    finished = %(finished)s
where id = %(id)s"""
_KNOWN = """
select find_id from vidp.find_names
where trigger_id = %(trigger)s and name = any(%(names)s) limit 1"""
_KNOWN_OF = """
select name from vidp.find_names where trigger_id = %(trigger)s and name = any(%(names)s)"""
_NAMES = "select name from vidp.find_names where trigger_id = %(trigger)s"
_KEEP = """
insert into vidp.finds (owner_id, trigger_id, title, brief, workflow, state, reason)
values (vidp.uid(), %(trigger)s, %(title)s, %(brief)s, %(workflow)s, %(state)s, %(reason)s)
returning id"""
_NAME = """
insert into vidp.find_names (owner_id, trigger_id, name, find_id)
select vidp.uid(), %(trigger)s, name, %(find)s from unnest(%(names)s::text[]) name
on conflict do nothing"""
_OWNER = "select owner_id from vidp.triggers where id = %(id)s"
_WAITING = """
select f.id, f.owner_id, f.trigger_id from vidp.finds f
join vidp.triggers t on t.id = f.trigger_id
where f.state = 'waiting' and f.next_at <= %(now)s and not t.paused
order by row_number() over (partition by f.owner_id order by f.next_at, f.id), f.next_at
limit %(limit)s"""
_FIND = """
select f.*, p.state as production_state, p.error as production_error
from vidp.finds f left join vidp.productions p on p.id = f.production_id"""
_DEAD = "select * from vidp.finds where id = any(%(ids)s) and state = 'dead' order by id"
_LOCK_FIND = "select * from vidp.finds where id = %(id)s and state = 'waiting' for update"
_MADE = """
update vidp.finds set state = 'made', production_id = %(production)s, made_at = %(now)s,
    reason = null where id = %(id)s"""
_FAILED = """
update vidp.finds set state = %(state)s, reason = %(reason)s, tries = tries + 1,
    next_at = coalesce(%(next)s, next_at)
where id = %(id)s"""
_AGAIN = """
update vidp.finds set state = 'waiting', tries = 0, reason = null, next_at = clock_timestamp()
where id = %(id)s and state in ('dead', 'passed') and brief is not null returning id"""
_LATER = "update vidp.finds set next_at = %(next)s, reason = %(reason)s where id = %(id)s"
_MADE_SINCE = """
select count(*) from vidp.finds where trigger_id = %(trigger)s and made_at >= %(since)s"""
_HURRY = """
update vidp.finds set next_at = clock_timestamp()
where trigger_id = %(trigger)s and state = 'waiting' and next_at > clock_timestamp()"""
_OWN = """
select production_id from vidp.finds
where trigger_id = %(trigger)s and production_id = any(%(productions)s)"""
_STATES = """
select coalesce(p.state, f.state), count(*)
from vidp.finds f left join vidp.productions p on p.id = f.production_id
where f.trigger_id = %(trigger)s group by 1"""
_COUNT = "select count(*) from vidp.finds where trigger_id = %(trigger)s"


class Whose(Record):
    """Something that is due, and whose it is."""

    id: UUID
    owner_id: UUID
    trigger_id: UUID | None = None


def add(conn: Connection[Any], new: NewTrigger) -> Trigger:
    """A new trigger of the acting user.

    Raises:
        BadRequest: another one has its name.
    """
    try:
        made = _rows(conn).execute(_ADD, _values(new)).fetchone()
    except UniqueViolation as twice:
        raise _taken(new.name) from twice
    assert made is not None
    return made


def edit(conn: Connection[Any], trigger_id: UUID, new: NewTrigger) -> Trigger:
    """A trigger set anew; what it remembers goes if it watches something else."""
    try:
        made = _rows(conn).execute(_EDIT, _values(new) | {"id": trigger_id}).fetchone()
    except UniqueViolation as twice:
        raise _taken(new.name) from twice
    if made is None:
        raise NotFound("trigger", str(trigger_id), "See `vidp trigger list`.")
    return made


def get(conn: Connection[Any], key: UUID | str) -> Trigger:
    """A trigger by its name, its id or the last characters of it.

    Raises:
        NotFound: the user has no such trigger.
        BadRequest: several fit.
    """
    text = str(key).strip().lower()
    found = _rows(conn).execute(_GET, {"key": text}).fetchall()
    if not found:
        raise NotFound("trigger", str(key), "See `vidp trigger list`.")
    if len(found) > 1:
        raise BadRequest("Trigger", str(key), "Several fit: give its whole id.")
    return found[0]


def listed(conn: Connection[Any]) -> list[Trigger]:
    """All of the user's, by name."""
    return _rows(conn).execute(_LISTED).fetchall()


def owner_of(conn: Connection[Any], trigger_id: UUID) -> UUID:
    """Whose a trigger is (service).

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(_OWNER, {"id": trigger_id}).fetchone()
    if row is None:
        raise NotFound("trigger", str(trigger_id))
    owner: UUID = row[0]
    return owner


def pause(conn: Connection[Any], trigger_id: UUID, *, paused: bool) -> Trigger | None:
    """Let it rest, or look again."""
    return _rows(conn).execute(_PAUSE, {"id": trigger_id, "paused": paused}).fetchone()


def turn_key(conn: Connection[Any], trigger_id: UUID) -> Trigger:
    """Let the key of its hook be another one."""
    turned = _rows(conn).execute(_TURN_KEY, {"id": trigger_id}).fetchone()
    assert turned is not None
    return turned


def remove(conn: Connection[Any], trigger_id: UUID) -> None:
    """Forget a trigger and what it found; videos stay."""
    conn.execute(_REMOVE, {"id": trigger_id})


def due(conn: Connection[Any], *, now: datetime, limit: int = 50) -> list[Whose]:
    """Triggers whose time has come and that nobody holds (service)."""
    return _whose(conn).execute(_DUE, {"now": now, "limit": limit}).fetchall()


def hold(
    conn: Connection[Any], trigger_id: UUID, *, now: datetime, until: datetime
) -> Trigger | None:
    """A trigger that is due, for this looker alone until then; None if another one has it."""
    values = {"id": trigger_id, "now": now, "until": until}
    return _rows(conn).execute(_HOLD, values).fetchone()


def locked(conn: Connection[Any], trigger_id: UUID) -> Trigger:
    """A trigger, held until the transaction ends.

    Raises:
        NotFound: the user has no such trigger.
    """
    found = _rows(conn).execute(_LOCK, {"id": trigger_id}).fetchone()
    if found is None:
        raise NotFound("trigger", str(trigger_id), "See `vidp trigger list`.")
    return found


def looked(
    conn: Connection[Any],
    trigger: Trigger,
    *,
    now: datetime,
    next_at: datetime,
    marks: Mapping[str, JsonValue] | None = None,
    error: str | None = None,
    finished: bool = False,
) -> None:
    """Note a look: what to remember (as before, if None), when the next is due, why it failed."""
    values = {
        "id": trigger.id,
        "now": now,
        "next": next_at,
        "marks": None if marks is None else Json(dict(marks)),
        "failures": trigger.failures + 1 if error else 0,
        "error": error,
        "finished": finished,
    }
    conn.execute(_LOOKED, values)


def known(conn: Connection[Any], trigger_id: UUID, names: Sequence[str]) -> frozenset[str]:
    """Those of some names that finds of the trigger have."""
    rows = conn.execute(_KNOWN_OF, {"trigger": trigger_id, "names": list(names)})
    return frozenset(row[0] for row in rows)


def all_names(conn: Connection[Any], trigger_id: UUID) -> frozenset[str]:
    """Every name that finds of the trigger have."""
    return frozenset(row[0] for row in conn.execute(_NAMES, {"trigger": trigger_id}))


def keep(
    conn: Connection[Any],
    trigger_id: UUID,
    names: Sequence[str],
    brief: Brief | None,
    *,
    title: str,
    workflow: str | None = None,
    state: FindState = "waiting",
    reason: str | None = None,
) -> UUID | None:
    """A new find; None if one of its names is known, and then it is known by the others too.

    The caller holds the trigger.
    """
    asked: dict[str, Any] = {"trigger": trigger_id, "names": list(names)}
    known = conn.execute(_KNOWN, asked).fetchone()
    if known is not None:
        conn.execute(_NAME, asked | {"find": known[0]})
        return None
    values = asked | {
        "title": title,
        "brief": brief.model_dump_json() if brief else None,
        "workflow": workflow,
        "state": state,
        "reason": reason,
    }
    made = conn.execute(_KEEP, values).fetchone()
    assert made is not None
    conn.execute(_NAME, asked | {"find": made[0]})
    found: UUID = made[0]
    return found


def waiting(conn: Connection[Any], *, now: datetime, limit: int = 50) -> list[Whose]:
    """Finds that are to be made now (service)."""
    return _whose(conn).execute(_WAITING, {"now": now, "limit": limit}).fetchall()


def locked_find(conn: Connection[Any], find_id: UUID) -> Find | None:
    """A find that still waits, held until the transaction ends; None if it does not."""
    return _finds(conn).execute(_LOCK_FIND, {"id": find_id}).fetchone()


def dead(conn: Connection[Any], find_ids: Sequence[UUID]) -> list[Find]:
    """Those of some finds that no production can be made of, in the order they were found."""
    return _finds(conn).execute(_DEAD, {"ids": list(find_ids)}).fetchall() if find_ids else []


def made(conn: Connection[Any], find_id: UUID, production_id: UUID, *, now: datetime) -> None:
    """Say which production a find has become."""
    conn.execute(_MADE, {"id": find_id, "production": production_id, "now": now})


def failed(conn: Connection[Any], find_id: UUID, reason: str, *, next_at: datetime | None) -> None:
    """Say why a find could not be made; for good, unless it is tried again."""
    state = "dead" if next_at is None else "waiting"
    values = {"id": find_id, "state": state, "reason": reason, "next": next_at}
    conn.execute(_FAILED, values)


def later(conn: Connection[Any], find_id: UUID, reason: str, *, next_at: datetime) -> None:
    """Put a find off."""
    conn.execute(_LATER, {"id": find_id, "reason": reason, "next": next_at})


def again(conn: Connection[Any], find_id: UUID) -> bool:
    """Whether a dead or passed find waits again."""
    return conn.execute(_AGAIN, {"id": find_id}).fetchone() is not None


def hurry(conn: Connection[Any], trigger_id: UUID) -> None:
    """Put nothing off any more that a trigger has found."""
    conn.execute(_HURRY, {"trigger": trigger_id})


def own(conn: Connection[Any], trigger_id: UUID, production_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of some productions that have come of this trigger's finds."""
    asked = {"trigger": trigger_id, "productions": list(production_ids)}
    return frozenset(row[0] for row in conn.execute(_OWN, asked))


def made_since(conn: Connection[Any], trigger_id: UUID, since: datetime) -> int:
    """How many of its finds became productions since then."""
    return int(_scalar(conn, _MADE_SINCE, {"trigger": trigger_id, "since": since}))


def states(conn: Connection[Any], trigger_id: UUID) -> dict[str, int]:
    """How many of its finds stand how: as their productions do, if they have become one."""
    return dict(conn.execute(_STATES, {"trigger": trigger_id}).fetchall())


def count(conn: Connection[Any], trigger_id: UUID) -> int:
    """How many finds it has had."""
    return int(_scalar(conn, _COUNT, {"trigger": trigger_id}))


def find(conn: Connection[Any], find_id: UUID) -> Find:
    """A find.

    Raises:
        NotFound: the user has no such find.
    """
    found = _finds(conn).execute(f"{_FIND} where f.id = %(id)s", {"id": find_id}).fetchone()
    if found is None:
        raise NotFound("find", str(find_id), "See `vidp trigger show`.")
    return found


def finds(
    conn: Connection[Any], trigger_id: UUID, *, dead: bool = False, limit: int = 50, offset: int = 0
) -> list[Find]:
    """What a trigger found, newest first; its dead letters alone, if asked so."""
    only = "and (f.state = 'dead' or p.state = 'failed')" if dead else ""
    query = f"{_FIND} where f.trigger_id = %(trigger)s {only} order by f.found_at desc, f.id desc"
    values = {"trigger": trigger_id, "limit": limit, "offset": offset}
    return _finds(conn).execute(f"{query} limit %(limit)s offset %(offset)s", values).fetchall()


def _values(new: NewTrigger) -> dict[str, Any]:
    return {
        "name": new.name,
        "watches": new.watches.model_dump_json(),
        "making": new.making.model_dump_json(),
        "sieve": new.sieve.model_dump_json(),
        "rules": new.rules.model_dump_json(),
    }


def _taken(name: str) -> BadRequest:
    return BadRequest("The name", name, "Another trigger has it.")


def _rows(conn: Connection[Any]) -> Cursor[Trigger]:
    return conn.cursor(row_factory=class_row(Trigger))


def _finds(conn: Connection[Any]) -> Cursor[Find]:
    return conn.cursor(row_factory=class_row(Find))


def _whose(conn: Connection[Any]) -> Cursor[Whose]:
    return conn.cursor(row_factory=class_row(Whose))


def _scalar(conn: Connection[Any], query: str, values: dict[str, object]) -> Any:
    row = conn.execute(query, values).fetchone()
    return row[0] if row else 0
