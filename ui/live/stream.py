"""Streams of server-sent events, for whoever may see what they tell."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

from starlette.responses import JSONResponse, Response, StreamingResponse

from ui import texts
from ui.live import hub
from ui.live.hub import Subject
from ui.live.mine import MineSource
from ui.live.production import OVER, ProductionSource
from ui.live.reader import Viewer
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.errors import NotFound

_t = texts.of("live")
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def of(
    shop: Workshop, user: UUID, production_id: UUID, *, last_id: str = "", drawn: str = ""
) -> AsyncGenerator[bytes]:
    """A production's events, see `vid_pipeline.wire.events`, until it has ended.

    `last_id` is what a client that comes back has heard last. `drawn` (`working`, `waiting` or
    `ended`) says what a page was drawn for: its stream ends when that is over, and only then.

    Raises:
        NotFound: the user has no such production; before the first event.
    """
    viewer = Viewer(int(last_id) if last_id.isdecimal() else None, drawn)
    subject = Subject(user, production_id)
    pieces = hub.of(shop.db).watch(
        subject, lambda: ProductionSource(shop, user, production_id), viewer
    )
    async with aclosing(pieces):
        async for piece in pieces:
            yield piece


async def mine(shop: Workshop, user: UUID) -> AsyncGenerator[bytes]:
    """What waits for a user and what is made for them, as `mine` events without an end."""
    pieces = hub.of(shop.db).watch(Subject(user), lambda: MineSource(shop, user), Viewer(None, ""))
    async with aclosing(pieces):
        async for piece in pieces:
            yield piece


async def response(pieces: AsyncGenerator[bytes], *, last_id: str = "") -> Response:
    """A stream as an answer; 404 if there is nothing that the user may see."""
    try:
        first = await anext(pieces)
    except NotFound:
        return JSONResponse({"detail": _t("gone")}, 404)
    if f"id: {last_id}\n".encode() == OVER and OVER in first:
        await pieces.aclose()
        return Response(status_code=204)  # so a browser does not come again
    return StreamingResponse(_all(first, pieces), media_type="text/event-stream", headers=_HEADERS)


async def _all(first: bytes, rest: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    async with aclosing(rest):
        yield first
        async for piece in rest:
            yield piece
