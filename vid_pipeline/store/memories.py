"""Memories of the acting user: kept once, replaced by slot, edited, and forgotten for good."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from psycopg import Connection, Cursor
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row, scalar_row
from psycopg.types.json import Jsonb

from vid_pipeline.errors import BadRequest, NotFound
from vid_pipeline.memories import MemoryKind, NewMemory, digest
from vid_pipeline.memory_records import MemoryRecord, MemoryUse

Vector = npt.NDArray[np.float32]

COLUMNS = """m.id, m.channel, m.kind, m.slot, m.heading, m.body, m.pinned, m.importance, m.source,
    m.created_at, m.expires_at, m.superseded_by"""
USED = """
cross join lateral (select count(*) as uses, max(u.used_at) as last_used_at
    from vidp.memory_uses u where u.owner_id = m.owner_id and u.memory_id = m.id) u"""
LIVE = "m.superseded_by is null and (m.expires_at is null or m.expires_at > clock_timestamp())"

_TOUCH = """
insert into vidp.brains as b (owner_id, channel) values (vidp.uid(), %(channel)s)
on conflict (owner_id, channel) do update set revision = b.revision + 1"""
_HOLD = """
select pg_advisory_xact_lock(hashtextextended('vidp.brains/' || vidp.uid(), 0))"""
_REVISIONS = "select channel || ':' || revision from vidp.brains order by channel"
_SAME = """
select id from vidp.memories where channel = %(channel)s and kind = %(kind)s
    and body_sha = %(sha)s and superseded_by is null
    and (slot is not distinct from %(slot)s or %(slot)s::text is null)"""
_REFRESH = """
update vidp.memories set pinned = pinned or %(pinned)s,
    importance = greatest(importance, %(importance)s), expires_at = %(expires_at)s
where id = %(id)s and (not pinned and %(pinned)s or importance < %(importance)s
    or expires_at is distinct from %(expires_at)s)"""
_NEW_ID = "select pg_catalog.uuidv7()"
_SUPERSEDE = """
update vidp.memories set superseded_by = %(id)s where channel = %(channel)s and kind = %(kind)s
    and slot = %(slot)s and superseded_by is null returning id"""
_ADD = """
insert into vidp.memories (id, owner_id, channel, kind, slot, heading, body, body_sha, embedding,
    pinned, importance, source, expires_at)
values (%(id)s, vidp.uid(), %(channel)s, %(kind)s, %(slot)s, %(heading)s, %(text)s, %(sha)s,
    %(vector)s::public.halfvec, %(pinned)s, %(importance)s, %(source)s, %(expires_at)s)"""
_GET = f"""
select {COLUMNS}, u.uses, u.last_used_at from vidp.memories m {USED}
where m.owner_id = (select vidp.uid())
    and (right(m.id::text, length(%(key)s)) = %(key)s or starts_with(m.id::text, %(key)s))
limit 2"""  # noqa: S608  (all parts are ours)
_LIST = f"""
select {COLUMNS}, u.uses, u.last_used_at from vidp.memories m {USED}
where m.owner_id = (select vidp.uid()) and m.channel = %(channel)s
    and (%(kinds)s::text[] is null or m.kind = any(%(kinds)s))
    and (%(all)s or {LIVE})
order by m.pinned desc, m.created_at desc, m.id desc limit %(limit)s"""  # noqa: S608
_RULES = f"""
select {COLUMNS}, 0 as uses, null::timestamptz as last_used_at from vidp.memories m
where m.channel = %(channel)s and (m.pinned or m.kind = any(%(kinds)s)) and {LIVE}
order by m.pinned desc, m.importance desc, m.created_at desc limit %(limit)s"""  # noqa: S608
_EDIT = """
update vidp.memories set body = %(text)s, heading = %(heading)s, body_sha = %(sha)s,
    embedding = %(vector)s::public.halfvec, expires_at = %(expires_at)s,
    importance = %(importance)s where id = %(id)s"""
_PIN = "update vidp.memories set pinned = %(pinned)s where id = %(id)s"
_FORGET = "delete from vidp.memories where id = any(%(ids)s) returning channel"
_FORGET_EXPIRED = """
delete from vidp.memories where expires_at <= clock_timestamp() returning channel"""
_FORGET_REST = """
delete from vidp.memories where channel = %(channel)s and kind = 'document'
    and source ->> 'document' = %(document)s and not id = any(%(keep)s)"""
_USE = """
insert into vidp.memory_uses (owner_id, memory_id, production_id, step_key, run_id)
select vidp.uid(), m.id, %(production)s, %(step_key)s, %(run)s
from vidp.memories m where m.id = any(%(ids)s)
on conflict do nothing"""
_USES = """
select u.memory_id, u.step_key, u.run_id, u.used_at, m.kind, m.body
from vidp.memory_uses u join vidp.memories m on (m.owner_id, m.id) = (u.owner_id, u.memory_id)
where u.production_id = %(production)s order by u.used_at, u.id"""


def written(vector: Vector) -> str:
    """A vector as pgvector reads it."""
    return "[" + ",".join(f"{value:.5g}" for value in vector.tolist()) + "]"


def hold(conn: Connection[Any]) -> None:
    """Wait until nobody else writes into the acting user's brains; before anything else."""
    conn.execute(_HOLD)


def touch(conn: Connection[Any], channel: str) -> None:
    """Say that a brain has changed."""
    conn.execute(_TOUCH, {"channel": channel})


def revisions(conn: Connection[Any]) -> str:
    """What changes whenever one of the user's brains does: `main:3,tech:7`."""
    return ",".join(row[0] for row in conn.execute(_REVISIONS))


