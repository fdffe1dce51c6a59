"""The gate: nothing is answered to nobody, and nothing is changed for another site."""

import logging
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import hooks, identity
from ui.api.problems import problem
from ui.calling import Call, starts_open
from ui.identity import COOKIE, KNOWN, Identity, Resolve
from ui.leading import away
from ui.server.protecting import protected
from ui.server.streams import Streams
from ui.shop import shop
from vid_pipeline.acts.door import Door

_ALWAYS = ("/healthz", "/readyz")
_OPEN = frozenset(
    {"/signin", "/signup", "/signout", "/reset", "/forgotten", "/oidc/start", "/oidc/callback"}
)
_OPEN_FILES = "/app/static/"
_GONE = ("/media/", "/auth/", "/oauth2callback", "/_stcore/metrics", "/_stcore/agent")
"""Streamlit's own: files that know no owner, sign-in by a cookie that can be replayed, figures."""

_MACHINES = ("/api/", "/files/", "/_stcore/", "/component/", "/static/", "/events/")
_ENDED = 4401
_PROXY = (
    "%s passes requests on (X-Forwarded-For) and is not in VIDP_TRUSTED_PROXIES. If it is your "
    "proxy, name it there: until then all who come by it are counted as one."
)
_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


class Gate:
    """Lets in whoever the request names, and tells the rest of the application who it is.

    `bearer` says whom an access token stands for; such a token is good for `/api/` alone.
    """

    def __init__(self, app: ASGIApp, *, bearer: Resolve | None = None) -> None:
        self._app = app
        self._bearer = bearer
        self._streams = Streams(app, lambda call: self._looked_up(call) is not None)
        self._threads: CapacityLimiter | None = None
        self._warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        call = Call(shop().settings, scope)
        self._warn(call)
        send = protected(send, secure=call.is_secure)
        refusal, who = await self._judged(call)
        scope.setdefault("state", {})["identity"] = who
        if refusal is not None:
            await _refuse(call, refusal, receive, send)
        elif call.is_socket:
            await self._app(scope, self._watched(call, receive, send), send)
        else:
            await self._streams.carry(call, receive, send)

    def _warn(self, call: Call) -> None:
        """Say once that a proxy may be missing in the settings: all it brings is one client."""
        if call.unknown_proxy and not self._warned:
            self._warned = True
            _LOG.warning(_PROXY, call.unknown_proxy)

    async def _judged(self, call: Call) -> tuple[Response | None, Identity | None]:
        """Why it is refused, if it is; and who asks."""
        if call.path in _ALWAYS:
            return None, None
        if not call.names_us:
            return _problem(call, 400, "This studio has another name."), None
        if call.path.startswith(_GONE):
            return PlainTextResponse("Not found.", 404), None
        if call.path.startswith(hooks.PREFIX):  # each post is signed
            return None, None
        who = await self._who(call)
        if call.changes and not (who and who.scopes is not None) and not call.is_our_own:
            return _problem(call, 403, "This came from another site."), who
        if who is None and not _is_open(call.path):
            return _unknown(call), None
        return None, who

    async def _who(self, call: Call) -> Identity | None:
        """Whom the request names, of whom a database may have to be asked."""
        if not _is_by_token(call) and (cookie := call.cookie(COOKIE)):
            known = KNOWN.get(cookie)
            if known is not None:
                return known
        return await self._in_thread(lambda: self._looked_up(call))

    def _looked_up(self, call: Call) -> Identity | None:
        door = Door(shop().settings, shop().db)
        if _is_by_token(call):
            token = call.headers["authorization"].partition(" ")[2].strip()
            return identity.by_bearer(door.db, self._bearer, token)
        cookie = call.cookie(COOKIE)
        found = identity.by_session(door, cookie)
        if found is not None and cookie:
            KNOWN.keep(cookie, found)
        if found is None and starts_open(call.settings) and call.is_direct_and_local:
            return identity.local(door)
        return found

    async def _in_thread(self, ask: Callable[[], _T]) -> _T:
        """Ask where waiting holds up nobody else; apart from the threads that send files."""
        self._threads = self._threads or CapacityLimiter(8)
        return await to_thread.run_sync(ask, limiter=self._threads)

    def _watched(self, call: Call, receive: Receive, send: Send) -> Receive:
        """What comes by a socket, as long as its session lasts; then the browser is led away."""

        async def receiving() -> Message:
            message = await receive()
            if message["type"] != "websocket.receive" or await self._who(call) is not None:
                return message
            await send({"type": "websocket.send", "bytes": away("/signin")})
            await send({"type": "websocket.close", "code": _ENDED})
            return {"type": "websocket.disconnect", "code": _ENDED}

        return receiving


def _is_by_token(call: Call) -> bool:
    scheme = call.headers.get("authorization", "").partition(" ")[0]
    return scheme.lower() == "bearer" and call.path.startswith("/api/") and not call.is_socket


def _is_open(path: str) -> bool:
    return path in _OPEN or path.startswith(_OPEN_FILES)


def _unknown(call: Call) -> Response:
    """What nobody is told: a page leads to the sign-in, everything else is refused."""
    machine = call.path.startswith(_MACHINES) or "." in call.path.rsplit("/", 1)[-1]
    if machine or call.changes:
        return _problem(call, 401, "Sign in first.")
    query = call.scope["query_string"].decode("latin-1")
    asked = call.path + (f"?{query}" if query else "")
    where = "/signin" if asked == "/" else "/signin?" + urlencode({"next": asked})
    return RedirectResponse(where, 303, {"Cache-Control": "no-store"})


def _problem(call: Call, status: int, detail: str) -> Response:
    """As a problem for programs; in plain words for whoever asks for anything else."""
    if not call.path.startswith(("/api/", hooks.PREFIX)):
        return PlainTextResponse(detail, status, {"Cache-Control": "no-store"})
    kind = {400: "bad-request", 401: "unauthenticated", 403: "not-allowed"}[status]
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return problem(kind, detail, call.path, headers=headers)


async def _refuse(call: Call, response: Response, receive: Receive, send: Send) -> None:
    if not call.is_socket:
        await response(call.scope, receive, send)
        return
    await receive()
    await send({"type": "websocket.close", "code": 1008})  # before it is accepted: a plain 403
