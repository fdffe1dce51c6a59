"""Idempotency keys: what is asked for twice is done once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from tests.api.conftest import Api
from tests.api.test_problems import problem
from ui.api.app import PREFIX
from vid_pipeline.records import User
from vid_pipeline.store import answers, users

TEXT = {"text": "Bread rises because yeast eats sugar.", "workflow": "short", "start": False}


@pytest.fixture
def workflow(ask: httpx.Client) -> None:
    body = {"slug": "short", "title": "A", "steps": [{"id": "brief", "kind": "take_brief"}]}
    assert ask.post("/workflows", json={"document": body}).status_code == 201


def keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


def count(ask: httpx.Client) -> int:
    return len(ask.get("/productions").json()["items"])


def test_the_same_call_again_gives_the_same_answer(ask: httpx.Client, workflow: None) -> None:
    key = keyed(uuid4().hex)
    first, again = (ask.post("/productions", json=TEXT, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert count(ask) == 1


def test_another_call_under_a_key_is_refused(ask: httpx.Client, workflow: None) -> None:
    key = keyed(uuid4().hex)
    ask.post("/productions", json=TEXT, headers=key)
    other = ask.post("/productions", json=TEXT | {"title": "Other"}, headers=key)
    problem(other, 422, "key-reused")
    problem(ask.post("/productions?x=1", json=TEXT, headers=key), 422, "key-reused")
    assert count(ask) == 1


def test_a_call_at_work_is_not_done_beside_itself(
    api: Api, user: User, ask: httpx.Client, workflow: None
) -> None:
    """Twenty at once: one does it; the others hear so, or that it is at work."""
    key, start = keyed(uuid4().hex), threading.Barrier(20)

    def call(_: int) -> httpx.Response:
        with api.asking(ask.headers["authorization"].split()[1]) as client:
            start.wait()
            return client.post(f"{PREFIX}/productions", json=TEXT, headers=key)

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(call, range(20)))
    assert {one.status_code for one in found} <= {201, 409}
    assert len({one.json()["id"] for one in found if one.status_code == 201}) == 1
    assert count(ask) == 1


def test_a_call_that_is_at_work_says_when_to_ask_again(
    api: Api, user: User, ask: httpx.Client, workflow: None
) -> None:
    key = keyed(uuid4().hex)
    first = ask.post("/productions", json=TEXT, headers=key)
    assert first.status_code == 201
    with api.shop.db.acting(user.id) as conn:
        conn.execute("update vidp.idempotency_keys set status = null, answer = null")
    answer = ask.post("/productions", json=TEXT, headers=key)
    problem(answer, 409, "in-flight")
    assert answer.headers["retry-after"] == "1"
    with api.shop.db.acting(user.id) as conn:  # its process died
        conn.execute(
            "update vidp.idempotency_keys set claimed_at = claimed_at - %s", [answers.STALE]
        )
    assert ask.post("/productions", json=TEXT, headers=key).status_code == 201


def test_a_call_that_failed_may_be_made_again(ask: httpx.Client) -> None:
    key = keyed(uuid4().hex)
    problem(ask.post("/productions", json=TEXT, headers=key), 404, "not-found")
    body = {"slug": "short", "title": "A", "steps": [{"id": "brief", "kind": "take_brief"}]}
    ask.post("/workflows", json={"document": body})
    assert ask.post("/productions", json=TEXT, headers=key).status_code == 201


def test_a_form_sent_again_is_the_same_call(ask: httpx.Client, workflow: None) -> None:
    """Though its boundary is another one each time."""
    key = keyed(uuid4().hex)
    form = {"wanted": '{"workflow": "short", "start": false}'}
    files = {"file": ("bread.md", b"# Bread\n\nBread rises.", "text/markdown")}
    found = [ask.post("/productions/upload", data=form, files=files, headers=key) for _ in range(2)]
    assert [one.status_code for one in found] == [201, 201], found[1].text
    assert found[0].json()["id"] == found[1].json()["id"]


def test_a_key_is_forgotten_after_a_day(
    api: Api, user: User, ask: httpx.Client, workflow: None
) -> None:
    key = keyed(uuid4().hex)
    ask.post("/productions", json=TEXT, headers=key)
    with api.shop.db.acting(user.id) as conn:
        conn.execute(
            "update vidp.idempotency_keys set claimed_at = claimed_at - %s", [answers.KEPT]
        )
    assert "idempotency-replayed" not in ask.post("/productions", json=TEXT, headers=key).headers
    assert count(ask) == 2


def test_a_key_is_a_users_own(api: Api, user: User, ask: httpx.Client) -> None:
    key = keyed(uuid4().hex)
    body = {"name": "a", "scopes": ["productions:read"]}
    mine = ask.post("/tokens", json=body, headers=key)
    with api.shop.db.service() as conn:
        other = users.add(conn, f"o{uuid4().hex}")
    with api.asking(api.token(other)) as client:
        theirs = client.post(f"{PREFIX}/tokens", json=body, headers=key)
    assert theirs.status_code == 201
    assert theirs.json()["secret"] != mine.json()["secret"]


def test_a_kept_answer_cannot_be_read_in_the_database(
    api: Api, user: User, ask: httpx.Client
) -> None:
    body = {"name": "a", "scopes": ["productions:read"]}
    secret = ask.post("/tokens", json=body, headers=keyed("k")).json()["secret"]
    with api.shop.db.acting(user.id) as conn:
        row = conn.execute("select answer from vidp.idempotency_keys where key = 'k'").fetchone()
    assert row is not None
    assert secret.encode() not in bytes(row[0])
    assert ask.post("/tokens", json=body, headers=keyed("k")).json()["secret"] == secret


def test_a_replay_needs_the_scope_too(api: Api, user: User, ask: httpx.Client) -> None:
    key, body = keyed("k"), {"name": "a", "scopes": ["productions:read"]}
    ask.post("/tokens", json=body, headers=key)
    with api.asking(api.token(user, "productions:read")) as weak:
        problem(weak.post(f"{PREFIX}/tokens", json=body, headers=key), 403, "scope-missing")


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256])
def test_a_key_that_cannot_be_is_refused(ask: httpx.Client, key: str) -> None:
    headers = {b"idempotency-key": key.encode("latin-1")}
    answer = ask.post("/workflows/check", json={}, headers=headers)
    problem(answer, 422, "invalid")