def same(conn: Connection[Any], channel: str, new: NewMemory) -> UUID | None:
    """The memory that says this already, word for word; with a slot, the one in that slot."""
    values = {"channel": channel, "kind": new.kind, "slot": new.slot, "sha": digest(new.text)}
    row = conn.execute(_SAME, values).fetchone()
    return row[0] if row else None


def refresh(conn: Connection[Any], memory_id: UUID, new: NewMemory) -> bool:
    """Whether saying it again changed how long it is kept, or how much it counts."""
    values = {
        "id": memory_id,
        "pinned": new.pinned,
        "importance": new.importance,
        "expires_at": new.expires_at,
    }
    return conn.execute(_REFRESH, values).rowcount > 0


def add(
    conn: Connection[Any], channel: str, new: NewMemory, vector: Vector
) -> tuple[UUID, UUID | None]:
    """The id of a new memory, and of the one whose slot it took. Hold the brains.

    Raises:
        BadRequest: the text is another slot's already.
    """
    memory_id = _scalar(conn, _NEW_ID)
    values = {
        "id": memory_id,
        "channel": channel,
        "sha": digest(new.text),
        "vector": written(vector),
        "source": Jsonb(new.source.model_dump(exclude_none=True)),
        **new.model_dump(exclude={"source"}),
    }
    old = conn.execute(_SUPERSEDE, values).fetchone() if new.slot else None
    try:
        conn.execute(_ADD, values)
    except UniqueViolation as error:
        raise _twice(new.text) from error
    return memory_id, old[0] if old else None


def get(conn: Connection[Any], key: UUID | str) -> MemoryRecord:
    """A memory of the acting user, by its id or either end of it if only one fits.

    Raises:
        NotFound: none fits.
        BadRequest: several fit.
    """
    text = str(key).strip().lower()
    found = _rows(conn).execute(_GET, {"key": text}).fetchall() if text else []
    if not found:
        raise NotFound("memory", text, "See `vidp memory list`.")
    if len(found) > 1:
        raise BadRequest("Memory", text, "Several ids fit: give more characters.")
    return found[0]


def listed(
    conn: Connection[Any],
    channel: str,
    *,
    kinds: Sequence[MemoryKind] = (),
    limit: int = 50,
    superseded: bool = False,
) -> list[MemoryRecord]:
    """A brain's memories, pinned first, then the newest; the replaced and expired if asked for."""
    values = {
        "channel": channel,
        "kinds": list(kinds) or None,
        "limit": limit,
        "all": superseded,
    }
    return _rows(conn).execute(_LIST, values).fetchall()


def rules(
    conn: Connection[Any], channel: str, kinds: Sequence[MemoryKind], *, most: int
) -> list[MemoryRecord]:
    """The pinned memories and those of these kinds, the most important first."""
    values = {"channel": channel, "kinds": list(kinds), "limit": most}
    return _rows(conn).execute(_RULES, values).fetchall()


def edit(
    conn: Connection[Any],
    memory: MemoryRecord,
    vector: Vector,
    *,
    text: str,
    heading: str,
    importance: float,
    expires_at: datetime | None,
) -> None:
    """Give a memory other words.

    Raises:
        BadRequest: another memory of this kind has them.
    """
    values = {
        "id": memory.id,
        "text": text,
        "heading": heading,
        "sha": digest(text),
        "vector": written(vector),
        "importance": importance,
        "expires_at": expires_at,
    }
    try:
        conn.execute(_EDIT, values)
    except UniqueViolation as error:
        raise _twice(text) from error


def pin(conn: Connection[Any], memory_id: UUID, *, pinned: bool) -> None:
    """Include a memory in every recall that asks for rules, or do not any more."""
    conn.execute(_PIN, {"id": memory_id, "pinned": pinned})


def forget(conn: Connection[Any], ids: Sequence[UUID]) -> int:
    """Delete memories, those they replaced, their vectors, words and uses; how many were named."""
    return len(conn.execute(_FORGET, {"ids": list(ids)}).fetchall())


def forget_expired(conn: Connection[Any]) -> int:
    """Delete what the acting user wanted to be kept until now; how many there were."""
    gone = [row[0] for row in conn.execute(_FORGET_EXPIRED)]
    for channel in sorted(set(gone)):
        touch(conn, channel)
    return len(gone)


def forget_rest(conn: Connection[Any], channel: str, document: str, keep: Sequence[UUID]) -> int:
    """Delete the parts of a document that are not among `keep`; how many there were."""
    values = {"channel": channel, "document": document, "keep": list(keep)}
    return conn.execute(_FORGET_REST, values).rowcount


def use(
    conn: Connection[Any],
    ids: Sequence[UUID],
    production_id: UUID,
    *,
    step_key: str,
    run_id: str,
) -> None:
    """Write down that a step was given these memories."""
    values = {
        "ids": list(ids),
        "production": production_id,
        "step_key": step_key,
        "run": run_id,
    }
    conn.execute(_USE, values)


def used_in(conn: Connection[Any], production_id: UUID) -> list[MemoryUse]:
    """The memories that a production's steps were given, in order."""
    cursor = conn.cursor(row_factory=class_row(MemoryUse))
    return cursor.execute(_USES, {"production": production_id}).fetchall()


def _rows(conn: Connection[Any]) -> Cursor[MemoryRecord]:
    return conn.cursor(row_factory=class_row(MemoryRecord))


def _scalar(conn: Connection[Any], query: str, values: Mapping[str, object] | None = None) -> Any:
    return conn.cursor(row_factory=scalar_row).execute(query, values).fetchone()


def _twice(text: str) -> BadRequest:
    shown = text if len(text) <= 60 else f"{text[:60]}…"
    return BadRequest("Memory", shown, "Another memory says just this: edit or forget that one.")
