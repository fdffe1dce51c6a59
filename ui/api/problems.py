"""Every error as `application/problem+json`: ours in our words, the framework's in plain ones."""

import logging
from collections.abc import Mapping, Sequence
from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from psycopg import DataError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from vid_pipeline.errors import (
    BadRequest,
    BadSource,
    Cancelled,
    Conflict,
    Forged,
    JobFailed,
    LLMError,
    NotAllowed,
    NotAlone,
    NotFound,
    NotSent,
    OverBudget,
    OverLimit,
    StoreError,
    ToolError,
    ToolMissing,
    UserError,
    VidPipelineError,
    WorkflowError,
)
from vid_pipeline.wire.problems import MEDIA_TYPE, TYPES, Fault, Problem

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
KINDS: dict[str, tuple[int, str]] = {
    "bad-request": (400, "The request cannot be read"),
    "unauthenticated": (401, "Nobody is signed in"),
    "forged": (401, "It is not signed as it must be"),
    "over-budget": (402, "It would pass a cap on spending"),
    "scope-missing": (403, "The access token does not allow this"),
    "not-allowed": (403, "It is for others to do"),
    "not-found": (404, "There is no such thing"),
    "method-not-allowed": (405, "This address does not take this method"),
    "conflict": (409, "It cannot be done as things are now"),
    "in-flight": (409, "The same call is at work"),
    "changed": (412, "It was changed meanwhile"),
    "too-large": (413, "It is too large"),
    "bad-range": (416, "The file has no such range"),
    "invalid": (422, "Something in it cannot be used"),
    "bad-source": (422, "The source cannot be used"),
    "bad-workflow": (422, "The workflow has faults"),
    "key-reused": (422, "The idempotency key belongs to another call"),
    "internal": (500, "Something went wrong here"),
    "outside-failed": (502, "An outside program or service failed"),
    "unavailable": (503, "It cannot be done for now"),
}
_OF_STATUS = {400: "bad-request", 404: "not-found", 405: "method-not-allowed", 413: "too-large"}
_CONFLICTS = {"Production", "Request", "The batch", "The find", "The plan"}
"""What `BadRequest` says of these is about their state: by their ids nothing else can be wrong."""
_TREE: tuple[tuple[type[VidPipelineError], str], ...] = (
    (NotFound, "not-found"),
    (NotAllowed, "not-allowed"),
    (Forged, "forged"),
    (Conflict, "changed"),
    (OverLimit, "too-large"),
    (BadSource, "bad-source"),
    (WorkflowError, "bad-workflow"),
    (UserError, "invalid"),
    (OverBudget, "over-budget"),
    (Cancelled, "conflict"),
    (ToolMissing, "unavailable"),
    (ToolError, "outside-failed"),
    (LLMError, "outside-failed"),
    (StoreError, "unavailable"),
)
_STORE = "The database or the artifact store cannot be used now. Try again in a moment."
INTERNAL = "It was written to the server's log. Try again; if it stays, tell whoever runs it."
UNFIT = "A number in it is too large, or a text holds a character that is none."
_NOWHERE = "There is nothing at this address. docs/openapi.json lists all there is."
_LOG = logging.getLogger(__name__)


class Refusal(HTTPException):
    """A problem that the API itself finds; `kind` is one of `KINDS`."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        scope: str | None = None,
    ) -> None:
        self.kind, self.scope = kind, scope
        super().__init__(KINDS[kind][0], detail, dict(headers or {}))


def install(app: FastAPI) -> None:
    """Let every error of an app leave as a problem."""
    app.add_exception_handler(Refusal, _refusal)
    app.add_exception_handler(VidPipelineError, _ours)
    app.add_exception_handler(ExceptionGroup, _faults)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(DataError, _unfit)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(Exception, _unexpected)


def problem(
    kind: str,
    detail: str,
    instance: str,
    *,
    errors: Sequence[Fault] = (),
    scope: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A response that says what is wrong."""
    status, title = KINDS[kind]
    body = Problem(
        type=f"{TYPES}{kind}",
        title=title,
        status=status,
        detail=detail,
        instance=instance,
        errors=tuple(errors),
        scope=scope,
    )
    return JSONResponse(
        body.model_dump(mode="json", exclude_defaults=True),
        status,
        headers=HEADERS | dict(headers or {}),
        media_type=MEDIA_TYPE,
    )


