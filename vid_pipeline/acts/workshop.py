"""What acts work with: settings, database, artifact store, the kinds that are installed."""

from dataclasses import dataclass

from vid_pipeline.kinds import Catalog
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import Database
from vid_pipeline.store.objects import ObjectStore


@dataclass(frozen=True)
class Workshop:
    """An open installation."""

    settings: Settings
    db: Database
    store: ObjectStore
    catalog: Catalog

    @classmethod
    def of(cls, settings: Settings, db: Database, catalog: Catalog) -> "Workshop":
        """The one that the settings name, on an open database."""
        store = ObjectStore(settings.objects_url, cache=settings.objects_cache)
        return cls(settings, db, store, catalog)
