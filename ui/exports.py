"""Tables that people take away, made for whoever asks."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from ui import filters, identity
from ui.shop import shop
from vid_pipeline.acts import batch_archive, batching, history, planning
from vid_pipeline.errors import UserError

HISTORY = "/exports/history.csv"
_CALENDAR = "/exports/calendar."
_BATCHES = "/exports/batches/"
_TYPES = {"csv": "text/csv; charset=utf-8", "ics": "text/calendar; charset=utf-8"}


def link_to_batch(batch: UUID) -> str:
    """Where all videos of a batch are downloaded, as one archive."""
    return f"{_BATCHES}{batch}.zip"


def link_to_calendar(kind: str, first: date, last: date) -> str:
    """Where some days of the content calendar are downloaded, as `csv` or `ics`."""
    return f"{_CALENDAR}{kind}?first={first}&last={last}"


async def _history(request: Request) -> Response:
    """What was made, as CSV; filtered by the same words as the page's address."""
    asked: Mapping[str, str] = request.query_params
    try:
        wanted = filters.wanted(asked, zone=asked.get("zone", "UTC"))
    except ValueError:
        return PlainTextResponse("These filters cannot be read. Export from the page again.", 400)
    lines = history.csv_lines(shop().db, identity.of(request).user, wanted)
    return StreamingResponse(
        lines,
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="history.csv"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


async def _calendar(request: Request) -> Response:
    """The rows of some days of the content calendar."""
    kind = request.path_params["kind"]
    try:
        first, last = (date.fromisoformat(request.query_params[one]) for one in ("first", "last"))
    except (KeyError, ValueError):
        return PlainTextResponse("Name the first and the last day, as 2026-03-29.", 400)
    if kind not in _TYPES:
        return PlainTextResponse("There are csv and ics.", 404)
    user = identity.of(request).user
    body = await run_in_threadpool(planning.put_out, shop(), user, kind, first, last)
    headers = {
        "Content-Disposition": f'attachment; filename="calendar-{first:%Y-%m}.{kind}"',
        "Cache-Control": "no-store",
    }
    return Response(body, media_type=_TYPES[kind], headers=headers)


async def _batch(request: Request) -> Response:
    """The videos of a batch, with a table of them."""
    user, key = identity.of(request).user, request.path_params["key"]
    try:
        told = await run_in_threadpool(batching.progress, shop(), user, key)
        batch_archive.made(told)
    except UserError as refusal:
        return PlainTextResponse(str(refusal), 404)
    headers = {
        "Content-Disposition": f'attachment; filename="batch-{told.batch.short_id}.zip"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    pieces = batch_archive.pieces(told)
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


ROUTES = [
    Route(HISTORY, _history, methods=["GET"]),
    Route(_BATCHES + "{key}.zip", _batch, methods=["GET"]),
    Route(_CALENDAR + "{kind}", _calendar, methods=["GET"]),
]
