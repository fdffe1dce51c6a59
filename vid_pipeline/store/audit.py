"""The audit log: lines are added, read, and never changed."""

from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Json
from pydantic import JsonValue

from vid_pipeline.account_records import Entry

_ADD = """
insert into vidp.audit (act, actor_id, owner_id, client, detail)
values (%(act)s, %(actor)s, %(owner)s, %(client)s, %(detail)s)"""
_READ = """
select id, at, act, actor_id, owner_id, client, detail from vidp.audit
where (%(act)s::text is null or act = %(act)s)
    and (%(person)s::uuid is null or %(person)s in (actor_id, owner_id))
order by at desc, id desc limit %(limit)s"""

_KNOWS = """
select exists (select 1 from vidp.audit
    where owner_id = %(owner)s and act = 'signed_in' and client = %(client)s)"""


def add(
    conn: Connection[Any],
    act: str,
    *,
    actor: UUID | None,
    owner: UUID | None,
    client: str,
    detail: dict[str, JsonValue],
) -> None:
    """Write a line (service)."""
    row = {"act": act, "actor": actor, "owner": owner, "client": client[:64]}
    conn.execute(_ADD, {**row, "detail": Json(detail)})


def read(
    conn: Connection[Any], *, act: str | None = None, person: UUID | None = None, limit: int = 200
) -> list[Entry]:
    """Lines, newest first; as the app, those that concern oneself."""
    cursor = conn.cursor(row_factory=class_row(Entry))
    return cursor.execute(_READ, {"act": act, "person": person, "limit": limit}).fetchall()


def knows(conn: Connection[Any], owner: UUID | None, client: str) -> bool:
    """Whether a user has signed in from there before (service)."""
    row = conn.execute(_KNOWS, {"owner": owner, "client": client[:64]}).fetchone()
    return row is not None and bool(row[0])
