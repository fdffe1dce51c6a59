"""Access tokens of people's programs: kept as keyed hashes, looked up by them, noted when used."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from vid_pipeline.errors import NotFound
from vid_pipeline.records import Record

USED_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a token was used last: a row is written no more often."""

_COLUMNS = """
id, owner_id, name, last4, scopes, made_by, created_at, expires_at, last_used_at, revoked_at"""
_HOLD = """
select pg_advisory_xact_lock(hashtextextended('vidp.access_tokens/' || %(owner)s::uuid, 0))"""
_ADD = f"""
insert into vidp.access_tokens (owner_id, name, token_mac, last4, scopes, made_by, expires_at)
values (vidp.uid(), %(name)s, %(mac)s, %(last4)s, %(scopes)s, %(made_by)s, %(expires_at)s)
returning {_COLUMNS}"""  # noqa: S608  (both parts are ours)
_LIST = f"""
select {_COLUMNS} from vidp.access_tokens where owner_id = (select vidp.uid())
order by created_at desc, id desc"""  # noqa: S608
_GET = f"""
select {_COLUMNS} from vidp.access_tokens
where owner_id = (select vidp.uid()) and id = %(id)s"""  # noqa: S608
_REVOKE = """
with recursive gone as (
    select id from vidp.access_tokens where owner_id = (select vidp.uid()) and id = %(id)s
    union select t.id from vidp.access_tokens t join gone g on t.made_by = g.id
    where t.owner_id = (select vidp.uid()))
update vidp.access_tokens set revoked_at = clock_timestamp()
where id in (select id from gone) and revoked_at is null"""
_REVOKE_ALL = """
update vidp.access_tokens set revoked_at = clock_timestamp()
where owner_id = %(owner)s and revoked_at is null
    and (expires_at is null or expires_at > clock_timestamp())"""
_GOOD = """
select id, owner_id, scopes,
    coalesce(last_used_at < clock_timestamp() - %(every)s, true) as to_note
from vidp.access_tokens
where token_mac = %(mac)s and revoked_at is null
    and (expires_at is null or expires_at > clock_timestamp())"""
_NOTE = """
update vidp.access_tokens set last_used_at = clock_timestamp()
where id = %(id)s and coalesce(last_used_at < clock_timestamp() - %(every)s, true)"""


class AccessToken(Record):
    """A token without the token."""

    id: UUID
    owner_id: UUID
    name: str
    last4: str
    scopes: tuple[str, ...]
    made_by: UUID | None = None
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class Found(Record):
    """Whose a token is, as the service sees it."""

    id: UUID
    owner_id: UUID
    scopes: tuple[str, ...]
    to_note: bool


def hold(conn: Connection[Any], owner: UUID) -> None:
    """Until the transaction ends nobody else makes or revokes tokens of this user."""
    conn.execute(_HOLD, {"owner": owner})


def add(
    conn: Connection[Any],
    name: str,
    *,
    mac: bytes,
    last4: str,
    scopes: Sequence[str],
    made_by: UUID | None,
    expires_at: datetime | None,
) -> AccessToken:
    """Keep a new token of the acting user, and by which other one it was made, if by one."""
    values = {
        "name": name,
        "mac": mac,
        "last4": last4,
        "scopes": list(scopes),
        "made_by": made_by,
        "expires_at": expires_at,
    }
    made = conn.cursor(row_factory=class_row(AccessToken)).execute(_ADD, values).fetchone()
    assert made is not None
    return made


def of_user(conn: Connection[Any]) -> list[AccessToken]:
    """The acting user's tokens, newest first, revoked and expired ones too."""
    return conn.cursor(row_factory=class_row(AccessToken)).execute(_LIST).fetchall()


def get(conn: Connection[Any], token_id: UUID) -> AccessToken:
    """A token of the acting user.

    Raises:
        NotFound: there is none.
    """
    return _one(conn, _GET, token_id)


def revoke(conn: Connection[Any], token_id: UUID) -> AccessToken:
    """Never take a token of the acting user again, nor one that it made. Twice is once.

    The caller holds them.

    Raises:
        NotFound: the user has no such token.
    """
    conn.execute(_REVOKE, {"id": token_id})
    return get(conn, token_id)


def revoke_all(conn: Connection[Any], owner: UUID) -> int:
    """Never take any that a user has now; how many there were. The caller holds them."""
    return conn.execute(_REVOKE_ALL, {"owner": owner}).rowcount


def good(conn: Connection[Any], mac: bytes) -> Found | None:
    """Whose the token of this hash is, if it may be used now (service)."""
    values = {"mac": mac, "every": USED_EVERY}
    return conn.cursor(row_factory=class_row(Found)).execute(_GOOD, values).fetchone()


def note_use(conn: Connection[Any], token_id: UUID) -> None:
    """Say that a token is used now, unless that was said less than `USED_EVERY` ago."""
    conn.execute(_NOTE, {"id": token_id, "every": USED_EVERY})


def _one(conn: Connection[Any], query: str, token_id: UUID) -> AccessToken:
    cursor = conn.cursor(row_factory=class_row(AccessToken))
    found = cursor.execute(query, {"id": token_id}).fetchone()
    if found is None:
        raise NotFound("access token", str(token_id), "See the page “Access tokens”.")
    return found
