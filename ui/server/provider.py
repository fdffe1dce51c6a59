"""Signing in by the installation's provider of OpenID Connect: there, and back again."""

from functools import partial
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ui import identity
from ui.server import begun, cookies, linking
from ui.server.door import afresh, call_of, door, in_thread
from ui.shop import shop
from vid_pipeline.acts import connecting
from vid_pipeline.errors import AccountError, UserError
from vid_pipeline.openid import Provider


async def _start(request: Request) -> Response:
    provider, call = Provider.of(shop().settings), call_of(request)
    if provider is None:
        return RedirectResponse("/signin", 303)
    where = cookies.safe_path(request.query_params.get("next", "/"))
    who = identity.perhaps(request)
    if who is not None and who.session is not None:
        return RedirectResponse(where, 303)  # a link from elsewhere makes nobody somebody else
    try:
        url, kept = await begun.begin(provider, where=where)
    except AccountError as error:
        return _back(error)
    return begun.keep(call, RedirectResponse(url, 303, {"Cache-Control": "no-store"}), kept)


async def _callback(request: Request) -> Response:
    provider, call = Provider.of(shop().settings), call_of(request)
    kept = begun.kept_by(call)
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
            return begun.done(linking.asked(request, kept.connects, person))
        enter = partial(connecting.enter, door(), person, caller=call.caller)
        token = await in_thread(partial(afresh, call, enter))
    except UserError as error:
        return begun.done(linking.refused(error)) if kept.connects else _back(error)
    return begun.done(cookies.entered(call, token, kept.where))


def _back(error: UserError) -> Response:
    reason = error.reason if isinstance(error, AccountError) else "oidc"
    said = reason if reason.startswith("oidc") else "oidc"
    return begun.done(RedirectResponse("/signin?" + urlencode({"said": said}), 303))


ROUTES = [
    Route("/oidc/start", _start, methods=["GET"]),
    Route("/oidc/callback", _callback, methods=["GET"]),
    *linking.ROUTES,
]
