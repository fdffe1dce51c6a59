"""Who is signed in where: one row for each browser, ended by time, by its user or for them."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from vid_pipeline.account_records import Beginning, Caller, Present, Session, SessionOf

_BEGIN = """
insert into vidp.sessions (owner_id, token_sha, began_by, user_agent, client, expires_at)
values (%(owner)s, %(sha)s, %(by)s, %(agent)s, %(client)s, clock_timestamp() + %(life)s)
returning id"""
_FIND = """
select s.id as session, s.owner_id as user, u.role,
    s.seen_at < clock_timestamp() - interval '1 minute' as stale
from vidp.sessions s join vidp.users u on u.id = s.owner_id
where s.token_sha = %(sha)s and s.expires_at > clock_timestamp()
    and s.seen_at > clock_timestamp() - %(idle)s and u.deactivated_at is null"""
_SEE = "update vidp.sessions set seen_at = clock_timestamp() where id = %(id)s"
_COLUMNS = "id, owner_id, began_by, user_agent, client, began_at, seen_at, expires_at"
_LIVE = "expires_at > clock_timestamp() and seen_at > clock_timestamp() - %(idle)s"
_OF_USER = f"""
select {_COLUMNS} from vidp.sessions where owner_id = %(owner)s and {_LIVE}
order by seen_at desc, id"""  # noqa: S608  (constants)
_ALL = f"""
select {", ".join("s." + column for column in _COLUMNS.split(", "))}, u.display_name
from vidp.sessions s join vidp.users u on u.id = s.owner_id where {_LIVE}
order by s.seen_at desc, s.id limit %(limit)s"""  # noqa: S608
_END = "delete from vidp.sessions where id = %(id)s returning owner_id"
_END_BY_SHA = "delete from vidp.sessions where token_sha = %(sha)s returning owner_id"
_END_ALL = """
delete from vidp.sessions
where owner_id = %(owner)s and id is distinct from %(but)s::uuid returning id"""
_CLEAR = """
delete from vidp.sessions
where expires_at <= clock_timestamp() or seen_at <= clock_timestamp() - %(idle)s"""


def begin(
    conn: Connection[Any],
    owner: UUID,
    token: str,
    *,
    by: Beginning,
    life: timedelta,
    caller: Caller | None = None,
) -> UUID:
    """A session that the token opens; the token itself is not kept (service)."""
    where = caller or Caller()
    values = {
        "owner": owner,
        "sha": sha(token),
        "by": by,
        "agent": where.user_agent[:400],
        "client": where.client[:64],
        "life": life,
    }
    row = conn.execute(_BEGIN, values).fetchone()
    assert row is not None
    session: UUID = row[0]
    return session


def find(conn: Connection[Any], token: str, *, idle: timedelta) -> Present | None:
    """Whose session a token opens, unless it ended or its user is not active (service)."""
    cursor = conn.cursor(row_factory=class_row(Present))
    return cursor.execute(_FIND, {"sha": sha(token), "idle": idle}).fetchone()


def see(conn: Connection[Any], session: UUID) -> None:
    """Note that it was used now (service)."""
    conn.execute(_SEE, {"id": session})


def of_user(conn: Connection[Any], owner: UUID, *, idle: timedelta) -> list[Session]:
    """A user's live sessions, the one used last first."""
    cursor = conn.cursor(row_factory=class_row(Session))
    return cursor.execute(_OF_USER, {"owner": owner, "idle": idle}).fetchall()


def everybodys(conn: Connection[Any], *, idle: timedelta, limit: int = 200) -> list[SessionOf]:
    """All live sessions, the one used last first (service)."""
    cursor = conn.cursor(row_factory=class_row(SessionOf))
    return cursor.execute(_ALL, {"idle": idle, "limit": limit}).fetchall()


def end(conn: Connection[Any], session: UUID) -> UUID | None:
    """End one; whose it was. As the app, one's own alone."""
    return _owner(conn.execute(_END, {"id": session}).fetchone())


def end_token(conn: Connection[Any], token: str) -> UUID | None:
    """End the one that a token opens; whose it was (service)."""
    return _owner(conn.execute(_END_BY_SHA, {"sha": sha(token)}).fetchone())


def end_all(conn: Connection[Any], owner: UUID, *, but: UUID | None = None) -> int:
    """End all of a user's, but one if it is named; how many ended."""
    return len(conn.execute(_END_ALL, {"owner": owner, "but": but}).fetchall())


def clear(conn: Connection[Any], *, idle: timedelta) -> int:
    """Delete those whose time is over (service)."""
    return conn.execute(_CLEAR, {"idle": idle}).rowcount


def sha(token: str) -> bytes:
    """What is kept of a token: it is random and long, so a plain hash cannot be reversed."""
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _owner(row: tuple[Any, ...] | None) -> UUID | None:
    return row[0] if row else None
