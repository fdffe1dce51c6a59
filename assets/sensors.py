"""What Dagster's daemon does for productions: sweeps, notices, and runs that ended untold."""

from collections.abc import Callable
from uuid import UUID

import dagster as dg

from assets.catalog import CATALOG
from vid_pipeline import tags
from vid_pipeline.acts import batching, clearing, ending, launching, notifying, sweeping, triggering
from vid_pipeline.acts.triggers.looking import Outside
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.errors import BadRequest, NotFound, VidPipelineError
from vid_pipeline.graph.tagging import tagger
from vid_pipeline.outbox import Senders
from vid_pipeline.settings import Settings
from vid_pipeline.store import launches, productions
from vid_pipeline.store.database import opened


@dg.sensor(
    name="sweep",
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Goes on with what was decided or planned and left; sees to deadlines.",
)
def sweep(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """One sweep."""
    settings = Settings.read()
    with opened(settings) as db:
        shop = Workshop.of(settings, db, CATALOG)
        done = sweeping.sweep(shop, set_tags=tagger(context.instance), recover=True)
    return dg.SkipReason(f"{done}")


@dg.sensor(
    name="clear_files",
    minimum_interval_seconds=3600,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Removes files of ended productions that nobody has used for long.",
)
def clear_files() -> dg.SkipReason:
    """One look through the files of all productions."""
    settings = Settings.read()
    with opened(settings) as db:
        return dg.SkipReason(f"Removed: {clearing.clear(settings, db)}")


def _settle(context: dg.RunStatusSensorContext) -> None:
    """A run worker that was killed, or never started, could not say that it failed."""
    run = context.dagster_run
    production_id = run.tags.get(tags.PRODUCTION)
    if production_id is None:
        return
    settings = Settings.read()
    with opened(settings) as db:
        with db.service() as conn:
            owner = productions.owner_of(conn, production_id)
        shop = Workshop.of(settings, db, CATALOG)
        with db.acting(owner) as conn:
            production = productions.locked(conn, UUID(production_id))
            launch = launches.of_run(conn, run.run_id)
            if launch is None or launch.state != "running":
                return
            if run.status is dg.DagsterRunStatus.CANCELED:
                ending.stopped(conn, production)
                return
            error = context.dagster_event.message or "The run failed."
            ended = ending.killed(conn, production, error=error, tell=False)
            again = sweeping.planned_again(shop, conn, ended)
        if again is not None:
            launching.send(shop, again)


def _settle_quietly(context: dg.RunStatusSensorContext) -> None:
    try:
        _settle(context)
    except (NotFound, BadRequest) as settled:
        context.log.debug(f"Nothing to settle: {settled}")
    except VidPipelineError as error:
        context.log.warning(f"Could not be settled: {error}")


def sensors(
    senders_of: Callable[[Settings], Senders], outside_of: Callable[[Settings], Outside]
) -> list[dg.SensorDefinition]:
    """All sensors; given is what notices are sent by, and what triggers see the world by."""

    @dg.sensor(
        name="triggers",
        minimum_interval_seconds=5,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Looks at what triggers watch, makes what they find, lets batches go on.",
    )
    def triggers() -> dg.SkipReason:
        settings = Settings.read()
        with opened(settings) as db:
            shop = Workshop.of(settings, db, CATALOG)
            told = triggering.tick(shop, outside_of(settings))
            return dg.SkipReason(f"{told.said} Batches seen to: {batching.tick(shop)}.")

    @dg.sensor(
        name="tell_people",
        minimum_interval_seconds=10,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Sends notices: of requests, reminders and failures.",
    )
    def tell_people() -> dg.SkipReason:
        settings = Settings.read()
        with opened(settings) as db:
            return dg.SkipReason(f"{notifying.deliver(settings, db, senders_of(settings))}")

    return [sweep, triggers, tell_people, clear_files, *_SETTLING]


_SETTLING = [
    dg.run_status_sensor(
        name=f"settle_{status.value.lower()}",
        run_status=status,
        default_status=dg.DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=15,
        description="Marks productions whose run ended without telling.",
    )(_settle_quietly)
    for status in (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
]
