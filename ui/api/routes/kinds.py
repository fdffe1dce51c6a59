"""The kinds of steps that workflows are drawn of."""

from typing import Annotated

from fastapi import Path

from ui.api import shown
from ui.api.callers import Here
from ui.api.routing import needs, router
from vid_pipeline.errors import NotFound
from vid_pipeline.wire.base import Page
from vid_pipeline.wire.workflows import Kind

api = router("kinds")

_READ = "workflows:read"


@api.get("/kinds", summary="Every kind of step that is installed", **needs(_READ))
def listed(here: Here) -> Page[Kind]:
    """With what they take, what they give, and the schema of their settings."""
    return Page(items=tuple(shown.kind(one) for one in here.shop.catalog.values()))


@api.get("/kinds/{name}", summary="A kind of step", **needs(_READ, 404))
def get(here: Here, name: Annotated[str, Path(max_length=100)]) -> Kind:
    """By its name, as in a workflow's document."""
    found = here.shop.catalog.get(name)
    if found is None:
        raise NotFound("kind", name, "See the list of kinds.")
    return shown.kind(found)
