"""Batches: estimated, begun, followed, paused, stopped, gone on with; their results."""

import re
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Form, Query, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.responses import StreamingResponse

from ui.api import shown
from ui.api.callers import Caller, Here
from ui.api.paging import Cursor, Limit, after, page
from ui.api.problems import Refusal
from ui.api.routing import Responses, needs, router, tells
from vid_pipeline import rehearsal_process
from vid_pipeline.acts import batch_inputs, batch_results, batching
from vid_pipeline.acts.batch_inputs import Input
from vid_pipeline.batch_records import Batch as Record
from vid_pipeline.batch_records import ItemState
from vid_pipeline.store import listing
from vid_pipeline.store.listing import Place
from vid_pipeline.wire.base import Page
from vid_pipeline.wire.batches import (
    Batch,
    BatchItem,
    BatchProgress,
    BatchWishes,
    Estimate,
    GoOn,
    Guess,
    NewBatch,
)

api = router("batches")

_READ, _WRITE = "batches:read", "batches:write"
_ONE = "/batches/{batch_id}"
_SLOT = re.compile(r"(\d{1,6})\.(\d{1,6})", re.ASCII)
_CSV: Responses = {
    200: {"description": "A table.", "content": {"text/csv": {"schema": {"type": "string"}}}}
}

_ZIP: Responses = {
    200: {
        "description": "An archive.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@api.get("/batches", summary="Your batches, newest first", **needs(_READ, gives=tells(200, "Link")))
def listed(
    here: Here, request: Request, response: Response, cursor: Cursor = None, limit: Limit = 50
) -> Page[Batch]:
    """By pages."""
    with here.acting() as conn:
        found = listing.batches(conn, limit=limit, after=after(cursor))
    return page(request, response, found, limit, place=_place, shown=shown.batch)


@api.post(
    "/batches",
    status_code=201,
    summary="Begin a batch",
    **needs(_WRITE, 404, gives=tells(201, "Location")),
)
def begin(here: Here, response: Response, new: NewBatch) -> Batch:
    """One video of each input in each variant; an input that cannot be used is a dead letter."""
    if new.feed is not None:
        return _begun(here, response, rehearsal_process.feed(here.shop.settings, new.feed), new)
    rows = (one.model_dump(exclude_none=True) for one in new.inputs)
    return _begun(here, response, batch_inputs.from_rows(rows), new)


@api.post(
    "/batches/upload",
    status_code=201,
    summary="Begin a batch of a table",
    **needs(_WRITE, 404, form=True, gives=tells(201, "Location")),
)
def upload(
    here: Here, response: Response, file: UploadFile, wanted: Annotated[str, Form()] = "{}"
) -> Batch:
    """A form with the table as `file` (csv, jsonl); `wanted` is JSON as `BatchWishes`."""
    try:
        wishes = BatchWishes.model_validate_json(wanted)
    except ValidationError as error:
        faults = [{**one, "loc": ("body", "wanted", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(faults) from None
    found = batch_inputs.from_upload(file.filename or "table.csv", file.file.read())
    return _begun(here, response, found, wishes)


@api.post("/batches/estimate", summary="What a batch would take", **needs(_READ, 404))
def estimate(here: Here, wanted: Guess) -> Estimate:
    """Begins nothing."""
    told = batching.estimate(here.shop, here.user, wanted.workflow, wanted.inputs, wanted.variants)
    return Estimate(
        videos=told.videos, shared=told.shared, seconds=told.seconds, cost_usd=told.cost_usd
    )


@api.get(_ONE, summary="How a batch stands", **needs(_READ, 404))
def get(here: Here, batch_id: UUID) -> BatchProgress:
    """How many items stand how, and what they have cost so far."""
    return shown.batch_progress(batching.overview(here.shop, here.user, batch_id))


@api.get(f"{_ONE}/items", summary="The items of a batch, in their order", **needs(_READ, 404))
def items(
    here: Here,
    batch_id: UUID,
    cursor: Cursor = None,
    limit: Limit = 50,
    state: Annotated[list[ItemState] | None, Query(description="Any of these.")] = None,
) -> Page[BatchItem]:
    """By pages."""
    found = batching.page(
        here.shop, here.user, batch_id, limit=limit + 1, after=_slot(cursor), states=state or ()
    )
    kept = found[:limit]
    more = f"{kept[-1].input}.{kept[-1].variant}" if len(found) > limit else None
    return Page(items=tuple(shown.batch_item(one) for one in kept), next=more)


@api.get(
    f"{_ONE}/results",
    summary="The results of a batch as a table",
    response_class=Response,
    **needs(_READ, 404, gives=_CSV),
)
def results(here: Here, batch_id: UUID) -> Response:
    """CSV with a line for each item; no cell is read as a formula."""
    told = batching.progress(here.shop, here.user, batch_id)
    headers = {"Content-Disposition": f'attachment; filename="batch-{told.batch.short_id}.csv"'}
    return Response(batch_results.table(told), media_type="text/csv", headers=headers)


@api.get(
    f"{_ONE}/archive",
    summary="The videos of a batch",
    response_class=StreamingResponse,
    **needs(_READ, 404, gives=_ZIP),
)
def archive(here: Here, batch_id: UUID) -> StreamingResponse:
    """A ZIP of what is done so far: each video with its manifest, and the table of results."""
    told = batching.progress(here.shop, here.user, batch_id)
    headers = {"Content-Disposition": f'attachment; filename="batch-{told.batch.short_id}.zip"'}
    pieces = batch_results.archive(told)
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


@api.post(f"{_ONE}/pause", summary="Start no more of a batch", **needs(_WRITE, 404))
def pause(here: Here, batch_id: UUID) -> Batch:
    """What is being made is finished."""
    return shown.batch(batching.pause(here.shop, here.user, batch_id))


@api.post(f"{_ONE}/stop", summary="Stop a batch", **needs(_WRITE, 404))
def stop(here: Here, batch_id: UUID) -> Batch:
    """And what is being made."""
    return shown.batch(batching.stop(here.shop, here.user, batch_id))


@api.post(f"{_ONE}/resume", summary="Let a batch go on", **needs(_WRITE, 404))
def resume(here: Here, batch_id: UUID, how: GoOn) -> Batch:
    """With `failed` also with what failed or was stopped, so many at once as its rules say."""
    return shown.batch(
        batching.resume(here.shop, here.user, batch_id, failed=how.failed, rules=how.rules)
    )


def _begun(here: Caller, response: Response, found: Sequence[Input], wanted: BatchWishes) -> Batch:
    made = batching.begin(
        here.shop, here.user, wanted.workflow, found, name=wanted.name, variants=wanted.variants,
        rules=wanted.rules,
    )  # fmt: skip
    response.headers["Location"] = f"/api/v1/batches/{made.id}"
    return shown.batch(made)


def _slot(cursor: str | None) -> tuple[int, int]:
    if cursor is None:
        return (0, 0)
    told = _SLOT.fullmatch(cursor)
    if told is None:
        raise Refusal("invalid", "The cursor is none of this list: leave it out.")
    return (int(told[1]), int(told[2]))


def _place(one: Record) -> Place:
    return Place(one.created_at, one.id)
