"""Links in notices: `/open?token=…` leads whoever it was sent to, once they have signed in."""

from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ui import identity, texts
from ui.server import sheet
from ui.server.door import in_thread
from ui.shop import shop
from vid_pipeline.acts.notice_links import open_link, path_of
from vid_pipeline.errors import LinkRefused

_t = texts.of("door")


async def _open(request: Request) -> Response:
    who, token = identity.of(request), request.query_params.get("token", "")
    try:
        found = await in_thread(partial(open_link, shop().db, token, user=who.user))
    except LinkRefused as error:
        parts = sheet.said(str(error)), sheet.link(_t("open_inbox"), "/inbox", button=True)
        return sheet.page(_t("open_title"), *parts, status=410)
    return RedirectResponse(path_of(found), 303, {"Cache-Control": "no-store"})


ROUTES = [Route("/open", _open, methods=["GET"])]
