"""The installation, and whoever asks."""

from importlib.metadata import version
from typing import Any

from fastapi import Request

from ui.api.callers import Here
from ui.api.routing import needs, router
from vid_pipeline.store import users
from vid_pipeline.wire.people import About, Me

api = router("about")


@api.get("/", summary="What answers here", **needs(None))
def installation(request: Request) -> About:
    """The name and version of the installation, and where its API is described."""
    return About(
        name="vid_pipeline",
        version=version("vid-pipeline"),
        openapi=f"{request.url.path}openapi.json",
    )


@api.get("/openapi.json", summary="The description of this API", **needs(None))
def openapi(request: Request) -> dict[str, Any]:
    """OpenAPI 3.1; the same as `docs/openapi.json`."""
    found: dict[str, Any] = request.app.openapi()
    return found


@api.get("/me", summary="Whoever asks", **needs(None))
def me(here: Here) -> Me:
    """The user who is signed in or whose access token it is, and what the token may do."""
    with here.acting() as conn:
        user = users.get(conn, here.user)
    scopes = None if here.who.scopes is None else tuple(sorted(here.who.scopes))
    fields = {"id", "handle", "display_name", "email", "role"}
    return Me(**user.model_dump(include=fields), scopes=scopes)
