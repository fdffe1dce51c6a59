"""Files made for a download, each for whoever asks."""

from datetime import date

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ui import identity
from ui.shop import shop
from vid_pipeline.acts import planning

_TYPES = {"csv": "text/csv; charset=utf-8", "ics": "text/calendar; charset=utf-8"}


def link_to_calendar(kind: str, first: date, last: date) -> str:
    """Where some days of the content calendar are downloaded, as `csv` or `ics`."""
    return f"/exports/calendar.{kind}?first={first}&last={last}"


async def _calendar(request: Request) -> Response:
    kind = request.path_params["kind"]
    try:
        first, last = (date.fromisoformat(request.query_params[one]) for one in ("first", "last"))
    except (KeyError, ValueError):
        return PlainTextResponse("Name the first and the last day, as 2026-03-29.", 400)
    if kind not in _TYPES:
        return PlainTextResponse("There are csv and ics.", 404)
    user = identity.of(request).user
    body = await run_in_threadpool(planning.put_out, shop(), user, kind, first, last)
    headers = {"Content-Disposition": f'attachment; filename="calendar-{first:%Y-%m}.{kind}"'}
    return Response(body, media_type=_TYPES[kind], headers=headers)


ROUTES = [Route("/exports/calendar.{kind}", _calendar, methods=["GET"])]
