"""The people who own things. Made and looked up by the service; each sees only themselves."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row

from vid_pipeline.asking import Role
from vid_pipeline.errors import BadRequest, NotFound
from vid_pipeline.records import User

_ADD = """
insert into vidp.users (handle, display_name, email, role)
values (%(handle)s, %(display_name)s, %(email)s, %(role)s) returning *"""
_GET = "select * from vidp.users where id = %(id)s"
_BY_HANDLE = "select handle, id from vidp.users where handle = any(%(handles)s)"
_NAMES = "select id, display_name from vidp.users where id = any(%(ids)s)"
_OF_ROLE = "select id from vidp.users where role = %(role)s order by created_at, id"
_ALL = "select * from vidp.users order by created_at, id"
_LOCAL = "select * from vidp.users where local"


def add(
    conn: Connection[Any],
    handle: str,
    *,
    display_name: str = "",
    email: str | None = None,
    role: Role = "creator",
) -> User:
    """A new user (service).

    Raises:
        BadRequest: the handle or the address is taken.
    """
    row = {"handle": handle, "display_name": display_name or handle, "email": email, "role": role}
    cursor = conn.cursor(row_factory=class_row(User))
    try:
        user = cursor.execute(_ADD, row).fetchone()
    except UniqueViolation as error:
        raise BadRequest("The name", handle, "It or the address is taken.") from error
    assert user is not None
    return user


def get(conn: Connection[Any], user_id: UUID) -> User:
    """A user; as the app, oneself only.

    Raises:
        NotFound: no such user, or not oneself.
    """
    user = conn.cursor(row_factory=class_row(User)).execute(_GET, {"id": user_id}).fetchone()
    if user is None:
        raise NotFound("user", str(user_id))
    return user


def by_handle(conn: Connection[Any], handles: Sequence[str]) -> dict[str, UUID]:
    """The users of these handles; those that there are not are left out (service)."""
    return dict(conn.execute(_BY_HANDLE, {"handles": list(handles)}).fetchall())


def names(conn: Connection[Any], ids: Sequence[UUID]) -> dict[UUID, str]:
    """What people call these users (service)."""
    return dict(conn.execute(_NAMES, {"ids": list(ids)}).fetchall())


def of_role(conn: Connection[Any], role: Role) -> list[UUID]:
    """Everybody of a role (service)."""
    return [row[0] for row in conn.execute(_OF_ROLE, {"role": role})]


def everybody(conn: Connection[Any]) -> list[User]:
    """All users, in the order they came (service)."""
    return conn.cursor(row_factory=class_row(User)).execute(_ALL).fetchall()


def local(conn: Connection[Any]) -> User:
    """The user that the installation started with (service)."""
    user = conn.cursor(row_factory=class_row(User)).execute(_LOCAL).fetchone()
    assert user is not None, "the first revision makes the local user"
    return user
