"""Access tokens: made, looked up, refused, noted as used."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.conftest import Api
from tests.store.test_row_security import connected
from vid_pipeline.acts import tokens
from vid_pipeline.errors import BadRequest, NotFound
from vid_pipeline.records import User
from vid_pipeline.scopes import SCOPES
from vid_pipeline.store import audit, roles
from vid_pipeline.store.database import Database


def made(
    database: Database, user: User, scopes: Sequence[str] = ("productions:read",), **more: Any
) -> tokens.Made:
    return tokens.make(database, user.id, "ci", scopes, **more)


def test_a_token_is_its_users_with_its_scopes(database: Database, user: User) -> None:
    new = made(database, user)
    found = tokens.of(database, new.secret.get_secret_value())
    assert found == tokens.Bearer(new.token.id, user.id, frozenset({"productions:read"}))


def test_a_scanner_finds_a_leaked_token(database: Database, user: User) -> None:
    secret = made(database, user).secret.get_secret_value()
    assert secret.startswith("vidp_")
    assert tokens.is_whole(secret)
    other = "A" if secret[10] != "A" else "B"
    assert not tokens.is_whole(secret[:10] + other + secret[11:])


def test_of_a_token_nothing_is_kept_that_opens_anything(database: Database, user: User) -> None:
    secret = made(database, user).secret.get_secret_value()
    with database.acting(user.id) as conn:
        row = conn.execute("select t::text, token_mac from vidp.access_tokens t").fetchone()
    assert row is not None
    assert secret not in row[0]
    assert secret[-4:] in row[0]
    assert secret.removeprefix("vidp_")[:40] not in row[0]


@pytest.mark.parametrize("wrong", ["", "vidp_", "vidp_" + "a" * 46, "x" * 5_000, "vidp_\x00"])
def test_what_is_no_token_is_nobodys(database: Database, wrong: str) -> None:
    assert tokens.of(database, wrong) is None


def test_a_revoked_token_is_refused_and_stays_in_the_list(database: Database, user: User) -> None:
    new = made(database, user)
    revoked = tokens.revoke(database, user.id, new.token.id)
    assert tokens.of(database, new.secret.get_secret_value()) is None
    assert tokens.revoke(database, user.id, new.token.id).revoked_at == revoked.revoked_at
    assert [tokens.is_good(one) for one in tokens.listed(database, user.id)] == [False]


def test_an_expired_token_is_refused(database: Database, user: User) -> None:
    soon = datetime.now(UTC) + timedelta(milliseconds=200)
    new = made(database, user, expires_at=soon)
    while datetime.now(UTC) <= soon:
        pass
    assert tokens.of(database, new.secret.get_secret_value()) is None


def test_a_use_is_written_down_at_most_once_a_minute(database: Database, user: User) -> None:
    secret = made(database, user).secret.get_secret_value()
    seen = set()
    for _ in range(3):
        tokens.of(database, secret)
        seen.add(tokens.listed(database, user.id)[0].last_used_at)
    assert len(seen) == 1
    assert None not in seen
    _aged(database)
    tokens.of(database, secret)
    assert tokens.listed(database, user.id)[0].last_used_at not in seen


def _aged(database: Database) -> None:
    """Let two minutes pass."""
    with connected(database, roles.OWNER) as conn:
        conn.execute("alter table vidp.access_tokens no force row level security")
        conn.execute("update vidp.access_tokens set last_used_at = last_used_at - interval '2 min'")
        conn.execute("alter table vidp.access_tokens force row level security")
        conn.commit()


@pytest.mark.parametrize(
    ("name", "scopes", "said"),
    [
        ("", ["productions:read"], "1 to 60"),
        ("x" * 61, ["productions:read"], "1 to 60"),
        ("a\nb", ["productions:read"], "1 to 60"),
        ("ci", [], "at least one"),
        ("ci", ["everything"], "Choose of"),
    ],
)
def test_a_token_that_cannot_be_is_refused_in_words(
    database: Database, user: User, name: str, scopes: list[str], said: str
) -> None:
    with pytest.raises(BadRequest, match=said):
        tokens.make(database, user.id, name, scopes)


def test_a_token_for_the_past_is_refused(database: Database, user: User) -> None:
    with pytest.raises(BadRequest, match="future"):
        made(database, user, expires_at=datetime.now(UTC))


def test_nobody_sees_or_revokes_anothers_token(database: Database, user: User) -> None:
    from_other = made(database, user)
    with pytest.raises(NotFound):
        tokens.revoke(database, database.local_user, from_other.token.id)
    assert from_other.token.id not in {
        one.id for one in tokens.listed(database, database.local_user)
    }
    assert tokens.of(database, from_other.secret.get_secret_value()) is not None


def test_a_token_that_a_token_made_ends_with_it(database: Database, user: User) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    first = made(database, user, expires_at=soon)
    for wanted in (None, soon + timedelta(days=900)):
        assert made(database, user, by=first.token.id, expires_at=wanted).token.expires_at == soon
    sooner = soon - timedelta(minutes=30)
    assert made(database, user, by=first.token.id, expires_at=sooner).token.expires_at == sooner
    child = made(database, user, by=first.token.id)
    grandchild = made(database, user, by=child.token.id)
    other = made(database, user)
    tokens.revoke(database, user.id, first.token.id)
    for gone in (first, child, grandchild):
        assert tokens.of(database, gone.secret.get_secret_value()) is None
    assert tokens.of(database, other.secret.get_secret_value()) is not None
    with pytest.raises(BadRequest, match="ended meanwhile"):
        made(database, user, by=child.token.id)


def test_no_token_is_made_by_one_that_is_being_revoked(database: Database, user: User) -> None:
    """In whichever order they come: afterwards none of them is good."""
    for _ in range(5):
        first, start = made(database, user), threading.Barrier(5)

        def make(by: tokens.Made = first, start: threading.Barrier = start) -> None:
            start.wait()
            with suppress(BadRequest):
                made(database, user, by=made(database, user, by=by.token.id).token.id)

        def revoke(by: tokens.Made = first, start: threading.Barrier = start) -> None:
            start.wait()
            tokens.revoke(database, user.id, by.token.id)

        with ThreadPoolExecutor(5) as pool:
            for done in [pool.submit(one) for one in (make, make, revoke, make, make)]:
                done.result()
        assert not any(tokens.is_good(one) for one in tokens.listed(database, user.id))


def test_over_the_api_a_token_outlives_itself_in_no_other(api: Api, user: User) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    first = made(api.shop.db, user, scopes=SCOPES, expires_at=soon)
    with api.asking(first.secret.get_secret_value()) as asking:
        new = {"name": "for ever", "scopes": ["productions:read"], "expires_at": None}
        told = asking.post("/api/v1/tokens", json=new).json()
    assert datetime.fromisoformat(told["token"]["expires_at"]) == soon
    assert told["token"]["made_by"] == str(first.token.id)
    tokens.revoke(api.shop.db, user.id, first.token.id)
    assert tokens.of(api.shop.db, told["secret"]) is None


def test_who_made_and_revoked_a_token_is_in_the_audit_log(database: Database, user: User) -> None:
    new = made(database, user)
    for _ in range(2):
        tokens.revoke(database, user.id, new.token.id)
    with database.service() as conn:
        lines = audit.read(conn, person=user.id)
    assert [one.act for one in lines] == ["token_revoked", "token_made"]
    assert lines[0].detail == {"name": "ci", "last4": new.token.last4}


def test_the_service_looks_tokens_up_revokes_them_and_no_more(
    database: Database, user: User
) -> None:
    made(database, user)
    for attack, said in (
        ("select name from vidp.access_tokens", "denied"),
        ("update vidp.access_tokens set expires_at = null", "denied"),
        ("update vidp.access_tokens set scopes = '{tokens:write}'", "denied"),
        ("update vidp.access_tokens set revoked_at = null", "row-level security"),
        ("delete from vidp.access_tokens", "denied"),
        ("select answer from vidp.idempotency_keys", "denied"),
    ):
        with connected(database, roles.SERVICE) as conn, pytest.raises(Exception, match=said):
            conn.execute(attack)
