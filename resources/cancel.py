"""The token by which a run's steps are asked to stop."""

import dagster as dg

from vid_pipeline import cancel
from vid_pipeline.cancel import CancelToken


@dg.resource(description="Asked to stop? All steps of a run look at the same token.")
def cancel_resource(context: dg.InitResourceContext) -> CancelToken:
    """The run's token."""
    assert context.run is not None, "a resource of steps lives in a run"
    return cancel.token_of(context.run.run_id)
