"""Idempotency keys: a call under one is done once, however often it is made."""

import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ui.api.callers import Caller
from ui.api.problems import Refusal
from vid_pipeline.errors import StoreError
from vid_pipeline.store import answers
from vid_pipeline.store.answers import Held, Kept

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_BOUNDARY = re.compile(rb'boundary="?([^";,]{1,70})"?')
_KEPT_HEADERS = ("location", "etag")

Answer = Callable[[Request], Awaitable[Response]]


async def once(request: Request, caller: Caller, answer: Answer) -> Response:
    """What a call is answered, or what it was answered before under its key.

    Only what was done is kept: a call that failed may be made again under its key.

    Raises:
        Refusal: the key is another call's, or its call is at work.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return await answer(request)
    if not _KEY.fullmatch(key):
        raise Refusal("invalid", f"{HEADER} must be 1 to 255 visible characters.")
    mac = _mac(caller, request, await request.body())
    held = await run_in_threadpool(_claim, caller, key, mac)
    if held.kept is not None:
        return _replayed(held.kept)
    if held.another_call:
        detail = f"Another call was made under this {HEADER} within a day: choose a new one."
        raise Refusal("key-reused", detail)
    if held.claim is None:
        detail = f"The call under this {HEADER} is still at work: ask again in a moment."
        raise Refusal("in-flight", detail, headers={"Retry-After": "1"})
    try:
        response = await answer(request)
    except Exception:
        await run_in_threadpool(_release, caller, key, held.claim)
        raise
    with suppress(StoreError):  # it is done all the same
        await run_in_threadpool(_keep, caller, key, held.claim, _kept(response))
    return response


def _mac(caller: Caller, request: Request, body: bytes) -> bytes:
    """What tells one call from another; a form's boundary, new at every try, does not."""
    kind = request.headers.get("content-type", "").encode("latin-1")
    boundary = _BOUNDARY.search(kind)
    if boundary is not None:
        body, kind = body.replace(boundary[1], b""), kind.replace(boundary[1], b"")
    url = f"{request.method} {request.url.path}?{request.url.query}"
    said = b"\n".join((url.encode(), kind, hashlib.sha256(body).digest()))
    return hmac.digest(caller.db.keys.derived("idempotent call"), said, hashlib.sha256)


def _claim(caller: Caller, key: str, mac: bytes) -> Held:
    with caller.acting() as conn:
        return answers.claim(conn, caller.db.keys, key, mac)


def _keep(caller: Caller, key: str, claimed: UUID, kept: Kept) -> None:
    with caller.acting() as conn:
        answers.keep(conn, caller.db.keys, caller.user, key, claimed, kept)


def _release(caller: Caller, key: str, claimed: UUID) -> None:
    with suppress(StoreError), caller.acting() as conn:
        answers.release(conn, key, claimed)


def _kept(response: Response) -> Kept:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    body = bytes(response.body).decode()
    return Kept(response.status_code, json.dumps({"headers": headers, "body": body}))


def _replayed(kept: Kept) -> Response:
    said = json.loads(kept.body)
    headers: dict[str, str] = said["headers"] | {REPLAYED: "true"}
    kind = "application/json" if said["body"] else None
    return Response(said["body"], kept.status, headers, media_type=kind)
