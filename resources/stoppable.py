"""Ports whose calls end when the run that they work for is asked to stop."""

from typing import Self

import dagster as dg
from pydantic import PrivateAttr

from vid_pipeline import cancel
from vid_pipeline.cancel import CancelToken


class StoppableResource(dg.ConfigurableResource):
    """A resource that knows its run's token; outside a run, one that nobody sets."""

    _stop: CancelToken = PrivateAttr(default_factory=CancelToken)

    def stopped_by(self, stop: CancelToken) -> Self:
        """This resource, its calls ended by `stop`."""
        self._stop = stop
        return self

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        if context.run is not None:
            self.stopped_by(cancel.token_of(context.run.run_id))
