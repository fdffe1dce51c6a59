"""The application: every route, every error a problem, and the description of it all."""

import json
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api import problems
from ui.api.problems import HEADERS
from ui.api.routes import ALL
from ui.api.routing import IDEMPOTENCY, named
from ui.shop import shop
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.wire.problems import Problem

PREFIX = "/api/v1"
_OF_FORMS = "fastapi___compat__v2__"
"""What FastAPI puts before the names of forms."""
_CHANGES = {"post", "put", "patch", "delete"}
_ABOUT = """Everything the studio can do, for programs. docs/api.md explains tokens, scopes, pages,
idempotency keys, events and problems."""


def build(opened: Callable[[], Workshop] = shop) -> FastAPI:
    """The API over the installation that `opened` gives; it is not opened before it is asked."""
    app = FastAPI(
        title="vid_pipeline",
        version=version("vid-pipeline"),
        openapi_url=None,
        docs_url=None,  # they ask outside hosts
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=named,
    )
    app.state.opened = opened
    problems.install(app)
    app.add_middleware(_Headers)
    for router in ALL:
        app.include_router(router)
    app.openapi = lambda: described(app)  # type: ignore[method-assign]
    return app


def described(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1 of it."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title,
            version=app.version,
            description=" ".join(_ABOUT.split()),
            routes=app.routes,
            servers=[{"url": PREFIX}],
        )
        components = found.setdefault("components", {})
        components["securitySchemes"] = _SCHEMES
        schema = Problem.model_json_schema(
            mode="serialization", ref_template="#/components/schemas/{model}"
        )
        components["schemas"] |= schema.pop("$defs") | {"Problem": schema}
        for path in found["paths"].values():
            for method in _CHANGES & path.keys():
                path[method].setdefault("parameters", []).append(IDEMPOTENCY)
        app.openapi_schema = json.loads(json.dumps(found).replace(_OF_FORMS, ""))
    return app.openapi_schema


_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token, made on the studio's page “Access tokens”.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "vidp_session",
        "description": "Somebody who signed in to the studio; may do all that they may.",
    },
}


class _Headers:
    """Lets nobody keep an answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                known = {name.lower() for name, _ in message["headers"]}
                own = [(k.lower().encode(), v.encode()) for k, v in HEADERS.items()]
                message["headers"] = [
                    *message["headers"],
                    *(one for one in own if one[0] not in known),
                ]
            await send(message)

        await self._app(scope, receive, told)


async def _index(_: Request) -> Response:
    return RedirectResponse(f"{PREFIX}/", 308)


ROUTES: list[BaseRoute] = [Route(PREFIX, _index), Mount(PREFIX, build())]