def kind_of(error: VidPipelineError) -> str:
    """What kind of problem one of our errors is."""
    if isinstance(error, BadRequest) and error.what in _CONFLICTS:
        return "conflict"
    if isinstance(error, JobFailed | NotSent) and error.retryable:
        return "unavailable"
    if isinstance(error, NotAlone) and error.cause not in {"unknown", "gate"}:
        return "conflict"
    return next((kind for known, kind in _TREE if isinstance(error, known)), "internal")


def _refusal(request: Request, error: Exception) -> Response:
    found = cast(Refusal, error)
    path, headers = request.url.path, found.headers
    return problem(found.kind, found.detail, path, scope=found.scope, headers=headers)


def _ours(request: Request, error: Exception) -> Response:
    found = cast(VidPipelineError, error)
    kind, detail = kind_of(found), str(found)
    if isinstance(found, StoreError):  # it names folders and hosts
        _LOG.error("%s", found)
        detail = _STORE
    errors = [fault_of(found)] if isinstance(found, WorkflowError) else []
    return problem(kind, detail, request.url.path, errors=errors)


def _faults(request: Request, error: Exception) -> Response:
    """All faults of a document."""
    group = cast("ExceptionGroup[Exception]", error)
    found = [one for one in group.exceptions if isinstance(one, VidPipelineError)]
    if not found:
        raise group
    errors = [fault_of(one) for one in found]
    detail = f"{len(found)} fault{'' if len(found) == 1 else 's'}. Correct them and try again."
    return problem("bad-workflow", detail, request.url.path, errors=errors)


def fault_of(error: VidPipelineError) -> Fault:
    """One fault; of a workflow with the step that it is in."""
    if isinstance(error, WorkflowError):
        return Fault(detail=str(error), step=error.step, code=error.code)
    return Fault(detail=str(error))


def _validation(request: Request, error: Exception) -> Response:
    """What does not fit the schema. What was given is not shown: it may be secret."""
    found = cast(RequestValidationError, error).errors()
    errors = [_misfit(one["loc"], one["msg"], one["type"]) for one in found]
    if any(one["type"] == "json_invalid" for one in found):
        return problem("bad-request", "The body is not JSON.", request.url.path, errors=errors)
    first = errors[0]
    more = f" So do {len(errors) - 1} more." if len(errors) > 1 else ""
    detail = f"{first.pointer or '/'} does not fit: {first.detail}.{more}"
    return problem("invalid", detail, request.url.path, errors=errors)


def _unfit(request: Request, _: Exception) -> Response:
    """What the database cannot take: a number too large for it, a text with a null in it."""
    return problem("invalid", UNFIT, request.url.path)


def _misfit(where: Sequence[object], message: str, code: str) -> Fault:
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in where)
    said = message.removeprefix("Value error, ").rstrip(".")
    return Fault(detail=said, pointer="".join(f"/{part}" for part in parts), code=code)


def _framework(request: Request, error: Exception) -> Response:
    found = cast(HTTPException, error)
    kind = _OF_STATUS.get(found.status_code, "internal")
    said = {
        "not-found": _NOWHERE,
        "method-not-allowed": f"{request.method} is not among what this address takes.",
    }
    detail = said.get(kind, str(found.detail))
    return problem(kind, detail, request.url.path, headers=found.headers)


def _unexpected(request: Request, _: Exception) -> Response:
    """A fault of ours; the server logs it."""
    return problem("internal", INTERNAL, request.url.path)
