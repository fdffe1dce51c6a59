"""Who asks: found by the gate for each request, and by `ui.state` for each run of a page."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from starlette.requests import HTTPConnection

from vid_pipeline.acts import accounts
from vid_pipeline.acts.door import Door
from vid_pipeline.asking import Role
from vid_pipeline.errors import NotFound
from vid_pipeline.store import users
from vid_pipeline.store.database import Database

COOKIE = "vidp_session"
"""Names a session; HttpOnly, so that no script reads it."""

KEPT_S = 3.0
"""How long the gate may believe what it knew of a session that another process ended."""

_MOST_KEPT = 10_000


@dataclass(frozen=True)
class Identity:
    """A user at the door, by a session or an access token.

    `scopes` is None for a session, which may do all that its user may.
    """

    user: UUID
    role: Role = "creator"
    scopes: frozenset[str] | None = None
    session: UUID | None = None
    token: UUID | None = None


class Bearer(Protocol):
    """Whom an access token stands for, and what it may be used for."""

    @property
    def id(self) -> UUID: ...
    @property
    def user(self) -> UUID: ...
    @property
    def scopes(self) -> frozenset[str]: ...


Resolve = Callable[[Database, str], Bearer | None]
"""Whom an access token stands for; None if for nobody, or no more."""


class Known:
    """Sessions that were looked up moments ago, so that a page's eighty files ask once."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[float, Identity]] = {}

    def get(self, token: str) -> Identity | None:
        """Who it was moments ago."""
        until, identity = self._kept.get(_sha(token), (0.0, None))
        return identity if until > time.monotonic() else None

    def keep(self, token: str, identity: Identity) -> None:
        """Remember who it is, for moments."""
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[_sha(token)] = (time.monotonic() + KEPT_S, identity)

    def forget(self) -> None:
        """Look everybody up anew: call it when a session ends or a role changes."""
        self._kept.clear()


KNOWN = Known()
"""This process's."""


def of(connection: HTTPConnection) -> Identity:
    """Whoever the gate let in."""
    found = perhaps(connection)
    assert found is not None, "every other route is behind the gate"
    return found


def perhaps(connection: HTTPConnection) -> Identity | None:
    """Whoever the gate knows, on the pages that are open to nobody too."""
    found = connection.scope["state"]["identity"]
    assert found is None or isinstance(found, Identity)
    return found


def by_session(door: Door, token: str | None) -> Identity | None:
    """Whose session a cookie names, at this moment; one query."""
    found = accounts.present(door, token) if token else None
    if found is None:
        return None
    return Identity(found.user, role=found.role, session=found.session)


def by_bearer(db: Database, resolve: Resolve | None, token: str) -> Identity | None:
    """Whom an access token stands for, if they are active."""
    found = resolve(db, token) if resolve else None
    if found is None:
        return None
    try:
        with db.service() as conn:
            user = users.get(conn, found.user)
    except NotFound:
        return None
    active = user.deactivated_at is None
    if not active:
        return None
    return Identity(user.id, role=user.role, scopes=found.scopes, token=found.id)


def local(door: Door) -> Identity | None:
    """The installation's own user, as long as nobody has an account."""
    if accounts.is_claimed(door.db):
        return None
    return Identity(door.db.local_user, role="administrator")


def _sha(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
