"""What acts work with: settings, database, artifact store, the kinds that are installed."""

from collections.abc import Callable
from dataclasses import dataclass

from vid_pipeline import worker_process
from vid_pipeline.kinds import Catalog
from vid_pipeline.records import Launch
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import Database
from vid_pipeline.store.objects import ObjectStore

StartWorker = Callable[[Settings, Database, Launch], None]


@dataclass(frozen=True)
class Workshop:
    """An open installation; `start_worker` runs a planned launch where no Dagster server does."""

    settings: Settings
    db: Database
    store: ObjectStore
    catalog: Catalog
    start_worker: StartWorker = worker_process.leave

    @classmethod
    def of(cls, settings: Settings, db: Database, catalog: Catalog) -> "Workshop":
        """The one that the settings name, on an open database."""
        store = ObjectStore(settings.objects_url, cache=settings.objects_cache)
        return cls(settings, db, store, catalog)
