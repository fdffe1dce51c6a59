"""Making a database ours: roles, schemas, revisions, the signing key. Once, whoever comes first."""

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.conninfo import make_conninfo

from vid_pipeline.store import revisions, roles
from vid_pipeline.store.keys import Keys

Parameters = dict[str, str]

_LOCK = "select pg_advisory_lock(7272741809)"
_REVISION = "select version_num from vidp_private.alembic_version"


def ensure(maintenance: Parameters, target: Parameters, keys: Keys) -> None:
    """Make `target` current, as a superuser or a role that may make roles.

    `maintenance` is a database that is there already; the lock is taken in it. Returns at once
    when there is nothing to do.

    Raises:
        StoreError: it belongs to another installation, or a revision failed.
        psycopg.Error: the server does not answer or refuses.
    """
    if is_current(target, keys):
        return
    with psycopg.connect(make_conninfo("", **maintenance), autocommit=True) as conn:
        conn.execute(_LOCK)
        if not is_current(target, keys):
            roles.make(conn, keys)
            roles.make_database(conn, target["dbname"])
            _migrate(target, keys)


def is_current(target: Parameters, keys: Keys) -> bool:
    """Whether the database is at the newest revision and checks signatures with our key.

    Raises:
        StoreError: it was set up with another key.
    """
    try:
        with _as_owner(target, keys) as conn:
            row = conn.execute(_REVISION).fetchone()
            found = row is not None and row[0] == revisions.newest()
            return found and roles.is_ours(conn, keys)
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
        return False


def load_migrations() -> Callable[[Callable[[], Connection[Any]]], None]:
    """What runs the revisions, imported only when there is something to run."""
    from vid_pipeline.store import migrate  # noqa: PLC0415 - alembic and its engine load slowly

    return migrate.upgrade


def first_line(error: Exception) -> str:
    """What an outside error says, in one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _migrate(target: Parameters, keys: Keys) -> None:
    with psycopg.connect(make_conninfo("", **target), autocommit=True) as conn:
        roles.make_schemas(conn)
    try:
        _as_owner(target, keys).close()
    except psycopg.OperationalError as error:
        raise roles.other_key() from error
    load_migrations()(lambda: _as_owner(target, keys))
    with _as_owner(target, keys) as conn:
        roles.adopt(conn, keys)


def _as_owner(target: Parameters, keys: Keys) -> Connection[Any]:
    owner = {"user": roles.OWNER, "password": keys.password(roles.OWNER)}
    return psycopg.connect(make_conninfo("", **(target | owner)))
