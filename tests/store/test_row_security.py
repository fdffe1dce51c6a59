"""Attacks of one user on another, on the real roles; each is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection

from tests.store.test_tables import BRIEF, produced, published
from vid_pipeline.errors import NotFound, StoreError
from vid_pipeline.records import User
from vid_pipeline.store import productions, roles, traces, users, workflows
from vid_pipeline.store.database import Database

_TABLES = """
select n.nspname || '.' || c.relname, c.relrowsecurity, c.relforcerowsecurity
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('vidp', 'vidp_private') and c.relkind in ('r', 'p')"""
_VIEWS = """
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'vidp' and (c.relkind = 'm' or (c.relkind = 'v'
    and not coalesce(c.reloptions::text like '%security_invoker=true%', false)))"""
_ROLES = """
select rolname, rolsuper or rolbypassrls or rolcreaterole
from pg_roles where rolname = any(%s)"""


@pytest.fixture
def victim(database: Database) -> User:
    with database.service() as conn:
        victim = users.add(conn, f"v{uuid4().hex}")
    produced(database, victim)
    return victim


@contextmanager
def connected(db: Database, role: str = roles.APP) -> Iterator[Connection[Any]]:
    with psycopg.connect(psycopg.conninfo.make_conninfo("", **db.where(role))) as conn:
        yield conn


def seen(conn: Connection[Any]) -> int:
    row = conn.execute("select count(*) from vidp.productions").fetchone()
    assert row is not None
    return int(row[0])


def test_every_table_forces_row_security(database: Database) -> None:
    with connected(database, roles.OWNER) as conn:
        found = {name: (enabled, forced) for name, enabled, forced in conn.execute(_TABLES)}
    assert len(found) == 45
    unforced = {"vidp_private.alembic_version"}  # its owner alone may see it, and must
    assert all(flags == (True, name not in unforced) for name, flags in found.items())


def test_no_view_sees_with_its_owners_rights(database: Database) -> None:
    with connected(database) as conn:
        assert conn.execute(_VIEWS).fetchall() == []


def test_no_role_of_ours_can_pass_by_row_security(database: Database) -> None:
    names = [roles.OWNER, roles.APP, roles.SERVICE, roles.DAGSTER]
    with connected(database) as conn:
        assert sorted(conn.execute(_ROLES, [names]).fetchall()) == [
            (n, False) for n in sorted(names)
        ]


def test_nobody_sees_nothing(database: Database, victim: User) -> None:
    with connected(database) as conn:
        assert seen(conn) == 0
        assert conn.execute("select count(*) from vidp.users").fetchone() == (0,)


def test_the_owner_of_the_tables_sees_nothing(database: Database, victim: User) -> None:
    with connected(database, roles.OWNER) as conn:
        assert seen(conn) == 0


def test_a_user_sees_only_their_own(database: Database, user: User, victim: User) -> None:
    produced(database, user)
    with database.acting(user.id) as conn:
        assert seen(conn) == 1
        assert [row[0] for row in conn.execute("select id from vidp.users")] == [user.id]
        with pytest.raises(NotFound):
            users.get(conn, victim.id)


def test_an_identity_changed_by_injected_sql_is_refused(
    database: Database, user: User, victim: User
) -> None:
    forged = "select set_config('app.user_id', %s, true)"
    with pytest.raises(StoreError, match="signature"), database.acting(user.id) as conn:
        _seen_after(conn, forged, str(victim.id))


def test_a_signature_is_worth_nothing_on_another_connection(
    database: Database, victim: User
) -> None:
    with database.acting(victim.id) as conn:
        row = conn.execute("select current_setting('app.signature')").fetchone()
    assert row is not None
    with connected(database) as thief:
        thief.execute(
            "select set_config('app.user_id', %s, true), set_config('app.signature', %s, true)",
            [str(victim.id), row[0]],
        )
        with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification):
            seen(thief)


@pytest.mark.parametrize("claim", ["", "not-a-user", "' or true --"])
def test_a_claim_without_a_signature_sees_nothing(database: Database, claim: str) -> None:
    with connected(database) as conn:
        conn.execute("select set_config('app.user_id', %s, true)", [claim])
        if not claim:
            assert seen(conn) == 0
            return
        with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification):
            seen(conn)


def test_a_session_wide_identity_does_not_reach_the_next_transaction(
    database: Database, user: User
) -> None:
    produced(database, user)
    with database.acting(user.id) as conn:
        conn.execute("""
            select set_config('app.user_id', current_setting('app.user_id'), false),
                   set_config('app.signature', current_setting('app.signature'), false)""")
        pid = conn.info.backend_pid
    met = set()
    while pid not in met:
        with database._transaction(roles.APP) as conn:
            met.add(conn.info.backend_pid)
            assert seen(conn) == 0


@pytest.mark.parametrize(
    "attack",
    [
        "select * from vidp_private.identity",
        "select * from vidp_private.alembic_version",
        "set role vidp_owner",
        "set role postgres",
        "truncate vidp.productions",
        "copy vidp.productions to program 'id'",
        "copy vidp.productions to '/tmp/stolen'",
        "create temp table productions (id int)",
        "create function public.now() returns int language sql as 'select 1'",
        "create function vidp.uid2() returns uuid language sql as 'select null::uuid'",
        "create table vidp.mine (id int)",
        "alter table vidp.productions disable row level security",
        "alter table vidp.productions no force row level security",
        "drop policy own on vidp.productions",
        "create or replace function vidp.uid() returns uuid language sql as 'select null::uuid'",
        "delete from vidp.productions",
        "delete from vidp.step_traces",
        "update vidp.users set local = true",
        "update vidp.users set handle = 'local'",
        "insert into vidp.users (handle, display_name) values ('x', 'x')",
        "select * from dagster.runs",
        "alter role vidp_app bypassrls",
        "select pg_read_file('/etc/passwd')",
    ],
)
def test_the_app_has_no_right_to(database: Database, user: User, attack: str) -> None:
    with (
        pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable)),
        database.acting(user.id) as conn,
    ):
        conn.execute(attack)


def test_row_security_cannot_be_switched_off(database: Database, user: User, victim: User) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        database.acting(user.id) as conn,
    ):
        _seen_after(conn, "set local row_security = off")


def test_rows_cannot_be_given_to_others(database: Database, user: User, victim: User) -> None:
    produced(database, user)
    for attack in (
        "update vidp.productions set owner_id = %s",
        "insert into vidp.workflows (owner_id, slug) values (%s, 'planted')",
    ):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
            database.acting(user.id) as conn,
        ):
            conn.execute(attack, [victim.id])


def test_others_rows_cannot_be_changed(database: Database, user: User, victim: User) -> None:
    with database.acting(user.id) as conn:
        changed = conn.execute(
            "update vidp.productions set error = 'x' where owner_id = %s", [victim.id]
        )
        assert changed.rowcount == 0


def test_a_row_cannot_hang_on_anothers(database: Database, user: User, victim: User) -> None:
    theirs = _production_of(database, victim.id)
    for production_id in (theirs, uuid4()):
        with pytest.raises(psycopg.errors.ForeignKeyViolation), database.acting(user.id) as conn:
            traces.start(conn, production_id, run_id="r", step_key="a", step_id="a", kind="narrate")


def test_anothers_version_cannot_be_produced(database: Database, user: User, victim: User) -> None:
    theirs = published(database, victim)
    with pytest.raises(psycopg.errors.ForeignKeyViolation), database.acting(user.id) as conn:
        productions.create(conn, theirs, BRIEF)


def test_a_planner_cannot_be_made_to_tell(database: Database, user: User, victim: User) -> None:
    with database.acting(user.id) as conn:
        row = conn.execute(
            """select count(*) from vidp.productions
            where 1 / (case when owner_id <> %s then 0 else 1 end) = 1""",
            [user.id],
        ).fetchone()
        assert row == (0,)
        stats = "select count(*) from pg_stats where schemaname = 'vidp'"
        assert conn.execute(stats).fetchone() == (0,)


def test_the_service_sees_whose_a_production_is_and_no_more(
    database: Database, victim: User
) -> None:
    theirs = _production_of(database, victim.id)
    with database.service() as conn:
        assert productions.owner_of(conn, theirs) == victim.id
    for attack in (
        "select brief from vidp.productions",
        "update vidp.productions set state = 'done'",
        "select * from vidp.journal",
        "select * from vidp.step_traces",
        "select vidp.uid()",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), database.service() as conn:
            conn.execute(attack)


def test_the_service_cannot_publish(database: Database) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.service() as conn:
        workflows.publish(conn, published(database, users.local(conn)).document)


def test_dagster_sees_nothing_of_ours(database: Database) -> None:
    with connected(database, roles.DAGSTER) as conn:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("select * from vidp.productions")
        conn.rollback()
        assert conn.execute("select current_schema()").fetchone() == ("dagster",)


def test_a_wrong_password_is_refused(database: Database) -> None:
    where = database.where(roles.APP) | {"password": "guess"}
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(psycopg.conninfo.make_conninfo("", **where))


def _seen_after(conn: Connection[Any], statement: str, *values: str) -> int:
    conn.execute(statement, values)
    return seen(conn)


def _production_of(db: Database, user_id: UUID) -> UUID:
    with db.acting(user_id) as conn:
        return productions.recent(conn)[0].id
