"""Long lists by pages: what comes after a place, found by an index, however long the list is.

Each gives one row more than asked for, if there is one, by which callers see that there are more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from vid_pipeline.batch_records import Batch
from vid_pipeline.memories import MemoryKind
from vid_pipeline.memory_records import MemoryRecord
from vid_pipeline.records import Production, ProductionState, Request, RequestState
from vid_pipeline.store.memories import COLUMNS as MEMORY_COLUMNS
from vid_pipeline.store.memories import LIVE, USED
from vid_pipeline.store.productions import COLUMNS
from vid_pipeline.trigger_records import Find

_PRODUCTIONS = f"""
select {COLUMNS} from vidp.productions p
where owner_id = (select vidp.uid())
    and (%(states)s::text[] is null or state = any(%(states)s))
    and (%(workflow)s::text is null or workflow = %(workflow)s)
    and (%(since)s::timestamptz is null or created_at >= %(since)s)
    and (%(until)s::timestamptz is null or created_at < %(until)s)
    and (%(at)s::timestamptz is null or (created_at, id) < (%(at)s, %(id)s::uuid))
order by created_at desc, id desc limit %(limit)s + 1"""  # noqa: S608  (all parts are ours)
_REQUESTS = """
select * from vidp.requests
where state = any(%(states)s)
    and (%(production)s::uuid is null or production_id = %(production)s)
    and (%(at)s::timestamptz is null or (asked_at, id) > (%(at)s, %(id)s::uuid))
order by asked_at, id limit %(limit)s + 1"""
_MEMORIES = f"""
select {MEMORY_COLUMNS}, u.uses, u.last_used_at from vidp.memories m {USED}
where m.owner_id = (select vidp.uid()) and m.channel = %(channel)s
    and (%(kinds)s::text[] is null or m.kind = any(%(kinds)s))
    and (not %(pinned)s or m.pinned) and (%(all)s or {LIVE})
    and (%(at)s::timestamptz is null or (m.created_at, m.id) < (%(at)s, %(id)s::uuid))
order by m.created_at desc, m.id desc limit %(limit)s + 1"""  # noqa: S608  (all parts are ours)

_BATCHES = """
select * from vidp.batches
where owner_id = (select vidp.uid())
    and (%(at)s::timestamptz is null or (created_at, id) < (%(at)s, %(id)s::uuid))
order by created_at desc, id desc limit %(limit)s + 1"""
_FINDS = """
select f.*, p.state as production_state, p.error as production_error
from vidp.finds f left join vidp.productions p on p.id = f.production_id
where f.owner_id = (select vidp.uid()) and f.trigger_id = %(trigger)s
    and (not %(dead)s or f.state = 'dead' or p.state = 'failed')
    and (%(at)s::timestamptz is null or (f.found_at, f.id) < (%(at)s, %(id)s::uuid))
order by f.found_at desc, f.id desc limit %(limit)s + 1"""


@dataclass(frozen=True)
class Place:
    """A place in a list: the moment and id of the last row that was seen."""

    at: datetime
    id: UUID


def productions(
    conn: Connection[Any],
    *,
    limit: int,
    after: Place | None = None,
    states: Sequence[ProductionState] = (),
    workflow: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Production]:
    """Productions of the acting user, newest first."""
    values = _values(after, limit) | {
        "states": list(states) or None,
        "workflow": workflow,
        "since": since,
        "until": until,
    }
    return conn.cursor(row_factory=class_row(Production)).execute(_PRODUCTIONS, values).fetchall()


def requests(
    conn: Connection[Any],
    *,
    limit: int,
    after: Place | None = None,
    states: Sequence[RequestState] = ("open",),
    production: UUID | None = None,
) -> list[Request]:
    """Requests that the acting user may see, the longest waiting first."""
    values = _values(after, limit) | {"states": list(states), "production": production}
    return conn.cursor(row_factory=class_row(Request)).execute(_REQUESTS, values).fetchall()


def memories(
    conn: Connection[Any],
    channel: str,
    *,
    limit: int,
    after: Place | None = None,
    kinds: Sequence[MemoryKind] = (),
    pinned: bool = False,
    superseded: bool = False,
) -> list[MemoryRecord]:
    """Memories of a channel, newest first; the replaced and expired if asked for."""
    values = _values(after, limit) | {
        "channel": channel,
        "kinds": list(kinds) or None,
        "pinned": pinned,
        "all": superseded,
    }
    return conn.cursor(row_factory=class_row(MemoryRecord)).execute(_MEMORIES, values).fetchall()


def batches(conn: Connection[Any], *, limit: int, after: Place | None = None) -> list[Batch]:
    """Batches of the acting user, newest first."""
    values = _values(after, limit)
    return conn.cursor(row_factory=class_row(Batch)).execute(_BATCHES, values).fetchall()


def finds(
    conn: Connection[Any],
    trigger_id: UUID,
    *,
    limit: int,
    after: Place | None = None,
    dead: bool = False,
) -> list[Find]:
    """What a trigger of the acting user found, newest first; its dead letters alone if asked."""
    values = _values(after, limit) | {"trigger": trigger_id, "dead": dead}
    return conn.cursor(row_factory=class_row(Find)).execute(_FINDS, values).fetchall()


def _values(after: Place | None, limit: int) -> dict[str, object]:
    return {"limit": limit, "at": after and after.at, "id": after and after.id}
