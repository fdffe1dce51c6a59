"""What people sign in with: an address and a password, or a name at an outside provider."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row

from vid_pipeline.account_records import Account, Login
from vid_pipeline.asking import Role
from vid_pipeline.errors import BadRequest
from vid_pipeline.records import User

_CLAIMED = """
select exists (select 1 from vidp.passwords) or exists (select 1 from vidp.logins)"""
_BY_ADDRESS = """
select * from vidp.users where lower(email) = lower(%(email)s)
union all select * from vidp.users where handle = %(email)s"""
_HASH = "select hash from vidp.passwords where owner_id = %(owner)s"
_SET_HASH = """
insert into vidp.passwords (owner_id, hash) values (%(owner)s, %(hash)s)
on conflict (owner_id) do update set hash = excluded.hash, changed_at = clock_timestamp()"""
_LOGIN = """
select u.* from vidp.logins l join vidp.users u on u.id = l.owner_id
where l.issuer = %(issuer)s and l.subject = %(subject)s"""
_ADD_LOGIN = """
insert into vidp.logins (owner_id, issuer, subject, email)
values (%(owner)s, %(issuer)s, %(subject)s, %(email)s)"""
_LOGINS = """
select issuer, subject, email, made_at from vidp.logins where owner_id = %(owner)s
order by made_at, subject"""
_REMOVE_LOGINS = """
delete from vidp.logins where owner_id = %(owner)s
    and (%(subject)s::text is null or (issuer, subject) = (%(issuer)s, %(subject)s))
returning issuer"""
_LOCK = "select 1 from vidp.users where id = %(id)s for update"
_LOCK_LOCAL = "select * from vidp.users where local for update"
_RENAME = """
update vidp.users set display_name = %(name)s, email = %(email)s where id = %(id)s returning *"""
_SET_ROLE = "update vidp.users set role = %(role)s where id = %(id)s"
_ACTIVATE = "update vidp.users set deactivated_at = null where id = %(id)s"
_DEACTIVATE = """
update vidp.users set deactivated_at = coalesce(deactivated_at, clock_timestamp())
where id = %(id)s"""
_ADMINISTRATORS = """
select id from vidp.users where role = 'administrator' and deactivated_at is null for update"""
_HAS = """
position(lower(%(words)s) in
    lower(u.display_name || ' ' || u.handle || ' ' || coalesce(u.email, ''))) > 0"""
_COUNT = f"select count(*) from vidp.users u where {_HAS}"  # noqa: S608  (our own texts)
_PAGE = f"""
with found as (
    select * from vidp.users u where {_HAS}
    order by u.deactivated_at is not null, u.created_at, u.id
    limit %(limit)s offset %(offset)s)
select u.id, u.handle, u.display_name, u.email, u.role, u.local, u.created_at, u.deactivated_at,
    exists (select 1 from vidp.passwords p where p.owner_id = u.id) as has_password,
    s.sessions, s.seen_at,
    (select count(*) from vidp.logins l where l.owner_id = u.id)::integer as logins,
    (select count(*) from vidp.access_tokens t where t.owner_id = u.id and t.revoked_at is null
        and (t.expires_at is null or t.expires_at > clock_timestamp()))::integer as tokens
from found u cross join lateral (
    select count(*)::integer as sessions, max(seen_at) as seen_at
    from vidp.sessions where owner_id = u.id) s
order by u.deactivated_at is not null, u.created_at, u.id"""  # noqa: S608


def any_yet(conn: Connection[Any]) -> bool:
    """Whether anybody can sign in; from then on everybody must (service)."""
    row = conn.execute(_CLAIMED).fetchone()
    return row is not None and bool(row[0])


def by_address(conn: Connection[Any], email: str) -> User | None:
    """The user of an address, in capitals or not; or of a handle (service)."""
    cursor = conn.cursor(row_factory=class_row(User))
    return cursor.execute(_BY_ADDRESS, {"email": email}).fetchone()


def password_hash(conn: Connection[Any], owner: UUID | None) -> str | None:
    """What a user's password is checked with, if there is one (service)."""
    row = conn.execute(_HASH, {"owner": owner}).fetchone()
    return row[0] if row else None


