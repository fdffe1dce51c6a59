"""`client.about` and `client.tokens`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from vid_pipeline.client.transport import Transport
from vid_pipeline.wire.people import About, MadeToken, Me, Token

_PATH = "/tokens"


class Here:
    """The installation, and whoever asks."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def installation(self) -> About:
        """What answers."""
        return self._transport.get("/", About)

    def me(self) -> Me:
        """Whose the access token is, and what it may do."""
        return self._transport.get("/me", Me)

    def openapi(self) -> dict[str, Any]:
        """The description of the API."""
        found: dict[str, Any] = self._transport.call("GET", "/openapi.json").json()
        return found


class Tokens:
    """A user's access tokens."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Iterator[Token]:
        """Newest first, revoked and expired ones too."""
        return self._transport.pages(_PATH, Token, {})

    def create(
        self, name: str, scopes: Sequence[str], *, expires_at: datetime | None = None
    ) -> MadeToken:
        """A new one, shown this once; it may do no more, nor for longer, than the one in use."""
        body = {
            "name": name,
            "scopes": [*scopes],
            "expires_at": expires_at.isoformat() if expires_at else None,
        }
        return self._transport.send("POST", _PATH, MadeToken, body)

    def get(self, token: UUID) -> Token:
        """One of them."""
        return self._transport.get(f"{_PATH}/{token}", Token)

    def revoke(self, token: UUID) -> Token:
        """Nothing takes it from now on, nor those that it made."""
        return self._transport.send("DELETE", f"{_PATH}/{token}", Token)
