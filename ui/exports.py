"""Tables that people take away, made for whoever asks."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from ui import filters, identity
from ui.shop import shop
from vid_pipeline.acts import history

HISTORY = "/exports/history.csv"


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


ROUTES = [Route(HISTORY, _history, methods=["GET"])]