def set_password(conn: Connection[Any], owner: UUID, hashed: str) -> None:
    """Keep a new hash in place of the old one (service)."""
    conn.execute(_SET_HASH, {"owner": owner, "hash": hashed})


def by_login(conn: Connection[Any], issuer: str, subject: str) -> User | None:
    """Who somebody is that a provider named (service)."""
    cursor = conn.cursor(row_factory=class_row(User))
    return cursor.execute(_LOGIN, {"issuer": issuer, "subject": subject}).fetchone()


def add_login(
    conn: Connection[Any], owner: UUID, issuer: str, subject: str, email: str | None
) -> None:
    """Let a user in by a provider too (service).

    Raises:
        BadRequest: somebody here is that person already.
    """
    row = {"owner": owner, "issuer": issuer, "subject": subject, "email": email}
    try:
        conn.execute(_ADD_LOGIN, row)
    except UniqueViolation as error:
        raise BadRequest("This sign-in", email or subject, "It is somebody's already.") from error


def logins(conn: Connection[Any], owner: UUID) -> list[Login]:
    """What lets a user in at a provider, oldest first."""
    return conn.cursor(row_factory=class_row(Login)).execute(_LOGINS, {"owner": owner}).fetchall()


def remove_logins(conn: Connection[Any], owner: UUID, login: Login | None = None) -> list[str]:
    """Let a user in by one of them no more, or by none; the issuers of what went (service)."""
    row = {
        "owner": owner,
        "issuer": login.issuer if login else None,
        "subject": login.subject if login else None,
    }
    return [gone[0] for gone in conn.execute(_REMOVE_LOGINS, row)]


def lock(conn: Connection[Any], user_id: UUID) -> None:
    """Let nobody else hold this user until the transaction ends (service)."""
    conn.execute(_LOCK, {"id": user_id})


def lock_local(conn: Connection[Any]) -> User:
    """The user that the installation started with, for whoever claims it first (service)."""
    user = conn.cursor(row_factory=class_row(User)).execute(_LOCK_LOCAL).fetchone()
    assert user is not None, "the first revision makes the local user"
    return user


def rename(conn: Connection[Any], user_id: UUID, *, name: str, email: str | None) -> User:
    """Give a user another name and address.

    Raises:
        BadRequest: the address is somebody else's.
    """
    row = {"id": user_id, "name": name, "email": email}
    try:
        user = conn.cursor(row_factory=class_row(User)).execute(_RENAME, row).fetchone()
    except UniqueViolation as error:
        raise BadRequest("The address", email, "Somebody else has it.") from error
    assert user is not None, "whoever renames was looked up before"
    return user


def set_role(conn: Connection[Any], user_id: UUID, role: Role) -> None:
    """What a user may do from now on (service)."""
    conn.execute(_SET_ROLE, {"id": user_id, "role": role})


def set_active(conn: Connection[Any], user_id: UUID, *, active: bool) -> None:
    """Let a user in, or no more (service)."""
    conn.execute(_ACTIVATE if active else _DEACTIVATE, {"id": user_id})


def lock_administrators(conn: Connection[Any]) -> set[UUID]:
    """The active ones; nobody else changes who they are until the transaction ends (service)."""
    return {row[0] for row in conn.execute(_ADMINISTRATORS)}


def page(conn: Connection[Any], words: str, *, limit: int, offset: int = 0) -> list[Account]:
    """Users whose name, handle or address has these words; active ones first, as they came.

    As administrators see them (service).
    """
    values = {"words": words, "limit": limit, "offset": offset}
    return conn.cursor(row_factory=class_row(Account)).execute(_PAGE, values).fetchall()


def count(conn: Connection[Any], words: str) -> int:
    """How many have these words (service)."""
    row = conn.execute(_COUNT, {"words": words}).fetchone()
    assert row is not None
    return int(row[0])


def names(conn: Connection[Any]) -> Mapping[UUID, str]:
    """What everybody is called (service)."""
    return dict(conn.execute("select id, display_name from vidp.users").fetchall())
