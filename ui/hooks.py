"""Posts of other programs to triggers: signed, and so outside the gate."""

import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ui.shop import shop
from vid_pipeline.acts import triggering
from vid_pipeline.acts.briefs import MAX_BYTES
from vid_pipeline.acts.triggers.hooks import DELIVERY, SIGNATURE
from vid_pipeline.errors import Forged, NotFound, UserError

PREFIX = "/hooks/"


async def _post(request: Request) -> Response:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            return _problem(413, "Too large", "Post at most 20 MB.")
    headers = request.headers
    try:
        kept = await run_in_threadpool(
            triggering.post,
            shop(),
            request.path_params["trigger"],
            signed=headers.get(SIGNATURE, ""),
            delivery=headers.get(DELIVERY, ""),
            body=bytes(body),
        )
    except NotFound:
        return _problem(404, "Not found", "No trigger takes posts here.")
    except Forged as refusal:
        return _problem(401, "Not signed", str(refusal))
    except UserError as refusal:
        return _problem(400, "Cannot be used", str(refusal))
    if kept is None:
        return JSONResponse({"taken": False, "reason": "It was posted before."})
    return JSONResponse({"taken": True, "find": str(kept)}, 202)


def _problem(status: int, title: str, detail: str) -> Response:
    """An error as RFC 9457 has it."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Response(json.dumps(body), status, media_type="application/problem+json")


ROUTES = [Route(PREFIX + "{trigger:uuid}", _post, methods=["POST"])]
