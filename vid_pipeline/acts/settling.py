"""Productions whose process is gone: ended in the store, at the step that was at work."""

from uuid import UUID

from vid_pipeline import at_work
from vid_pipeline.acts import ending
from vid_pipeline.errors import NotFound
from vid_pipeline.records import Production
from vid_pipeline.settings import Settings
from vid_pipeline.store import launches, productions
from vid_pipeline.store.database import Database

KILLED = "The process that made it was killed. Resume it: what was finished is kept."


def settle(settings: Settings, db: Database, user: UUID) -> list[Production]:
    """Fail what a killed process has left as if it still ran; what was failed.

    Looks at a few lock files only, when there is nothing to do.
    """
    return [
        ended
        for key in at_work.abandoned(settings)
        if (ended := _settled(settings, db, user, key)) is not None
    ]


def _settled(settings: Settings, db: Database, user: UUID, key: UUID) -> Production | None:
    """The production, if it was ended now; somebody else's is left to them."""
    try:
        with at_work.taken_over(settings, key) as ours, db.acting(user) as conn:
            production = productions.locked(conn, key)
            if not ours or production.state not in {"draft", "queued", "running"}:
                return None
            launch = launches.at_work(conn, key)
            if launch is not None and launch.state == "planned":
                return None  # it has not begun: a sweep starts it
            return ending.killed(conn, production, error=KILLED)
    except NotFound:
        return None
