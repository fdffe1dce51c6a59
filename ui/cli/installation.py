"""What commands work on: settings, the open database, the artifact store, who we are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from vid_pipeline.acts import publishing, settling
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import Database, opened
from vid_pipeline.store.objects import ObjectStore


@dataclass(frozen=True)
class Installation:
    """An open installation, used as its local user."""

    settings: Settings
    db: Database
    store: ObjectStore

    @property
    def user(self) -> UUID:
        return self.db.local_user


@contextmanager
def entered() -> Iterator[Installation]:
    """The installation that is set, with first workflows and without killed productions.

    Raises:
        StoreError: the database or the artifact store cannot be used.
    """
    settings = Settings.read()
    store = ObjectStore(settings.objects_url, cache=settings.objects_cache)
    with opened(settings) as db:
        publishing.first_start(db)
        settling.settle(settings, db, db.local_user)
        yield Installation(settings, db, store)
