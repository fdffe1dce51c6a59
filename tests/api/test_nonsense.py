"""Nonsense at every route: refused as a problem, never a fault of ours."""

from typing import Any

import httpx
import pytest

from tests.api.routes_for_tests import Operation, operations
from vid_pipeline.wire.problems import MEDIA_TYPE

_DEEP: Any = []
for _ in range(200):
    _DEEP = [_DEEP]
_LONG = "9" * 5_000
BODIES: list[Any] = [
    None, [], {}, 0, "x", _DEEP, {"text": "\x00"}, {"url": "https://\x00"}, {"text": 1},
    {"text": "x", "workflow": "\x00"}, {"text": "x", "version": 10**30},
    {"text": "x y z", "version": 2**40}, {"document": {}}, {"verdict": "approve", "edit": _DEEP},
    {"kind": "fact", "text": "a\x00b"}, {"limit_usd": 1, "production": "x"},
    {"limit_usd": 1e308}, {"provider": "a", "key": "\x00" * 20},
    {"kind": "email", "target": "\x00"},
    {"name": "\x00", "scopes": ["\x00"]}, {"steps": ["\x00"]}, {"version": 2**40},
    {"name": "\x00", "watches": {"kind": "webhook"}, "making": {"workflow": "\x00"}},
    {"name": "a", "watches": {"kind": "folder", "path": "a\x00"}, "making": {"workflow": "x"}},
    {"name": "a", "watches": {"kind": "schedule", "cron": "0 0 31 2 *", "source": {"text": "x"}},
     "making": {"workflow": "x"}},
    {"workflow": "\x00", "inputs": 1}, {"inputs": [{"url": "http://["}], "workflow": "\x00"},
    {"inputs": [{"text": "a\x00"}], "rules": {"cap_usd": 1e308}}, {"failed": True, "rules": {}},
    {"day": "9999-12-31", "topic": "\x00"}, {"day": "0001-01-01", "topic": "http://["},
    {"title": "\x00", "document": {"a": "\x00"}}, {"document": {"steps": _DEEP}},
    {"url": "http://["},
    {"name": "a", "goes": {"kind": "webhook", "url": "\x00"}},
    {"name": "a", "goes": {"kind": "folder", "path": "a/\x00"}},
    {"name": "a", "goes": {"kind": "bucket", "url": "s3://bucket"}},
    {"name": "a", "goes": {"kind": "folder", "path": "a"},
     "keys": {"access_key_id": "\x00", "secret_access_key": ""}},
    {"name": "a", "goes": {"kind": "podcast", "place": {"kind": "folder", "path": "a"},
                           "feed": {"title": "\x00", "base_url": "http://["}}},
]  # fmt: skip
RAW: list[tuple[bytes, str]] = [
    (b"\xff\xfe", "application/json"),
    (b"{" * 9_999, "application/json"),
    (b'"\\ud800"', "application/json"),
    (b'{"text": "\\ud800 a", "kind": "fact"}', "application/json"),
    (b'{"limit_usd": 1e400}', "application/json"),
    (b'{"limit_usd": NaN}', "application/json"),
    (b"--x\r\n", "multipart/form-data; boundary=x"),
    (b"x", "multipart/form-data"),
    (b"a=b", "text/plain"),
]
PATHS = ["%00", "..%2f..", "x" * 300, "%F0%9F%92%A9", "00000000-0000-0000-0000-000000000000", "1"]
QUERIES: list[dict[str, str]] = [
    {"cursor": "AAAA", "limit": "0"},
    {"cursor": "MjAyNi0wMS0wMSAx", "workflow": "\x00"},
    {"workflow": "\x00", "query": "\x00", "channel": "main", "step": "\x00"},
    {"version": "99999999999999", "since": "never", "query": "?"},
    {"version": "9999999999", "query": _LONG[:1_999], "kind": "none", "production": "1"},
    {"first": "0001-01-01", "last": "9999-12-31", "cursor": "1.1", "state": "none"},
    {"first": "0001-01-01", "last": "0001-01-01", "cursor": "999999.1"},
    {"since": "0001-01-01T00:00:00Z", "until": "9999-12-31T23:59:59-23:59", "query": "x"},
]  # fmt: skip


@pytest.mark.parametrize("one", operations(), ids=lambda one: one.id)
def test_nonsense_is_refused_as_a_problem(ask: httpx.Client, one: Operation) -> None:
    paths = PATHS if one.fields else [""]
    for part in paths:
        path = one.path.format_map(dict.fromkeys(one.fields, part)) if one.fields else one.path
        for query in QUERIES:
            if one.id != "productions.events" or part:
                _refused(ask.request(one.method, path, params=query))
    if one.method == "get":
        return
    path = one.path.format_map(dict.fromkeys(one.fields, PATHS[-2]))
    for body in BODIES:
        _refused(ask.request(one.method, path, json=body))
    for raw, kind in RAW:
        _refused(ask.request(one.method, path, content=raw, headers={"Content-Type": kind}))


def test_what_is_wished_in_a_form_is_checked_too(ask: httpx.Client) -> None:
    files = {"file": ("bread.md", b"# Bread", "text/markdown")}
    for wanted in ("{", "[]", '{"seconds": 1}', '{"more": 1}'):
        answer = ask.post("/productions/upload", data={"wanted": wanted}, files=files)
        _refused(answer)
        assert answer.status_code in {400, 422}, wanted
        assert answer.json()["errors"][0]["pointer"].startswith("/body/wanted")


def _refused(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    assert answer.status_code < 500, f"{answer.request.url}: {answer.text}"
    assert answer.headers["content-type"] == MEDIA_TYPE, f"{answer.request.url}: {answer.text}"
    assert answer.json()["status"] == answer.status_code
