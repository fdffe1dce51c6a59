"""Links: signed, expiring, for one user and one opening."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest

from tests.store.notices_for_tests import asked, post, someone
from vid_pipeline.acts import notice_links
from vid_pipeline.errors import LinkRefused
from vid_pipeline.notice_records import Where
from vid_pipeline.records import User
from vid_pipeline.store import keys, links
from vid_pipeline.store.database import Database

_MINE = "select id from vidp.notices where person_id = vidp.uid()"


def token_for(
    db: Database, owner: User, person: User, *, life: timedelta = links.LIFE
) -> tuple[str, Where]:
    production, request = asked(db, owner, [person.id])
    post(db, owner, [person.id], about=(production, request))
    with db.acting(person.id) as conn:
        row = conn.execute(_MINE).fetchone()
        assert row is not None
        token = links.make(conn, db.keys, row[0], life=life)
    return token, Where(person.id, production.id, request)


@pytest.fixture
def person(database: Database) -> User:
    return someone(database)


def reason(db: Database, token: str, user: UUID | None = None) -> str:
    with pytest.raises(LinkRefused) as refused:
        notice_links.open_link(db, token, user=user)
    assert "open your inbox" in str(refused.value)
    return refused.value.reason


def test_a_link_leads_to_its_request_and_once_only(
    database: Database, user: User, person: User
) -> None:
    token, where = token_for(database, user, person)
    assert notice_links.open_link(database, token, user=person.id) == where
    assert reason(database, token, person.id) == "used"


def test_of_fifty_who_open_a_link_at_once_one_gets_in(
    database: Database, user: User, person: User
) -> None:
    token, _ = token_for(database, user, person)

    def opened(_: int) -> str:
        try:
            notice_links.open_link(database, token)
        except LinkRefused as refused:
            return refused.reason
        return "opened"

    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(opened, range(50)))
    assert (results.count("opened"), results.count("used")) == (1, 49)


def test_a_link_that_is_too_old_is_refused(database: Database, user: User, person: User) -> None:
    token, _ = token_for(database, user, person, life=timedelta(seconds=-1))
    assert reason(database, token) == "expired"


def test_a_link_of_somebody_else_is_refused_and_stays_good(
    database: Database, user: User, person: User
) -> None:
    token, where = token_for(database, user, person)
    assert reason(database, token, user.id) == "other"
    assert notice_links.open_link(database, token, user=person.id) == where


def test_a_forged_link_is_refused(database: Database, user: User, person: User) -> None:
    token, _ = token_for(database, user, person)
    raw = base64.urlsafe_b64decode(token)
    renamed = raw[:16] + user.id.bytes + raw[32:]
    for forged in (
        "",
        "x",
        "é",
        token[:-1],
        token + "A",
        token + "====",
        token.swapcase(),
        base64.urlsafe_b64encode(renamed).decode(),
        base64.urlsafe_b64encode(raw + b"\0" * 3).decode(),
        f" {token}",
    ):
        assert reason(database, forged) == "forged"


def test_a_link_signed_with_another_key_is_refused(
    database: Database, user: User, person: User
) -> None:
    _, _ = token_for(database, user, person)
    with database.acting(person.id) as conn:
        row = conn.execute(_MINE).fetchone()
        assert row is not None
        token = links.make(conn, keys.Keys("x" * 40), row[0])
    assert reason(database, token) == "forged"


def test_only_a_hash_of_a_token_is_kept(database: Database, user: User, person: User) -> None:
    token, _ = token_for(database, user, person)
    with database.acting(person.id) as conn:
        rows = conn.execute("select l::text from vidp.links l").fetchall()
    assert len(rows) == 1
    kept = repr(rows)
    raw = base64.urlsafe_b64decode(token)
    assert not [text for text in (token, raw[32:].hex(), raw[49:].hex()) if text in kept]
