"""Posts of other programs to triggers: signed, and so outside the gate."""

import logging
from uuid import UUID

from psycopg import DataError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ui.api.problems import HEADERS, INTERNAL, UNFIT, kind_of, problem
from ui.shop import shop
from vid_pipeline.acts import triggering
from vid_pipeline.acts.briefs import MAX_BYTES
from vid_pipeline.acts.triggers.hooks import DELIVERY, PREFIX, SIGNATURE
from vid_pipeline.errors import NotFound, UserError, VidPipelineError

__all__ = ["PREFIX", "ROUTES"]
_BUSY = "The post cannot be taken now. Send it again in a moment, under the same delivery id."
_LOG = logging.getLogger(__name__)


async def _post(request: Request) -> Response:
    where, trigger = request.url.path, request.path_params["trigger"]
    try:
        await run_in_threadpool(triggering.refuse_no_hook, shop(), trigger)
        body = await _body(request)
        if body is None:
            return problem("too-large", "Post at most 20 MB.", where)
        kept = await run_in_threadpool(_kept, request, trigger, body)
    except ClientDisconnect:
        return problem("bad-request", "The post broke off.", where)
    except NotFound:
        return problem("not-found", "No trigger takes posts here.", where)
    except UserError as refusal:
        return problem(kind_of(refusal), str(refusal), where)
    except VidPipelineError:
        _LOG.exception("A post could not be taken.")
        return problem("unavailable", _BUSY, where, headers={"Retry-After": "5"})
    except DataError:
        return problem("invalid", UNFIT, where)
    except Exception:  # noqa: BLE001  (logged; whoever posts is told in the same words as always)
        _LOG.exception("A post could not be taken.")
        return problem("internal", INTERNAL, where)
    if kept is None:
        told = {"taken": False, "reason": "It was posted before."}
        return JSONResponse(told, headers=HEADERS)
    return JSONResponse({"taken": True, "find": str(kept)}, 202, headers=HEADERS)


async def _body(request: Request) -> bytes | None:
    """A request's body; None if it is too large."""
    told = request.headers.get("content-length", "0")
    if told.isdigit() and int(told) > MAX_BYTES:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            return None
    return bytes(body)


def _kept(request: Request, trigger: UUID, body: bytes) -> UUID | None:
    signed, delivery = (request.headers.get(one, "") for one in (SIGNATURE, DELIVERY))
    return triggering.post(shop(), trigger, signed=signed, delivery=delivery, body=body)


async def _other(request: Request) -> Response:
    """What is asked for here and is no post to a trigger."""
    if request.method == "POST":
        return problem("not-found", "No trigger takes posts here.", request.url.path)
    allowed = {"Allow": "POST"}
    return problem("method-not-allowed", "Post here.", request.url.path, headers=allowed)


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
ROUTES = [
    Route(PREFIX + "{trigger:uuid}", _post, methods=["POST"]),
    Route(PREFIX + "{rest:path}", _other, methods=_METHODS),
]
