"""The gate: nothing is answered to nobody."""

from starlette.types import ASGIApp, Receive, Scope, Send

from ui.identity import Identity
from ui.shop import shop


class Gate:
    """Lets in whoever the request names, and tells the rest of the application who it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            local = Identity(shop().db.local_user, role="administrator")
            scope.setdefault("state", {})["identity"] = local
        await self._app(scope, receive, send)
