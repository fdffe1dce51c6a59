"""Signing in by the installation's provider of OpenID Connect: there, and back again."""

import base64
import time
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ui import identity
from ui.server import cookies
from ui.server.door import afresh, call_of, door, in_thread
from ui.shop import shop
from vid_pipeline.acts import connecting
from vid_pipeline.acts.notice_links import studio_url
from vid_pipeline.errors import AccountError, StoreError, UserError
from vid_pipeline.openid import Began, Provider
from vid_pipeline.store.sealing import seal, unseal

_COOKIE, _PATH = "vidp_provider", "/oidc"
_LIFE_S = 600
_PURPOSE = "sign-in by a provider"


class _Kept(BaseModel):
    """What the browser keeps while it is away."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    began: Began
    where: str
    connects: UUID | None
    until_s: float


async def _start(request: Request) -> Response:
    provider, call = Provider.of(shop().settings), call_of(request)
    if provider is None:
        return RedirectResponse("/signin", 303)
    who = identity.perhaps(request)
    connects = who.user if who and who.session and "connect" in request.query_params else None
    where = cookies.safe_path(request.query_params.get("next", "/"))
    try:
        redirect = f"{studio_url(shop().settings)}/oidc/callback"
        url, began = await in_thread(partial(provider.begin, redirect))
    except AccountError as error:
        return _back(error)
    kept = _Kept(began=began, where=where, connects=connects, until_s=time.time() + _LIFE_S)
    response = RedirectResponse(url, 303, {"Cache-Control": "no-store"})
    response.set_cookie(
        _COOKIE,
        _sealed(kept),
        max_age=_LIFE_S,
        path=_PATH,
        secure=call.is_secure,
        httponly=True,
        samesite="lax",
    )
    return response


async def _callback(request: Request) -> Response:
    provider, call = Provider.of(shop().settings), call_of(request)
    kept = _unsealed(call.cookie(_COOKIE))
    if provider is None or kept is None:
        return _back(AccountError("oidc_stale", "Nothing was begun here."))
    told = request.query_params
    finish = partial(
        provider.finish,
        kept.began,
        state=told.get("state", ""),
        code=told.get("code", ""),
        issuer=told.get("iss", ""),
    )
    try:
        person = await in_thread(finish)
        if kept.connects is not None:
            who = identity.perhaps(request)
            if who is None or who.user != kept.connects:
                return _back(AccountError("oidc_stale", "Somebody else is signed in by now."))
            connect = partial(connecting.connect, door(), who.user, person, caller=call.caller)
            await in_thread(connect)
            return _done(RedirectResponse("/profile", 303))
        enter = partial(connecting.enter, door(), person, caller=call.caller)
        token = await in_thread(partial(afresh, call, enter))
    except UserError as error:
        return _back(error)
    return _done(cookies.entered(call, token, kept.where))


def _back(error: UserError) -> Response:
    reason = error.reason if isinstance(error, AccountError) else "oidc"
    said = reason if reason.startswith("oidc") else "oidc"
    return _done(RedirectResponse("/signin?" + urlencode({"said": said}), 303))


def _done(response: Response) -> Response:
    response.delete_cookie(_COOKIE, path=_PATH)
    return response


def _sealed(kept: _Kept) -> str:
    key = shop().db.keys.derived(_PURPOSE)
    sealed = seal(key, kept.model_dump_json(), bound_to=_PURPOSE)
    return base64.urlsafe_b64encode(sealed).decode()


def _unsealed(told: str | None) -> _Kept | None:
    """What the browser kept; None if we did not make it, or it is too old."""
    try:
        raw = base64.b64decode((told or "").encode(), altchars=b"-_", validate=True)
        key = shop().db.keys.derived(_PURPOSE)
        kept = _Kept.model_validate_json(unseal(key, raw, bound_to=_PURPOSE))
    except (ValueError, StoreError, ValidationError):
        return None
    return kept if kept.until_s > time.time() else None


ROUTES = [
    Route("/oidc/start", _start, methods=["GET"]),
    Route("/oidc/callback", _callback, methods=["GET"]),
]
