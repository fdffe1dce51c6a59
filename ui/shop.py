"""The installation that this process works on: opened when first asked for, shared by all."""

import threading

from assets.catalog import CATALOG
from vid_pipeline.acts import publishing
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import ready

_lock = threading.Lock()
_opened: list[Workshop] = []


def shop() -> Workshop:
    """The installation that the environment names, with the shipped workflows published.

    Raises:
        StoreError: the database or the artifact store cannot be used.
    """
    with _lock:
        if not _opened:
            settings = Settings.read()
            db = ready(settings)
            publishing.first_start(db)
            _opened.append(Workshop.of(settings, db, CATALOG))
        return _opened[0]


def leave() -> None:
    """Close it; the next who asks opens it anew."""
    with _lock:
        while _opened:
            _opened.pop().db.close()
