"""The component's built bundle, and the route that hands it to browsers."""

import gzip
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

FOLDER = Path(__file__).parent / "bundle"
_PREFIX = "/studio-bundle"


def address() -> str:
    """The path of the bundle; it changes with its content."""
    return f"{_PREFIX}/{_file().name}"


@cache
def _file() -> Path:
    (found,) = FOLDER.glob("flow-*.js")
    return found


@cache
def _packed() -> bytes:
    return gzip.compress(_file().read_bytes(), mtime=0)


async def _bundle(request: Request) -> Response:
    if request.path_params["name"] != _file().name:
        return PlainTextResponse("The studio has been updated. Load the page again.", 404)
    packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": "private, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = _packed() if packed else _file().read_bytes()
    return Response(body, media_type="text/javascript", headers=headers)


ROUTES = [Route(_PREFIX + "/{name:str}", _bundle, methods=["GET"])]
