"""What commands work on: the installation that the environment names, entered and left."""

from collections.abc import Iterator
from contextlib import contextmanager

from assets.catalog import CATALOG
from ui.installation import Installation
from vid_pipeline.acts import publishing, sweeping
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import opened

__all__ = ["Installation", "entered"]


_MOST_STARTED = 2
"""Runs that a command starts at most on its way, where something was left half-way."""


@contextmanager
def entered() -> Iterator[Installation]:
    """The installation that is set, with first workflows, and with what was left seen to.

    Raises:
        StoreError: the database or the artifact store cannot be used.
    """
    settings = Settings.read()
    with opened(settings) as db:
        shop = Workshop.of(settings, db, CATALOG)
        publishing.first_start(db)
        sweeping.sweep(shop, only=db.local_user, most=_MOST_STARTED)
        yield Installation(shop)
