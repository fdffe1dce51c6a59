"""Beginning and stopping productions."""

from contextlib import suppress
from uuid import UUID

from vid_pipeline import tags, worker_process
from vid_pipeline.acts import settling
from vid_pipeline.artifacts import Brief
from vid_pipeline.dagster_api import DagsterApi
from vid_pipeline.errors import BadRequest, ToolError
from vid_pipeline.records import Production
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions, workflows
from vid_pipeline.store.database import Database


def begin(
    db: Database, user: UUID, brief: Brief, *, workflow: str, version: int | None = None
) -> Production:
    """A draft production: this brief through a workflow's version, the newest unless given.

    Raises:
        NotFound: the user has no such workflow.
    """
    with db.acting(user) as conn:
        return productions.create(conn, workflows.get(conn, workflow, version), brief)


def launch(settings: Settings, db: Database, production: Production, *, fresh: bool = False) -> str:
    """Start it in the background: by Dagster's server if that is up, else by a worker process.

    Returns who runs it: `dagster` or `worker`. The production ends in the store, whoever waits.

    Raises:
        ToolError: neither could be started; the production has failed and says why.
    """
    api = DagsterApi.of(settings)
    try:
        if not api.is_up():
            worker_process.start(settings, db, production, fresh=fresh)
            return "worker"
        run_id = api.launch(production.job_name, tags=tags.of(production, fresh=fresh))
    except ToolError as error:
        with db.acting(production.owner_id) as conn:
            productions.failed(conn, production.id, error=str(error))
        raise
    with db.acting(production.owner_id) as conn, suppress(BadRequest):  # the run was quicker
        if productions.get(conn, production.id).run_id != run_id:
            productions.attach_run(conn, production.id, run_id)
    return "dagster"


def cancel(settings: Settings, db: Database, user: UUID, key: UUID | str) -> Production:
    """Ask a production to stop, whoever runs it; what was finished is kept.

    Raises:
        NotFound: the user has no such production.
        BadRequest: it has ended.
    """
    with db.acting(user) as conn:
        production = productions.get(conn, key)
        if production.ended:
            state = production.state
            raise BadRequest("Production", production.short_id, f"It is {state} already.")
    api = DagsterApi.of(settings)
    asked = worker_process.interrupt(production.id)
    if not asked and production.run_id is not None and api.is_up():
        asked = api.terminate(production.run_id)
    if not asked:
        with db.acting(user) as conn:
            return settling.stopped(conn, production)
    return production
