"""The description of the API: whole, current, and what the client's methods are named after."""

import json
from pathlib import Path
from typing import Any

import httpx
from fastapi.routing import APIRoute

from tests.api.routes_for_tests import operations
from ui.api.app import build
from ui.api.routes import ALL
from ui.api.routing import Guarded
from vid_pipeline.client import Client
from vid_pipeline.scopes import SCOPES
from vid_pipeline.wire.problems import MEDIA_TYPE

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_the_committed_description_is_current(ask: httpx.Client) -> None:
    """If not: `.venv/bin/python -m ui.api > docs/openapi.json`."""
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert committed == build().openapi()
    assert ask.get("/openapi.json").json() == committed


def test_no_route_is_undocumented() -> None:
    described = {(one.method.upper(), one.path) for one in operations()}
    routes = [route for api in ALL for route in api.routes]
    assert all(type(route) is Guarded for route in routes), "a route that lets everybody in"
    served = {(m, r.path) for r in routes if isinstance(r, APIRoute) for m in r.methods or ()}
    assert served == described
    unknown = [
        route for route in build().routes if getattr(route, "path", "") in {"/docs", "/redoc"}
    ]
    assert not unknown


def test_every_operation_says_what_it_needs_and_gives() -> None:
    for one in operations():
        assert one.said["summary"], one.id
        assert one.said["description"], one.id
        assert one.said.get("x-scope") is None or one.said.get("x-scope") in SCOPES, one.id
        good = {status: r for status, r in one.said["responses"].items() if status < "300"}
        assert good, one.id
        for status, response in good.items():
            assert status == "204" or response["content"], one.id
            schema = response.get("content", {}).get("application/json", {}).get("schema")
            assert schema is None or schema != {}, f"{one.id} answers it does not say what"


def test_every_error_that_is_described_is_a_problem() -> None:
    for one in operations():
        bad = {status: r for status, r in one.said["responses"].items() if status >= "400"}
        assert {"401", "422", "500", "503"} <= bad.keys(), one.id
        assert one.said.get("x-scope") is None or "403" in bad, one.id
        assert not one.fields or "404" in bad or one.id == "budgets.set_cap", one.id
        for status, response in bad.items():
            assert response["content"].keys() == {MEDIA_TYPE}, f"{one.id} {status}"


def test_everything_that_changes_something_takes_an_idempotency_key() -> None:
    for one in operations():
        headers = [p["name"] for p in one.said.get("parameters", []) if p["in"] == "header"]
        assert ("Idempotency-Key" in headers) == (one.method != "get"), one.id


def test_reading_needs_no_scope_that_writes() -> None:
    for one in operations():
        scope = one.said.get("x-scope")
        if scope is not None and one.id not in {"workflows.check", "batches.estimate"}:
            assert scope.endswith("read" if one.method == "get" else "write"), one.id


def test_every_operation_is_a_method_of_the_client() -> None:
    client = Client("http://127.0.0.1:1", "vidp_none")
    for one in operations():
        resource, method = one.id.split(".")
        found: Any = getattr(getattr(client, resource, None), method, None)
        assert callable(found), f"client.{one.id} is missing"
    client.close()
