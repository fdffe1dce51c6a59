"""Every error is a problem, whoever found it."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from tests.api.conftest import Api, drafted, flow, served
from ui.api.app import PREFIX, build
from ui.api.problems import KINDS
from ui.api.routing import MOST_BYTES, MOST_FORM_BYTES
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.records import User
from vid_pipeline.wire.problems import MEDIA_TYPE, TYPES, Problem

NOWHERE = "00000000-0000-0000-0000-000000000000"


def problem(answer: httpx.Response, status: int, kind: str) -> Problem:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["cache-control"] == "no-store"
    found = Problem.model_validate_json(answer.content)
    assert (found.type, found.status) == (f"{TYPES}{kind}", status)
    assert found.title == KINDS[kind][1]
    assert found.instance == answer.request.url.path
    assert found.detail
    return found


def test_nobody_is_told_how_to_sign_in(api: Api) -> None:
    with api.asking(None) as client:
        answer = client.get(f"{PREFIX}/productions")
    problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_token_that_is_no_good_is_refused(api: Api) -> None:
    with api.asking("vidp_" + "0" * 46) as client:
        answer = client.get(f"{PREFIX}/openapi.json")
    problem(answer, 401, "unauthenticated")
    assert "invalid_token" in answer.headers["www-authenticate"]


def test_a_missing_scope_is_named(api: Api, user: User) -> None:
    with api.asking(api.token(user, "productions:read")) as client:
        assert client.get(f"{PREFIX}/productions").status_code == 200
        answer = client.post(f"{PREFIX}/productions", json={"text": "x"})
    assert problem(answer, 403, "scope-missing").scope == "productions:write"


def test_the_frameworks_own_errors_are_problems(ask: httpx.Client) -> None:
    problem(ask.get("/nothing/here"), 404, "not-found")
    answer = ask.delete("/productions")
    problem(answer, 405, "method-not-allowed")
    assert "GET" in answer.headers["allow"]
    problem(ask.post("/productions", content=b"{", headers=_JSON), 400, "bad-request")


def test_every_misfit_is_listed_and_none_is_echoed(ask: httpx.Client) -> None:
    secret = "sk-very-secret-value"
    answer = ask.post("/keys", json={"provider": "NO", "key": [secret], "more": secret})
    found = problem(answer, 422, "invalid")
    where = {one.pointer for one in found.errors}
    assert where == {"/body/provider", "/body/key", "/body/more"}
    assert secret not in answer.text


def test_our_errors_keep_their_words(ask: httpx.Client) -> None:
    found = problem(ask.get(f"/productions/{NOWHERE}"), 404, "not-found")
    assert NOWHERE in found.detail
    answer = ask.post("/productions", json={"text": "Words.", "language": "klingon"})
    assert "ISO 639-1" in problem(answer, 422, "invalid").detail
    empty = ask.post("/productions", json={"text": "  "})
    assert "it is empty" in problem(empty, 422, "bad-source").detail


def test_a_file_of_this_machine_is_no_source(ask: httpx.Client) -> None:
    answer = ask.post("/productions", json={"url": "/etc/passwd"})
    assert "web address" in problem(answer, 422, "invalid").detail
    problem(ask.post("/productions", json={"url": "file:///etc/passwd"}), 422, "invalid")


def test_all_faults_of_a_workflow_are_listed(ask: httpx.Client) -> None:
    body = flow().document()
    body["steps"] = [{"id": "a", "kind": "none_such"}, {"id": "b", "kind": "nor_this"}]
    found = problem(ask.post("/workflows", json={"document": body}), 422, "bad-workflow")
    assert {(one.step, one.code) for one in found.errors} == {
        ("a", "unknown_kind"),
        ("b", "unknown_kind"),
    }


def test_what_a_state_forbids_is_a_conflict(api: Api, user: User, ask: httpx.Client) -> None:
    made = drafted(api, user)
    assert ask.post(f"/productions/{made.id}/cancel").status_code == 200
    found = problem(ask.post(f"/productions/{made.id}/cancel"), 409, "conflict")
    assert "cancelled already" in found.detail


@pytest.mark.parametrize(
    ("path", "most"), [("/productions", MOST_BYTES), ("/productions/upload", MOST_FORM_BYTES)]
)
def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    ask: httpx.Client, path: str, most: int
) -> None:
    problem(ask.post(path, content=b"x" * (most + 1), headers=_JSON), 413, "too-large")


def test_a_body_of_unsaid_length_is_refused_when_it_grows(ask: httpx.Client) -> None:
    pieces = (b"x" * 1_000_000 for _ in range(MOST_BYTES // 1_000_000 + 1))
    problem(ask.post("/productions", content=pieces, headers=_JSON), 413, "too-large")


def test_a_fault_of_ours_tells_nothing_of_itself(shop: Workshop) -> None:
    def broken() -> Workshop:
        raise ZeroDivisionError("/secret/path")

    app: FastAPI = build(broken)
    with served(Starlette(routes=[Mount(PREFIX, app)])) as url:
        answer = httpx.get(f"{url}{PREFIX}/me", trust_env=False)
    problem(answer, 500, "internal")
    assert "secret" not in answer.text


_JSON: dict[str, Any] = {"Content-Type": "application/json"}
