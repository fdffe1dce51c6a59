"""Roles and schemas: an owner, the app, the service, Dagster. None may pass by row security."""

from typing import Any

from psycopg import Connection, sql

from vid_pipeline.errors import StoreError
from vid_pipeline.store.keys import Keys

OWNER, APP, SERVICE, DAGSTER = "vidp_owner", "vidp_app", "vidp_service", "vidp_dagster"
_ROLES = (OWNER, APP, SERVICE, DAGSTER)
_MINIMUM_VERSION = 180_000  # uuidv7()

_EXISTING = "select rolname from pg_roles where rolname = any(%s)"
_CREATE = """create role {role} login password {password}
    nosuperuser nobypassrls nocreatedb nocreaterole noreplication"""
_BECOME = "grant {role} to current_user"
_HAS_DATABASE = "select 1 from pg_database where datname = %s"
_SCHEMAS = """
revoke all on database {database} from public;
grant connect on database {database} to vidp_owner, vidp_app, vidp_service, vidp_dagster;
revoke create on schema public from public;
create extension if not exists vector;
create schema if not exists vidp authorization vidp_owner;
create schema if not exists vidp_private authorization vidp_owner;
create schema if not exists dagster authorization vidp_dagster;
alter role vidp_owner in database {database} set search_path = '';
alter role vidp_app in database {database} set search_path = '';
alter role vidp_service in database {database} set search_path = '';
alter role vidp_dagster in database {database} set search_path = dagster;
"""
_IDENTITY = "select inner_pad, outer_pad from vidp_private.identity"
_SET_IDENTITY = "insert into vidp_private.identity (inner_pad, outer_pad) values (%s, %s)"


def make(conn: Connection[Any], keys: Keys) -> None:
    """Make the roles that are missing; the others keep their passwords.

    Raises:
        StoreError: the server is too old, or this role may not make roles.
    """
    if conn.info.server_version < _MINIMUM_VERSION:
        raise StoreError(
            f"The database server is PostgreSQL {conn.info.server_version // 10_000}; "
            "18 or newer is needed."
        )
    existing = {row[0] for row in conn.execute(_EXISTING, [list(_ROLES)])}
    for role in _ROLES:
        name = sql.Identifier(role)
        if role not in existing:
            password = sql.Literal(keys.password(role))
            conn.execute(sql.SQL(_CREATE).format(role=name, password=password))
        if not _is_superuser(conn):
            conn.execute(sql.SQL(_BECOME).format(role=name))


def make_database(conn: Connection[Any], name: str) -> None:
    """Make the database if it is missing; `conn` is in autocommit."""
    if conn.execute(_HAS_DATABASE, [name]).fetchone() is None:
        conn.execute(sql.SQL("create database {}").format(sql.Identifier(name)))


def make_schemas(conn: Connection[Any]) -> None:
    """Close the database to the public; make a schema for each family of tables."""
    database = sql.Identifier(conn.info.dbname)
    with conn.transaction():
        conn.execute(sql.SQL(_SCHEMAS).format(database=database))


def is_ours(conn: Connection[Any], keys: Keys) -> bool:
    """Whether the database checks signatures with our key; False if it has none yet (owner).

    Raises:
        StoreError: it was set up with another key.
    """
    row = conn.execute(_IDENTITY).fetchone()
    if row is None:
        return False
    if (bytes(row[0]), bytes(row[1])) != keys.pads():
        raise other_key()
    return True


def adopt(conn: Connection[Any], keys: Keys) -> None:
    """Give the database our signing key, if it has none (owner)."""
    if not is_ours(conn, keys):
        conn.execute(_SET_IDENTITY, keys.pads())


def other_key() -> StoreError:
    """The database belongs to an installation with another secret."""
    return StoreError(
        "This database was set up with another key. Set VIDP_IDENTITY_KEY to the key of the "
        "installation that made it (its <home>/secrets/key), or use another database server."
    )


def _is_superuser(conn: Connection[Any]) -> bool:
    row = conn.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    return row is not None and bool(row[0])
