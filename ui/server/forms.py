"""Forms of pages without a script: read within bounds, and only if we made them for this browser.

Beside the check of the origin that the gate makes, each form carries a token that belongs to a
cookie of its browser: another site can neither read the one nor set the other.
"""

import hashlib
import hmac
import secrets
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from ui.calling import Call
from vid_pipeline.store.keys import Keys

COOKIE = "vidp_form"
FIELD = "form"

_MOST_BYTES = 16_384
_LIFE_S = 12 * 3600
_PURPOSE = "studio form"


async def read(request: Request) -> dict[str, str] | None:
    """What was filled in; None if it is too much, or no form of ours."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            return None
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        return None
    return dict(pairs)


class Forms:
    """The tokens of one browser's forms."""

    def __init__(self, keys: Keys, call: Call) -> None:
        self._keys, self._call = keys, call
        told = call.cookie(COOKIE) or ""
        self._fresh = len(told) != 43
        self._browser = secrets.token_urlsafe(32) if self._fresh else told

    @property
    def token(self) -> str:
        """What a form carries."""
        key = self._keys.derived(_PURPOSE)
        return hmac.new(key, self._browser.encode(), hashlib.sha256).hexdigest()

    def made(self, values: dict[str, str]) -> bool:
        """Whether we made the form, for this browser."""
        given = values.get(FIELD, "")
        return not self._fresh and hmac.compare_digest(given.encode(), self.token.encode())

    def kept(self, response: Response) -> Response:
        """The answer, with the cookie that the form's token belongs to."""
        if self._fresh:
            response.set_cookie(
                COOKIE,
                self._browser,
                max_age=_LIFE_S,
                path="/",
                secure=self._call.is_secure,
                httponly=True,
                samesite="lax",
            )
        return response
