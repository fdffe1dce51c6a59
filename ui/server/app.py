"""The application: the gate around Streamlit's pages and our own routes."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ui import exports, files
from ui.server.gate import Gate
from ui.shop import shop
from vid_pipeline.errors import VidPipelineError

_SCRIPT = Path(__file__).with_name("script.py")


def build() -> st.App:
    """The ASGI application of the installation that the environment names."""
    return st.App(_SCRIPT, routes=_routes(), middleware=[Middleware(Gate)])


def _routes() -> list[BaseRoute]:
    return [Route("/healthz", _alive), Route("/readyz", _ready), *files.ROUTES, *exports.ROUTES]


async def _alive(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "alive"})


async def _ready(_: Request) -> Response:
    """The database answers too."""
    try:
        with shop().db.service() as conn:
            conn.execute("select 1")
    except VidPipelineError as fault:
        return JSONResponse({"status": "failed", "detail": str(fault)}, 503)
    return JSONResponse({"status": "ready"})
