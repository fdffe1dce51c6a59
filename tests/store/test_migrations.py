import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from vid_pipeline.errors import BadRequest, StoreError
from vid_pipeline.outbox import EVENTS
from vid_pipeline.settings import Settings
from vid_pipeline.store import cluster, migrate, revisions, roles, setup
from vid_pipeline.store.database import Database, opened
from vid_pipeline.store.keys import Keys, of_home
from vid_pipeline.store.setup import Parameters

_BAD = """
from alembic import op
revision, down_revision = "9000", "%s"
def upgrade() -> None:
    op.execute("create table vidp.half_made (id int)")
    op.execute("select 1/0")
"""


_CHANNEL = """
insert into vidp.channels (id, owner_id, kind, target, shown, events)
select gen_random_uuid(), id, 'slack', 'x', 'x', %s from vidp.users"""


def superuser(database: Database, home: Path, name: str) -> Parameters:
    """Parameters of the cluster's superuser, on a database that need not be there."""
    password = of_home(home).password(cluster.SUPERUSER)
    where = database.where(roles.APP) | {"user": cluster.SUPERUSER, "password": password}
    return where | {"dbname": name}


@pytest.fixture
def empty(database: Database, home: Path) -> Iterator[Parameters]:
    """A database on the same server that nobody has set up; dropped afterwards."""
    where = superuser(database, home, "another")
    yield where
    with psycopg.connect(make_conninfo("", **(where | {"dbname": "postgres"}))) as conn:
        conn.autocommit = True
        conn.execute("drop database if exists another with (force)")


def test_the_database_is_at_the_newest_revision(database: Database, home: Path) -> None:
    assert re.fullmatch(r"\d{4}", revisions.newest())
    assert setup.is_current(superuser(database, home, "vidp"), of_home(home))


def test_four_migrators_at_once_apply_everything_once(empty: Parameters, home: Path) -> None:
    def ensure(_: int) -> None:
        setup.ensure(empty | {"dbname": "postgres"}, empty, of_home(home))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ensure, range(4)))
    assert setup.is_current(empty, of_home(home))
    with psycopg.connect(make_conninfo("", **empty)) as conn:
        assert conn.execute("select count(*) from vidp.users").fetchone() == (1,)


def test_a_revision_that_fails_leaves_nothing_behind(
    empty: Parameters, home: Path, tmp_path: Path
) -> None:
    setup.ensure(empty | {"dbname": "postgres"}, empty, of_home(home))
    folder = tmp_path / "migrations"
    shutil.copytree(revisions.FOLDER, folder)
    (folder / "versions" / "9000_bad.py").write_text(_BAD % revisions.newest())

    def connect() -> Connection[Any]:
        return psycopg.connect(make_conninfo("", **empty))

    with pytest.raises(StoreError, match="division by zero"):
        migrate.upgrade(connect, folder=folder)
    with connect() as conn:
        assert conn.execute("select to_regclass('vidp.half_made')").fetchone() == (None,)
    assert setup.is_current(empty, of_home(home))


def test_who_is_told_of_everything_hears_of_what_is_new(
    empty: Parameters, home: Path, tmp_path: Path
) -> None:
    """From before there were notices of batches and triggers; who chose some keeps those."""
    older, own = tmp_path / "migrations", of_home(home)
    shutil.copytree(revisions.FOLDER, older)
    for path in (older / "versions").glob("[0-9]*.py"):
        if path.name >= "0020":
            path.unlink()
    maintenance = empty | {"dbname": "postgres"}
    with psycopg.connect(make_conninfo("", **maintenance), autocommit=True) as conn:
        roles.make_database(conn, "another")
    with psycopg.connect(make_conninfo("", **empty), autocommit=True) as conn:
        roles.make_schemas(conn)
    owner = empty | {"user": roles.OWNER, "password": own.password(roles.OWNER)}
    migrate.upgrade(lambda: psycopg.connect(make_conninfo("", **owner)), folder=older)
    every, some = list(EVENTS[:6]), ["asked", "failed"]
    with psycopg.connect(make_conninfo("", **empty)) as conn:
        for events in (every, some):
            conn.execute(_CHANNEL, [events])
    setup.ensure(maintenance, empty, own)
    with psycopg.connect(make_conninfo("", **empty)) as conn:
        now = conn.execute("select events from vidp.channels order by cardinality(events)")
        assert [row[0] for row in now] == [some, list(EVENTS)]


def test_a_database_of_another_installation_is_refused(database: Database, home: Path) -> None:
    where = superuser(database, home, "vidp")
    with pytest.raises(StoreError, match="VIDP_IDENTITY_KEY"):
        setup.ensure(where, where, Keys("another" * 6))


def test_an_outside_database_is_set_up_like_our_own(
    empty: Parameters, home: Path, tmp_path: Path
) -> None:
    with psycopg.connect(make_conninfo("", **(empty | {"dbname": "postgres"}))) as conn:
        conn.autocommit = True
        conn.execute("create database another")
    options = f"host={empty['host']}&port={empty['port']}"
    url = f"postgresql://{empty['user']}:{empty['password']}@/another?{options}"
    key = (home / "secrets" / "key").read_text()
    settings = Settings(
        home=tmp_path / "elsewhere", database_url=SecretStr(url), identity_key=SecretStr(key)
    )
    with opened(settings) as db, db.acting(db.local_user) as conn:
        assert conn.execute("select handle from vidp.users").fetchone() == ("local",)
    assert not (tmp_path / "elsewhere" / "postgres").exists()


def test_an_outside_database_that_is_not_there_is_a_store_error(tmp_path: Path) -> None:
    url = SecretStr(f"postgresql://u:secret@/x?host={tmp_path}")
    with (
        pytest.raises(StoreError, match="VIDP_DATABASE_URL") as caught,
        opened(Settings(home=tmp_path, database_url=url)),
    ):
        pass
    assert "secret" not in str(caught.value)


def test_a_url_that_cannot_be_read_is_the_callers_fault(tmp_path: Path) -> None:
    url = SecretStr("postgres//nonsense")
    with (
        pytest.raises(BadRequest, match="VIDP_DATABASE_URL"),
        opened(Settings(home=tmp_path, database_url=url)),
    ):
        pass
