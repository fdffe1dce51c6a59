"""Run one production in this process: `python -m assets.worker PRODUCTION [--fresh]`.

What a laptop uses when no Dagster server is up, and what `vidp make` starts: the run is made and
executed through the Dagster instance, so it is seen there with every step, log and asset.
Exit code: 0 done, 2 failed by what the caller gave, 1 failed otherwise, 130 cancelled.
"""

import argparse
import signal
import sys
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import dagster as dg
from dagster._core.definitions.reconstruct import ReconstructableJob, ReconstructableRepository
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.execution.api import execute_run
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._utils.interrupts import capture_interrupts

from vid_pipeline import at_work, run_process, tags
from vid_pipeline.acts import settling
from vid_pipeline.dagster_env import LOCATION, PROJECT, REPOSITORY
from vid_pipeline.errors import BadRequest, Cancelled, UserError
from vid_pipeline.records import Production
from vid_pipeline.running import explain
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions
from vid_pipeline.store.database import Database, opened

_MODULE = "assets.definitions"
_INTERRUPTS = (KeyboardInterrupt, DagsterExecutionInterruptedError)


def main(arguments: list[str] | None = None) -> int:
    """Run the production that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m assets.worker")
    parser.add_argument("production")
    parser.add_argument("--fresh", action="store_true", help="reuse nothing of earlier runs")
    options = parser.parse_args(arguments)
    settings = Settings.read()
    with opened(settings) as db:
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            return _run(settings, db, options.production, fresh=options.fresh)
        except _INTERRUPTS:  # before the steps, or after them
            _cancel(db, options.production)
            return Cancelled.exit_code
        except Exception as error:  # the process's edge: whoever waits must be told
            _fail(db, options.production, explain(error))
            raise


def _run(settings: Settings, db: Database, production_id: str, *, fresh: bool) -> int:
    with db.service() as conn:
        owner = productions.owner_of(conn, production_id)
    with db.acting(owner) as conn:
        production = productions.get(conn, production_id)
    job = _job(production.job_name)
    instance = dg.DagsterInstance.get()
    _end_killed(instance, settings)
    run = instance.create_run_for_job(
        job_def=job.get_definition(),
        tags=tags.of(production, fresh=fresh) | {tags.FOREGROUND: "1"},
        job_code_origin=job.get_python_origin(),
        remote_job_origin=_origin(production.job_name),
    )
    with db.acting(owner) as conn:
        productions.attach_run(conn, production.id, run.run_id)
    _execute(job, run, instance)
    code = _settle(db, production, instance.get_run_by_id(run.run_id))
    return UserError.exit_code if code == 1 and _callers(instance, run.run_id) else code


def _execute(job: ReconstructableJob, run: dg.DagsterRun, instance: dg.DagsterInstance) -> None:
    """Run its steps; a stop ends it as cancelled, also one that comes before the first step."""
    try:
        with capture_interrupts():
            execute_run(job, run, instance)
    except _INTERRUPTS:
        instance.report_run_canceled(run)
        raise


def _end_killed(instance: dg.DagsterInstance, settings: Settings) -> None:
    """Tell Dagster of runs whose worker was killed: nobody else would."""
    alive = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING]
    for run in instance.get_runs(dg.RunsFilter(tags={tags.FOREGROUND: "1"}, statuses=alive)):
        if not at_work.is_claimed(settings, UUID(run.tags[tags.PRODUCTION])):
            instance.report_run_failed(run, "The process of this run was killed.")


def _job(name: str) -> ReconstructableJob:
    repository = ReconstructableRepository.for_module(
        _MODULE, "workflows", working_directory=str(PROJECT)
    )
    return repository.get_reconstructable_job(name)


def _origin(job: str) -> RemoteJobOrigin:
    """Where Dagster's webserver finds the job, so that a run can be re-executed from its page."""
    target = LoadableTargetOrigin(
        executable_path=None,
        module_name=_MODULE,
        working_directory=str(Path(PROJECT)),
    )
    location = ManagedGrpcPythonEnvCodeLocationOrigin(target, location_name=LOCATION)
    return RemoteJobOrigin(RemoteRepositoryOrigin(location, REPOSITORY), job)


def _settle(db: Database, production: Production, run: dg.DagsterRun | None) -> int:
    """The exit code; and the production's end, where the run ended before a step could tell."""
    assert run is not None, "the run was just made"
    with db.acting(production.owner_id) as conn:
        now = productions.get(conn, production.id)
        if not now.ended and run.status is dg.DagsterRunStatus.CANCELED:
            now = productions.cancelled(conn, production.id)
        elif not now.ended:
            now = productions.failed(conn, production.id, error="The run ended before its steps.")
    return {"done": 0, "cancelled": Cancelled.exit_code}.get(now.state, 1)


def _callers(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether a step failed by an error that the caller can put right."""
    kinds, queue = set[str](), [UserError]
    while queue:
        kind = queue.pop()
        kinds.add(kind.__name__)
        queue += kind.__subclasses__()
    found = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    events = [record.event_log_entry.dagster_event for record in found.records]
    errors = [event.step_failure_data.error for event in events if event is not None]
    return any(error and error.cause and error.cause.cls_name in kinds for error in errors)


def _cancel(db: Database, production_id: str) -> None:
    with db.service() as conn:
        owner = productions.owner_of(conn, production_id)
    with db.acting(owner) as conn, suppress(BadRequest):  # it has ended
        settling.stopped(conn, productions.get(conn, production_id))


def _fail(db: Database, production_id: str, error: str) -> None:
    with db.service() as conn:
        owner = productions.owner_of(conn, production_id)
    with db.acting(owner) as conn:
        productions.failed(conn, production_id, error=error)


if __name__ == "__main__":
    run_process.made_for_one_run()
    code = main()
    if code == Cancelled.exit_code:
        run_process.leave(code)
    sys.exit(code)
