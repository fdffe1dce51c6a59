"""What Dagster's daemon does for productions: settle those whose run ended without telling."""

import dagster as dg

from vid_pipeline import tags
from vid_pipeline.errors import BadRequest, NotFound
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions
from vid_pipeline.store.database import opened


def _settle(context: dg.RunStatusSensorContext) -> None:
    """A run worker that was killed, or never started, could not say that it failed."""
    run = context.dagster_run
    production = run.tags.get(tags.PRODUCTION)
    if production is None:
        return
    with opened(Settings.read()) as db:
        with db.service() as conn:
            owner = productions.owner_of(conn, production)
        with db.acting(owner) as conn:
            if productions.get(conn, production).run_id != run.run_id:
                return
            if run.status is dg.DagsterRunStatus.CANCELED:
                productions.cancelled(conn, production)
            else:
                error = context.dagster_event.message or "The run failed."
                productions.failed(conn, production, error=error)


def _settle_quietly(context: dg.RunStatusSensorContext) -> None:
    try:
        _settle(context)
    except (NotFound, BadRequest) as settled:
        context.log.debug(f"Nothing to settle: {settled}")


SENSORS = [
    dg.run_status_sensor(
        name=f"settle_{status.value.lower()}",
        run_status=status,
        default_status=dg.DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=15,
        description="Marks productions whose run ended without telling.",
    )(_settle_quietly)
    for status in (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
]
