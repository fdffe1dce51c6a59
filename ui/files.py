"""Stored files for the browser, each at an address that is good for one user alone."""

import hashlib
import hmac
import json
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from ui import identity
from ui.shop import shop
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import VidPipelineError
from vid_pipeline.store.keys import Keys

_PREFIX = "/files"
_PURPOSE = "studio file"
_SAFE = frozenset({
    "image/png", "image/jpeg", "image/webp", "image/gif", "video/mp4", "video/webm", "text/vtt",
    "application/json", "audio/wav", "audio/x-wav", "audio/mpeg", "audio/mp4", "audio/aac",
    "audio/ogg", "audio/flac", "audio/webm",
})  # fmt: skip
"""What a browser shows without running it: no HTML, no SVG, whatever it calls itself."""

_KEPT = "private, max-age=86400, immutable"


def address(keys: Keys, user: UUID, ref: MediaRef, *, name: str = "") -> str:
    """The path of a stored file, for a page that was allowed to read its reference.

    With a `name` the browser saves the file under it instead of showing it.
    """
    asked = {"mime": ref.mime, "size": str(ref.size_bytes), "name": name}
    return f"{_PREFIX}/{ref.sha256}?" + urlencode(
        {**asked, "for": _signature(keys, user, ref.sha256, asked)}
    )


def _signature(keys: Keys, user: UUID, sha256: str, asked: dict[str, str]) -> str:
    said = json.dumps([str(user), sha256, sorted(asked.items())])
    return hmac.new(keys.derived(_PURPOSE), said.encode(), hashlib.sha256).hexdigest()


async def _file(request: Request) -> Response:
    here, user = shop(), identity.of(request).user
    sha256 = request.path_params["sha256"]
    asked = {name: request.query_params.get(name, "") for name in ("mime", "size", "name")}
    expected = _signature(here.db.keys, user, sha256, asked)
    given = request.query_params.get("for", "")
    if not hmac.compare_digest(expected.encode(), given.encode(errors="replace")):
        return PlainTextResponse("This file is not yours, or its address is not whole.", 404)
    try:
        ref = MediaRef(sha256=sha256, mime=asked["mime"], size_bytes=int(asked["size"]))
        path = await to_thread.run_sync(here.store.path, ref)  # it may have to be fetched
    except (VidPipelineError, ValueError):
        return PlainTextResponse("This file is no longer in the store.", 404)
    return _sent(path, asked["mime"], asked["name"])


def _sent(path: Path, mime: str, name: str) -> Response:
    safe = mime in _SAFE
    shown = safe and not name
    response = FileResponse(
        path,
        media_type=mime if safe else "application/octet-stream",
        filename=name or (None if shown else path.name),
        content_disposition_type="inline" if shown else "attachment",
    )
    response.headers["Cache-Control"] = _KEPT
    response.headers["Vary"] = "Cookie"  # whoever signs in next in this browser is refused anew
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


ROUTES = [Route(_PREFIX + "/{sha256:path}", _file, methods=["GET"])]
