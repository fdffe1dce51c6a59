"""A sign-in at the provider that was begun: what the browser keeps, sealed, until it is back."""

import time
from functools import partial
from uuid import UUID

from starlette.responses import Response

from ui.calling import Call
from ui.server import sealed
from ui.server.door import in_thread
from ui.server.sealed import Sealed
from ui.shop import shop
from vid_pipeline.acts.notice_links import studio_url
from vid_pipeline.openid import Began, Provider

LIFE_S = 600

_COOKIE, _PATH = "vidp_provider", "/oidc"
_PURPOSE = "sign-in by a provider"


class Kept(Sealed):
    """What was begun: where it goes on afterwards, and whose account it connects, if it does."""

    began: Began
    where: str
    connects: UUID | None


async def begin(
    provider: Provider, *, where: str = "/", connects: UUID | None = None
) -> tuple[str, Kept]:
    """Where the browser goes to sign in, and what it keeps.

    Raises:
        AccountError: the provider does not answer, or is not the one of that name.
    """
    redirect = f"{studio_url(shop().settings)}/oidc/callback"
    url, began = await in_thread(partial(provider.begin, redirect))
    return url, Kept(began=began, where=where, connects=connects, until_s=time.time() + LIFE_S)


def keep(call: Call, response: Response, kept: Kept) -> Response:
    """The answer, with what the browser keeps."""
    response.set_cookie(
        _COOKIE,
        sealed.closed(_PURPOSE, kept),
        max_age=LIFE_S,
        path=_PATH,
        secure=call.is_secure,
        httponly=True,
        samesite="lax",
    )
    return response


def kept_by(call: Call) -> Kept | None:
    """What the browser kept; None if we did not make it, or it is too old."""
    return sealed.opened(_PURPOSE, call.cookie(_COOKIE) or "", Kept)


def done(response: Response) -> Response:
    """The answer, and the browser keeps nothing any more."""
    response.delete_cookie(_COOKIE, path=_PATH)
    return response
