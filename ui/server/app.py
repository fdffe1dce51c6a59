"""The application: the gate around Streamlit's pages and our own routes."""

from functools import partial
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from ui import api, exports, files, hooks, live, refusals
from ui.flow import bundle_files
from ui.server import door, opening, provider
from ui.server.gate import Gate
from ui.shop import shop
from vid_pipeline.acts import tokens
from vid_pipeline.errors import VidPipelineError

_SCRIPT = Path(__file__).with_name("script.py")
_STATIC = Path(__file__).with_name("static")
_KINDS = {".css": "text/css", ".svg": "image/svg+xml", ".otf": "font/otf", ".txt": "text/plain"}
_MONTH = "public, max-age=2592000"
_HOUR = "public, max-age=3600"


def build() -> st.App:
    """The ASGI application of the installation that the environment names."""
    return st.App(
        _SCRIPT,
        routes=_routes(),
        middleware=[Middleware(Gate, bearer=tokens.of)],
        on_script_error=refusals.told,
    )


def _routes() -> list[BaseRoute]:
    return [
        Route("/healthz", _alive),
        Route("/readyz", _ready),
        Route("/app/static/{name:path}", _static),
        *door.ROUTES,
        *provider.ROUTES,
        *opening.ROUTES,
        *files.ROUTES,
        *hooks.ROUTES,
        *exports.ROUTES,
        *api.ROUTES,
        *live.ROUTES,
        *bundle_files.ROUTES,
    ]


async def _alive(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "alive"})


async def _ready(_: Request) -> Response:
    """The database answers too."""
    try:
        await door.in_thread(partial(_ask_database))
    except VidPipelineError:
        return JSONResponse({"status": "failed", "detail": "The database does not answer."}, 503)
    return JSONResponse({"status": "ready"})


def _ask_database() -> None:
    with shop().db.service() as conn:
        conn.execute("select 1")


async def _static(request: Request) -> Response:
    """Fonts, icons and the style of pages without a script; open to everybody."""
    name = request.path_params["name"]
    kind = _KINDS.get(Path(name).suffix)
    if kind is None or name not in {file.name for file in _STATIC.iterdir()}:
        return PlainTextResponse("Not found.", 404)
    kept = _HOUR if kind == "text/css" else _MONTH
    return FileResponse(_STATIC / name, media_type=kind, headers={"Cache-Control": kept})
