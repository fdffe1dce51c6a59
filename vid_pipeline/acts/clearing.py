"""Clearing away the files of productions that have ended and that nobody uses any more."""

from uuid import UUID

from vid_pipeline.errors import NotFound
from vid_pipeline.sandbox.sweeping import sweep
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions
from vid_pipeline.store.database import Database

_DAY_S = 86_400


def clear(settings: Settings, db: Database) -> int:
    """Remove old files of productions that have ended, and work space that runs have left.

    Old is what nobody has used for `sandbox_days`. A production that runs or waits keeps its
    files, however old. Returns how many folders are gone.
    """
    older_s = settings.sandbox_days * _DAY_S

    def goes_on(name: str) -> bool:
        return _goes_on(db, name)

    files = sweep(settings.sandboxes, older_s=older_s, needed=goes_on)
    return files + sweep(settings.work, older_s=older_s, needed=lambda _run: False)


def _goes_on(db: Database, name: str) -> bool:
    try:
        production_id = UUID(name)
    except ValueError:
        return False
    try:
        with db.service() as conn:
            owner = productions.owner_of(conn, production_id)
        with db.acting(owner) as conn:
            return not productions.get(conn, production_id).ended
    except NotFound:
        return False
