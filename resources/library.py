"""The `Library` port: what whoever owns the production at work has made or uploaded."""

from uuid import UUID

import dagster as dg
from pydantic import PrivateAttr

from resources.production import open_production
from vid_pipeline.acts import library
from vid_pipeline.ports import LibraryItem, MediaKind
from vid_pipeline.store.database import Database


class LibraryResource(dg.ConfigurableResource):
    """Sees the rows of one user alone: the production's owner."""

    _db: Database = PrivateAttr()
    _owner: UUID = PrivateAttr()

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        assert context.run is not None, "a resource of steps lives in a run"
        self._db, production = open_production(context.run)
        self._owner = production.owner_id

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        self._db.close()

    def search(
        self, words: str, *, kind: MediaKind | None = None, most: int = 10
    ) -> tuple[LibraryItem, ...]:
        with self._db.acting(self._owner) as conn:
            return library.search(conn, words, kind=kind, most=most)

    def find(self, key: str) -> LibraryItem:
        with self._db.acting(self._owner) as conn:
            return library.find(conn, key)
