"""The cookie of a session, and the way on after it is set."""

from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response

from ui.calling import Call
from ui.identity import COOKIE

_DAY_S = 86_400


def entered(call: Call, token: str, where: str) -> Response:
    """Lets the browser in, and leads it on."""
    response = RedirectResponse(where, 303, {"Cache-Control": "no-store"})
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(call.settings.session_days * _DAY_S),
        path="/",
        secure=call.is_secure,
        httponly=True,
        samesite="lax",
    )
    return response


def left(call: Call, response: Response) -> Response:
    """The answer, and the browser has no session any more."""
    response.delete_cookie(COOKIE, path="/", secure=call.is_secure, httponly=True, samesite="lax")
    return response


def safe_path(told: str) -> str:
    """Where to go on: a path of ours, or the first page if it leads anywhere else."""
    strange = "\\" in told or not told.isprintable() or len(told) > 2000
    if strange or not told.startswith("/") or told.startswith("//"):
        return "/"
    try:
        parts = urlsplit(told)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc or parts.path.startswith("//") else told
