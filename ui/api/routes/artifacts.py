"""What steps gave and what was delivered: as JSON, and as files that are read in ranges."""

from typing import Annotated
from uuid import UUID

from fastapi import Path

from ui.api.callers import Caller, Here
from ui.api.media import MEDIA, Media
from ui.api.routing import needs, router
from vid_pipeline.acts import delivered, holding
from vid_pipeline.errors import NotFound
from vid_pipeline.records import StepTrace
from vid_pipeline.store import productions
from vid_pipeline.wire.base import Page
from vid_pipeline.wire.productions import Artifact, File

api = router("artifacts")

_READ = "productions:read"
Sha = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Path(max_length=200)]


@api.get(
    "/productions/{production_id}/files",
    summary="The files that were delivered",
    **needs(_READ, 404),
)
def files(here: Here, production_id: UUID) -> Page[File]:
    """Video, captions, picture and manifest; none before it is done."""
    with here.acting() as conn:
        found = delivered.files(productions.get(conn, production_id))
    address = f"/api/v1/productions/{production_id}/files"
    return Page(
        items=tuple(
            File(
                name=one.name,
                mime=one.mime,
                size_bytes=one.size_bytes,
                href=f"{address}/{one.name}",
            )
            for one in found
        )
    )


@api.get(
    "/productions/{production_id}/files/{name}",
    summary="A delivered file",
    status_code=200,
    response_class=Media,
    **needs(_READ, 400, 404, 416, gives=MEDIA),
)
def file(here: Here, production_id: UUID, name: Name) -> Media:
    """Its bytes; `Range` gives a part of them."""
    with here.acting() as conn:
        found = delivered.file(productions.get(conn, production_id), name)
    return Media(found.path, found.mime, found.name)


@api.get(
    "/productions/{production_id}/outputs",
    summary="What every step gave",
    **needs(_READ, 404),
)
def outputs(here: Here, production_id: UUID) -> Page[Artifact]:
    """By step key; each the newest that there is."""
    found = holding.outputs(here.shop, here.user, production_id)
    return Page(items=tuple(_artifact(here, one) for one in found.values()))


@api.get(
    "/productions/{production_id}/outputs/{step_key}",
    summary="What a step gave",
    **needs(_READ, 404),
)
def output(here: Here, production_id: UUID, step_key: Name) -> Artifact:
    """The newest, by the step's key: `script`, or `draw[s2]` of a step that runs for each."""
    found = holding.outputs(here.shop, here.user, production_id).get(step_key)
    if found is None:
        raise NotFound("output of step", step_key, "It has given nothing yet, or is no step of it.")
    return _artifact(here, found)


@api.get(
    "/productions/{production_id}/artifacts/{sha256}",
    summary="A file that a step used or made",
    status_code=200,
    response_class=Media,
    **needs(_READ, 400, 404, 416, gives=MEDIA),
)
def media(here: Here, production_id: UUID, sha256: Sha) -> Media:
    """Named by `sha256`, as what steps gave refers to it; `Range` gives a part."""
    ref = holding.of_production(here.shop, here.user, production_id, sha256)
    return Media(here.shop.store.path(ref), ref.mime, sha256)


def _artifact(here: Caller, trace: StepTrace) -> Artifact:
    ref, body = holding.body(here.shop.store, trace)
    return Artifact(
        step_key=trace.step_key,
        type=_type(here, trace),
        sha256=ref.sha256,
        made_at=trace.ended_at,
        body=body,
    )


def _type(here: Caller, trace: StepTrace) -> str | None:
    kind = here.shop.catalog.get(trace.kind)
    return None if kind is None else getattr(kind.output, "__name__", None)
