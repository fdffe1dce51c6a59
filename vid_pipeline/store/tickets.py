"""Links that are good once: invitations, and resets of a password. Of a token a hash is kept."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from vid_pipeline.account_records import Purpose, Ticket
from vid_pipeline.asking import Role
from vid_pipeline.store.sessions import sha

_COLUMNS = """
id, owner_id, purpose, email, role, made_by, made_at, expires_at, used_at, used_by"""
_MAKE = f"""
insert into vidp.tickets (owner_id, purpose, token_sha, email, role, made_by, expires_at)
values (%(owner)s, %(purpose)s, %(sha)s, %(email)s, %(role)s, %(made_by)s,
    clock_timestamp() + %(life)s)
returning {_COLUMNS}"""  # noqa: S608  (constants)
_GOOD = "used_at is null and expires_at > clock_timestamp()"
_LOOK = f"""
select {_COLUMNS} from vidp.tickets
where token_sha = %(sha)s and purpose = %(purpose)s and {_GOOD}"""  # noqa: S608
_USE = f"""
update vidp.tickets set used_at = clock_timestamp(), used_by = %(user)s
where token_sha = %(sha)s and purpose = %(purpose)s and {_GOOD}
returning {_COLUMNS}"""  # noqa: S608
_OPEN = f"""
select {_COLUMNS} from vidp.tickets where purpose = %(purpose)s and {_GOOD}
order by made_at desc"""  # noqa: S608
_FOR_ADDRESS = f"""
select {_COLUMNS} from vidp.tickets
where purpose = 'invitation' and lower(email) = lower(%(email)s) and {_GOOD}
order by made_at desc limit 1"""  # noqa: S608
_WITHDRAW = f"""
delete from vidp.tickets where id = %(id)s and {_GOOD} returning {_COLUMNS}"""  # noqa: S608
_WITHDRAW_ALL = f"""
delete from vidp.tickets
where owner_id = %(owner)s and purpose = %(purpose)s and {_GOOD}"""  # noqa: S608
_WAS_MAILED = f"""
select exists (select 1 from vidp.tickets where owner_id = %(owner)s and purpose = 'reset'
    and made_by is null and made_at > clock_timestamp() - %(within)s and {_GOOD})"""  # noqa: S608
_USE_ID = f"""
update vidp.tickets set used_at = clock_timestamp(), used_by = %(user)s
where id = %(id)s and {_GOOD} returning id"""  # noqa: S608


def make(
    conn: Connection[Any],
    owner: UUID,
    purpose: Purpose,
    token: str,
    *,
    life: timedelta,
    made_by: UUID | None,
    email: str | None = None,
    role: Role | None = None,
) -> Ticket:
    """A ticket that the token uses up (service)."""
    values = {
        "owner": owner,
        "purpose": purpose,
        "sha": sha(token),
        "email": email,
        "role": role,
        "made_by": made_by,
        "life": life,
    }
    ticket = conn.cursor(row_factory=class_row(Ticket)).execute(_MAKE, values).fetchone()
    assert ticket is not None
    return ticket


def look(conn: Connection[Any], purpose: Purpose, token: str) -> Ticket | None:
    """What a token is good for; None if it was used, is too old or was never made (service)."""
    values = {"purpose": purpose, "sha": sha(token)}
    return conn.cursor(row_factory=class_row(Ticket)).execute(_LOOK, values).fetchone()


def use(conn: Connection[Any], purpose: Purpose, token: str, *, user: UUID) -> Ticket | None:
    """Use a token up, for one caller among many; None if it is not good (service)."""
    values = {"purpose": purpose, "sha": sha(token), "user": user}
    return conn.cursor(row_factory=class_row(Ticket)).execute(_USE, values).fetchone()


def use_up(conn: Connection[Any], ticket: UUID, *, user: UUID) -> bool:
    """Use a ticket up without its token; False if somebody was quicker (service)."""
    return conn.execute(_USE_ID, {"id": ticket, "user": user}).fetchone() is not None


def unused(conn: Connection[Any], purpose: Purpose) -> list[Ticket]:
    """Those that are still good, newest first (service)."""
    cursor = conn.cursor(row_factory=class_row(Ticket))
    return cursor.execute(_OPEN, {"purpose": purpose}).fetchall()


def invited(conn: Connection[Any], email: str) -> Ticket | None:
    """The newest invitation of an address that is still good (service)."""
    cursor = conn.cursor(row_factory=class_row(Ticket))
    return cursor.execute(_FOR_ADDRESS, {"email": email}).fetchone()


def withdraw(conn: Connection[Any], ticket: UUID) -> Ticket | None:
    """Make one good for nothing; None if it was so before (service)."""
    return conn.cursor(row_factory=class_row(Ticket)).execute(_WITHDRAW, {"id": ticket}).fetchone()


def was_mailed(conn: Connection[Any], owner: UUID, *, within: timedelta) -> bool:
    """Whether a reset that nobody here made by hand was made lately, and is good (service)."""
    row = conn.execute(_WAS_MAILED, {"owner": owner, "within": within}).fetchone()
    return row is not None and bool(row[0])


def withdraw_all(conn: Connection[Any], owner: UUID, purpose: Purpose) -> None:
    """Make all of an owner's good for nothing (service)."""
    conn.execute(_WITHDRAW_ALL, {"owner": owner, "purpose": purpose})
