"""What calls under an idempotency key were answered, so that the same call again does nothing.

A key is claimed before its call is at work. An answer is kept for a day; it is sealed, as it may
show a secret that is shown once.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from vid_pipeline.records import Record
from vid_pipeline.store.keys import Keys
from vid_pipeline.store.sealing import seal, unseal

KEPT = timedelta(hours=24)
STALE = timedelta(minutes=10)
"""A call that is at work for longer than any may be: its process is gone, and it may be redone."""

_CLEAR = """
delete from vidp.idempotency_keys
where owner_id = (select vidp.uid()) and claimed_at < clock_timestamp() - %(kept)s"""
_CLAIM = """
insert into vidp.idempotency_keys as k (owner_id, key, call_mac)
values (vidp.uid(), %(key)s, %(mac)s)
on conflict (owner_id, key) do update set claim = uuidv7(), claimed_at = clock_timestamp()
    where k.status is null and k.call_mac = %(mac)s
        and k.claimed_at < clock_timestamp() - %(stale)s
returning claim"""
_READ = """
select owner_id, call_mac, status, answer from vidp.idempotency_keys
where owner_id = (select vidp.uid()) and key = %(key)s"""
_KEEP = """
update vidp.idempotency_keys set status = %(status)s, answer = %(answer)s
where key = %(key)s and claim = %(claim)s and status is null returning owner_id"""
_RELEASE = """
delete from vidp.idempotency_keys where key = %(key)s and claim = %(claim)s and status is null"""


@dataclass(frozen=True)
class Kept:
    """What a call was answered."""

    status: int
    body: str


@dataclass(frozen=True)
class Held:
    """The state of a key: `claim` if this call may go to work, else what there is instead."""

    claim: UUID | None = None
    kept: Kept | None = None
    another_call: bool = False


class _Row(Record):
    owner_id: UUID
    call_mac: bytes
    status: int | None
    answer: bytes | None


def claim(conn: Connection[Any], keys: Keys, key: str, mac: bytes) -> Held:
    """Take a key for a call; with neither a claim nor an answer it is at work elsewhere."""
    conn.execute(_CLEAR, {"kept": KEPT})
    values = {"key": key, "mac": mac, "stale": STALE}
    row = conn.execute(_CLAIM, values).fetchone()
    if row is not None:
        return Held(claim=row[0])
    found = conn.cursor(row_factory=class_row(_Row)).execute(_READ, values).fetchone()
    if found is None:  # its call has just failed and let go
        return Held()
    if found.call_mac != mac:
        return Held(another_call=True)
    if found.status is None or found.answer is None:
        return Held()
    text = unseal(_key(keys), found.answer, bound_to=_bound(found.owner_id, key))
    return Held(kept=Kept(found.status, text))


def keep(
    conn: Connection[Any], keys: Keys, owner: UUID, key: str, claimed: UUID, answer: Kept
) -> None:
    """Keep what the call that holds a key is answered."""
    sealed = seal(_key(keys), answer.body, bound_to=_bound(owner, key))
    values = {"key": key, "claim": claimed, "status": answer.status, "answer": sealed}
    conn.execute(_KEEP, values)


def release(conn: Connection[Any], key: str, claimed: UUID) -> None:
    """Let a key go: its call has failed, and may be made again."""
    conn.execute(_RELEASE, {"key": key, "claim": claimed})


def _key(keys: Keys) -> bytes:
    return keys.derived("idempotency")


def _bound(owner: UUID, key: str) -> str:
    return f"{owner}|{key}"
