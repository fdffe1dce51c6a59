"""The `Outlets` port for the steps of a run."""

import dagster as dg
from pydantic import PrivateAttr

from resources.dispatch import OutletDesk, Outside
from resources.production import open_production
from vid_pipeline.artifacts import Receipt
from vid_pipeline.cancel import token_of
from vid_pipeline.memories import MAIN
from vid_pipeline.packages import Package
from vid_pipeline.settings import Settings
from vid_pipeline.store.objects import ObjectStore


class OutletsResource(dg.ConfigurableResource):
    """Port `Outlets`; it sees the rows of the production's owner alone."""

    _desk: OutletDesk = PrivateAttr()

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        assert context.run is not None, "a resource of steps lives in a run"
        settings = Settings.read()
        db, production = open_production(context.run)
        store = ObjectStore(settings.objects_url, cache=settings.objects_cache)
        outside = Outside(settings, db, production.owner_id)
        brand = production.brief.brand
        self._desk = OutletDesk(
            outside,
            store,
            stop=token_of(context.run.run_id),
            channel=brand.channel if brand else MAIN,
        )

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        self._desk.outside.db.close()

    def banned(self) -> tuple[str, ...]:
        return self._desk.banned()

    def send(self, destination: str, package: Package) -> Receipt:
        return self._desk.send(destination, package)
