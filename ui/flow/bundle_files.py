"""The built bundle, and the route that hands it to browsers: the component, and its streams."""

import gzip
from functools import cache
from pathlib import Path
from typing import Literal

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

FOLDER = Path(__file__).parent / "bundle"
_PREFIX = "/studio-bundle"


@cache
def address(name: Literal["flow", "stream"]) -> str:
    """The path of a module; it changes with its content."""
    (found,) = FOLDER.glob(f"{name}-*.js")
    return f"{_PREFIX}/{found.name}"


@cache
def _files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in FOLDER.glob("*.js")}


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(_files()[name], mtime=0)


async def _bundle(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _files():
        return PlainTextResponse("The studio has been updated. Load the page again.", 404)
    packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": "private, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = _packed(name) if packed else _files()[name]
    return Response(body, media_type="text/javascript", headers=headers)


ROUTES = [Route(_PREFIX + "/{name:str}", _bundle, methods=["GET"])]
