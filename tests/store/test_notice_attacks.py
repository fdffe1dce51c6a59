"""Attacks on other people's channels, notices, deliveries and links; each is refused."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection

from tests.store.notices_for_tests import post, someone, subscribe
from vid_pipeline.acts import notifying
from vid_pipeline.errors import NotFound, NotSent
from vid_pipeline.records import User
from vid_pipeline.settings import Settings
from vid_pipeline.store import channels, links
from vid_pipeline.store.database import Database
from vid_pipeline.testing.senders import FakeSender

TABLES = ("channels", "notices", "deliveries", "links")


@pytest.fixture
def victim(database: Database, settings: Settings, user: User) -> User:
    """Somebody who was told of a production of `user`, by a channel that failed."""
    victim = someone(database)
    subscribe(database, victim, "https://hooks.example.org/T0/s3cret", "slack")
    post(database, someone(database), [victim.id])
    sender = FakeSender([NotSent("no")])
    notifying.spread(settings, database, limit=10_000)  # what other tests have posted
    notifying.deliver(settings, database, {"slack": sender, "email": sender, "webhook": sender})
    with database.acting(victim.id) as conn:
        for table in TABLES:
            assert len(ids(conn, table)) == 1
    return victim


def ids(conn: Connection[Any], table: str) -> list[UUID]:
    return [row[0] for row in conn.execute(f"select id from vidp.{table}")]


def one(db: Database, victim: User, table: str) -> UUID:
    with db.acting(victim.id) as conn:
        return ids(conn, table)[0]


@pytest.mark.parametrize("table", TABLES)
def test_others_rows_are_unseen(database: Database, user: User, victim: User, table: str) -> None:
    theirs = one(database, victim, table)
    with database.acting(user.id) as conn:
        assert theirs not in ids(conn, table)


@pytest.mark.parametrize(
    "attack",
    [
        "update vidp.channels set enabled = false where id = %s",
        "delete from vidp.channels where id = %s",
        "update vidp.notices set spread_at = null where id = %s",
        "update vidp.deliveries set state = 'moot' where id = %s",
        "update vidp.links set used_at = null where id = %s",
    ],
)
def test_others_rows_are_unchanged(
    database: Database, user: User, victim: User, attack: str
) -> None:
    theirs = one(database, victim, attack.split("vidp.")[1].split()[0])
    with database.acting(user.id) as conn:
        assert conn.execute(attack, [theirs]).rowcount == 0


@pytest.mark.parametrize(
    "attack",
    [
        "update vidp.notices set about = 'x'",
        "update vidp.notices set person_id = vidp.uid()",
        "update vidp.deliveries set owner_id = vidp.uid()",
        "update vidp.deliveries set channel_id = null",
        "update vidp.channels set target = ''",
        "update vidp.channels set owner_id = vidp.uid()",
        "update vidp.links set expires_at = now() + interval '1 year'",
        "update vidp.links set owner_id = vidp.uid()",
        "delete from vidp.notices",
        "delete from vidp.deliveries",
        "delete from vidp.links",
    ],
)
def test_the_app_has_no_right_to(database: Database, user: User, attack: str) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        database.acting(user.id) as conn,
    ):
        conn.execute(attack)


def test_nothing_is_told_about_a_production_of_another(
    database: Database, user: User, victim: User
) -> None:
    with database.acting(victim.id) as conn:
        row = conn.execute("select owner_id, production_id from vidp.notices").fetchone()
        assert row is not None
        owner, production = row
    people = [user.id]
    with database.acting(user.id) as conn:
        for claimed in (owner, user.id):
            new = notifying.post(
                conn, "failed", owner=claimed, production_id=production, people=people
            )
            assert new == 0
    insert = """insert into vidp.notices (owner_id, production_id, event, person_id, about)
        values (%s, %s, 'failed', %s, 'x')"""
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        database.acting(user.id) as conn,
    ):
        conn.execute(insert, [owner, production, user.id])
    with pytest.raises(psycopg.errors.ForeignKeyViolation), database.acting(user.id) as conn:
        conn.execute(insert, [user.id, production, user.id])


def test_the_owner_of_a_production_sees_nothing_of_who_is_told(
    database: Database, user: User
) -> None:
    told = someone(database)
    subscribe(database, told, "told@example.org", "email")
    post(database, user, [told.id])
    with database.acting(user.id) as conn:
        assert len(ids(conn, "notices")) == 1
        for table in ("channels", "deliveries", "links"):
            assert ids(conn, table) == []


def test_a_delivery_hangs_on_no_channel_and_no_notice_of_another(
    database: Database, user: User, victim: User
) -> None:
    post(database, someone(database), [user.id])
    mine, theirs = one(database, user, "notices"), one(database, victim, "notices")
    own = subscribe(database, user, "u@example.org", "email")
    pairs = [(mine, one(database, victim, "channels")), (theirs, own), (mine, uuid4())]
    for notice, channel in pairs:
        with pytest.raises(psycopg.errors.ForeignKeyViolation), database.acting(user.id) as conn:
            conn.execute(
                """insert into vidp.deliveries (owner_id, notice_id, channel_id)
                values (vidp.uid(), %s, %s)""",
                [notice, channel],
            )


def test_a_link_is_made_for_oneself_and_ones_own_notices_only(
    database: Database, user: User, victim: User
) -> None:
    theirs = one(database, victim, "notices")
    with pytest.raises(psycopg.errors.ForeignKeyViolation), database.acting(user.id) as conn:
        links.make(conn, database.keys, theirs)
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        database.acting(user.id) as conn,
    ):
        conn.execute(
            """insert into vidp.links (id, owner_id, notice_id, token_sha, expires_at)
            values (gen_random_uuid(), %s, %s, sha256('x'), now() + interval '1 day')""",
            [victim.id, theirs],
        )


def test_anothers_channel_is_neither_found_nor_read_nor_removed(
    database: Database, user: User, victim: User
) -> None:
    theirs = one(database, victim, "channels")
    with database.acting(user.id) as conn:
        assert channels.of_user(conn) == []
        for act in (
            lambda: channels.get(conn, theirs),
            lambda: channels.address(conn, database.keys, theirs),
            lambda: channels.remove(conn, theirs),
            lambda: channels.enable(conn, theirs, enabled=False),
        ):
            with pytest.raises(NotFound):
                act()


@pytest.mark.parametrize(
    "attack",
    [
        "select target from vidp.channels",
        "select about from vidp.notices",
        "select error from vidp.deliveries",
        "select token_sha from vidp.links",
        "update vidp.deliveries set state = 'moot'",
    ],
)
def test_the_service_sees_whom_to_tell_and_no_more(
    database: Database, victim: User, attack: str
) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        database.service() as conn,
    ):
        conn.execute(attack)
