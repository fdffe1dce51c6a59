"""Who asks: found once by the gate, then read by every route and page behind it."""

from dataclasses import dataclass
from uuid import UUID

from starlette.requests import HTTPConnection

from vid_pipeline.asking import Role

COOKIE = "vidp_session"
"""Names a session; HttpOnly, so that no script reads it."""


@dataclass(frozen=True)
class Identity:
    """A user at the door. `scopes` is None for a session, which may do all that its user may."""

    user: UUID
    role: Role = "creator"
    scopes: frozenset[str] | None = None
    session: UUID | None = None


def of(connection: HTTPConnection) -> Identity:
    """Whoever the gate let in."""
    found = connection.scope["state"]["identity"]
    assert isinstance(found, Identity), "every route is behind the gate"
    return found
