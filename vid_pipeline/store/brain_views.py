"""What people look up about a brain: which there are, what a memory replaced, who was given it."""

from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from vid_pipeline.memory_records import MemoryRecord, MemoryUser
from vid_pipeline.store.memories import COLUMNS, LIVE, USED

_BRAINS = """
select channel from vidp.brains where owner_id = (select vidp.uid()) order by channel"""
_COUNTS = f"""
select m.kind, count(*) from vidp.memories m
where m.owner_id = (select vidp.uid()) and m.channel = %(channel)s and {LIVE}
group by m.kind"""  # noqa: S608  (all parts are ours)
_REPLACED = f"""
select {COLUMNS}, u.uses, u.last_used_at from vidp.memories m {USED}
where m.owner_id = (select vidp.uid()) and m.superseded_by = %(id)s
order by m.created_at desc, m.id desc"""  # noqa: S608
_USERS = """
select p.id as production_id, coalesce(nullif(p.brief->>'title', ''), p.brief->>'name') as title,
    array_agg(distinct u.step_key) as step_keys, max(u.used_at) as used_at
from vidp.memory_uses u
    join vidp.productions p on (p.owner_id, p.id) = (u.owner_id, u.production_id)
where u.owner_id = (select vidp.uid()) and u.memory_id = %(id)s
group by p.owner_id, p.id order by used_at desc limit %(limit)s"""


def brains(conn: Connection[Any]) -> list[str]:
    """The channels of the acting user that have ever remembered something."""
    return [row[0] for row in conn.execute(_BRAINS)]


def counts(conn: Connection[Any], channel: str) -> dict[str, int]:
    """How many memories of each kind a channel has; kinds without any are left out."""
    return dict(conn.execute(_COUNTS, {"channel": channel}).fetchall())


def replaced(conn: Connection[Any], memory_id: UUID) -> list[MemoryRecord]:
    """The memories whose place this one took, the newest first."""
    cursor = conn.cursor(row_factory=class_row(MemoryRecord))
    return cursor.execute(_REPLACED, {"id": memory_id}).fetchall()


def users(conn: Connection[Any], memory_id: UUID, *, limit: int = 20) -> list[MemoryUser]:
    """The productions whose steps were given a memory, the last first."""
    cursor = conn.cursor(row_factory=class_row(MemoryUser))
    return cursor.execute(_USERS, {"id": memory_id, "limit": limit}).fetchall()
