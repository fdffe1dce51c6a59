"""Routes that know who may call them, how large a body they take, and that they are done once."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ui.api import callers
from ui.api.callers import Caller
from ui.api.once import HEADER, once
from ui.api.problems import KINDS, Refusal
from vid_pipeline.acts.briefs import MAX_BYTES
from vid_pipeline.wire.problems import MEDIA_TYPE

MOST_BYTES = 8_000_000
"""Of a body of JSON: two million characters of text, however they are encoded."""
MOST_FORM_BYTES = MAX_BYTES + 1_000_000
_CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
_ALWAYS = (401, 422, 500, 503)
_SCOPE, _FORM = "x-scope", "x-form"

Responses = dict[int | str, dict[str, Any]]


class Guarded(APIRoute):
    """A route that is answered to whoever has its scope."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        answer = super().get_route_handler()
        extra = self.openapi_extra or {}
        scope, changes = extra.get(_SCOPE), bool((self.methods or set()) & _CHANGES)
        most = MOST_FORM_BYTES if extra.get(_FORM) else MOST_BYTES

        async def guarded(request: Request) -> Response:
            caller = await run_in_threadpool(_admitted, request, scope)
            limited = Request(request.scope, _counted(request, most))
            limited.state.caller = caller
            return await (once(limited, caller, answer) if changes else answer(limited))

        return guarded


def _admitted(request: Request, scope: str | None) -> Caller:
    return callers.admitted(request.app.state.opened(), request, scope)


def _counted(request: Request, most: int) -> Callable[[], Awaitable[MutableMapping[str, Any]]]:
    """What receives a body, and no more than that many bytes of it."""
    told = request.headers.get("content-length", "0")
    if told.isdigit() and int(told) > most:
        raise _too_large(most)
    left = most

    async def receive() -> MutableMapping[str, Any]:
        nonlocal left
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise _too_large(most)
        return message

    return receive


def _too_large(most: int) -> Refusal:
    detail = f"At most {most / 1e6:.0f} MB are taken here. Send less."
    return Refusal("too-large", detail, headers={"Connection": "close"})


def router(tag: str) -> APIRouter:
    """A router whose operations are named `<tag>.<function>`, as the client's methods are."""
    return APIRouter(tags=[tag], route_class=Guarded)


def named(route: APIRoute) -> str:
    """The id of an operation."""
    name = {"listed": "list"}.get(route.name, route.name)  # no function of ours hides a builtin
    return f"{route.tags[0]}.{name}"


def needs(
    scope: str | None,
    *statuses: int,
    form: bool = False,
    gives: Responses | None = None,
) -> dict[str, Any]:
    """What a route declares: its scope, the statuses of its problems, what else it `gives`.

    Use it as `@api.get("/things", **needs("things:read", 404))`.
    """
    scopes = [] if scope is None else [scope]
    extra: dict[str, Any] = {"security": [{"token": scopes}, {"session": []}], _SCOPE: scope}
    found = {*_ALWAYS, *statuses}
    if scope is not None:
        found.add(403)
        if scope.endswith(":write"):
            found |= {400, 409, 413}
    if form:
        extra[_FORM] = True
    problems = {status: _said(status) for status in sorted(found)}
    return {"openapi_extra": extra, "responses": {**(gives or {}), **problems}}


def _said(status: int) -> dict[str, Any]:
    titles = " or ".join(title for known, title in KINDS.values() if known == status)
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": titles, "content": {MEDIA_TYPE: {"schema": schema}}}


def tells(status: int, *headers: str) -> Responses:
    """What a route `gives` that says something in headers, too."""
    said = {name: {"description": _HEADERS[name], "schema": _TEXT} for name in headers}
    return {status: {"description": "Done.", "headers": said}}


_TEXT = {"type": "string"}
_HEADERS = {
    "ETag": "The state that is answered, for `If-Match`.",
    "Link": 'The next page, if there is one: `<…>; rel="next"`.',
    "Location": "Where it is read.",
}
IDEMPOTENCY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "The same key with the same call within a day gives the same answer, once done.",
}
