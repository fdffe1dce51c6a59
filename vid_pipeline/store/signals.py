"""Signals: a listener hears at once that something has changed, and of which production.

They hold ids and no content; what has changed is read as the user who looks, under row security.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo

from vid_pipeline.store import roles
from vid_pipeline.store.database import Database

_LISTEN = "listen vidp_live"
_ALIVE = "select 1"
_SILENCE_S = 20.0


@dataclass(frozen=True)
class Signal:
    """Something of a production changed: `step`, `production` or `request`."""

    about: str
    owner: UUID
    production: UUID


async def heard(db: Database) -> AsyncIterator[Signal | None]:
    """Signals as they come, on a connection of its own; first None: from now on it listens.

    Raises:
        psycopg.OperationalError: there is no connection, or it was lost.
    """
    where = make_conninfo("", **db.where(roles.APP))
    conn = await AsyncConnection.connect(where, autocommit=True)
    try:
        await conn.execute(_LISTEN)
        yield None
        while True:
            async for notice in conn.notifies(timeout=_SILENCE_S):
                if (signal := read(notice.payload)) is not None:
                    yield signal
            await conn.execute(_ALIVE)  # a connection that was cut without a word is found so
    finally:
        await conn.close()


def read(payload: str) -> Signal | None:
    """What a notification says; None if it is none of ours."""
    parts = payload.split(" ")
    with suppress(ValueError):
        about, owner, production = parts
        return Signal(about, UUID(owner), UUID(production))
    return None
