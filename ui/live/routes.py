"""Where browsers listen; behind the gate, which has found out who they are."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ui import identity
from ui.live import stream
from ui.shop import shop

PRODUCTIONS, MINE = "/events/productions", "/events/me"


def address(production_id: UUID, drawn: str) -> str:
    """Where a page that was drawn for a phase of a production hears what happens."""
    return f"{PRODUCTIONS}/{production_id}?drawn={drawn}"


async def _production(request: Request) -> Response:
    last_id = request.headers.get("last-event-id", "")
    pieces = stream.of(
        shop(),
        identity.of(request).user,
        request.path_params["production"],
        last_id=last_id,
        drawn=request.query_params.get("drawn", ""),
    )
    return await stream.response(pieces, last_id=last_id)


async def _mine(request: Request) -> Response:
    return await stream.response(stream.mine(shop(), identity.of(request).user))


ROUTES = [
    Route(PRODUCTIONS + "/{production:uuid}", _production, methods=["GET"]),
    Route(MINE, _mine, methods=["GET"]),
]
