"""Productions whose process is gone: ended in the store, at the step that was at work."""

from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline import at_work
from vid_pipeline.errors import NotFound
from vid_pipeline.records import Production
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions, traces
from vid_pipeline.store.database import Database

KILLED = "The process that made it was killed. Make it again: what was finished is reused."


def settle(settings: Settings, db: Database, user: UUID) -> list[Production]:
    """Fail what a killed process has left as if it still ran; what was failed.

    Looks at a few lock files only, when there is nothing to do.
    """
    return [
        ended
        for key in at_work.abandoned(settings)
        if (ended := _settled(settings, db, user, key)) is not None
    ]


def killed(conn: Connection[Any], production: Production, error: str = KILLED) -> Production:
    """Fail it, with the steps that were at work."""
    open_steps = traces.abandon(conn, production.id, state="failed", error=error)
    step = open_steps[0].step_key if open_steps else None
    return productions.failed(conn, production.id, error=error, step=step)


def stopped(conn: Connection[Any], production: Production) -> Production:
    """Cancel it, with the steps that were at work."""
    traces.abandon(conn, production.id, state="cancelled")
    return productions.cancelled(conn, production.id)


def _settled(settings: Settings, db: Database, user: UUID, key: UUID) -> Production | None:
    """The production, if it was ended now; somebody else's is left to them."""
    try:
        with at_work.taken_over(settings, key) as ours, db.acting(user) as conn:
            production = productions.get(conn, key)
            if not ours or production.ended or production.state == "waiting":
                return None
            return killed(conn, production)
    except NotFound:
        return None
