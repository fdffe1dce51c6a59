"""What commands work on: settings, the open database, the artifact store, who we are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from assets.catalog import CATALOG
from vid_pipeline.acts import publishing, sweeping
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import Database, opened
from vid_pipeline.store.objects import ObjectStore


@dataclass(frozen=True)
class Installation:
    """An open installation, used as its local user."""

    shop: Workshop

    @property
    def settings(self) -> Settings:
        return self.shop.settings

    @property
    def db(self) -> Database:
        return self.shop.db

    @property
    def store(self) -> ObjectStore:
        return self.shop.store

    @property
    def user(self) -> UUID:
        return self.db.local_user


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
        sweeping.sweep(shop)
        yield Installation(shop)
