"""Run the planned launch of a production in this process: `python -m assets.worker PRODUCTION`.

What a laptop uses when no Dagster server is up, and what `vidp make` starts: the launch is taken,
made a run and executed through the Dagster instance, so it is seen there with every step, log and
asset. Without a planned launch, as when it was cancelled meanwhile, there is nothing to do.
Exit code: 0 done, 2 failed by what the caller gave, 3 waits for somebody, 1 failed otherwise,
130 cancelled.
"""

import argparse
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import dagster as dg
from dagster._core.definitions.reconstruct import ReconstructableJob, ReconstructableRepository
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.execution.api import create_execution_plan, execute_run
from dagster._core.execution.plan.state import KnownExecutionState
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._utils.interrupts import capture_interrupts

from assets.catalog import CATALOG
from vid_pipeline import at_work, run_process, tags
from vid_pipeline.acts import ending, launching, notifying
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.dagster_env import LOCATION, PROJECT, REPOSITORY
from vid_pipeline.errors import BadRequest, Cancelled, UserError, VidPipelineError
from vid_pipeline.graph import slots
from vid_pipeline.records import Launch, Production
from vid_pipeline.running import explain
from vid_pipeline.settings import Settings
from vid_pipeline.store import launches, productions
from vid_pipeline.store.database import opened

WAITS = 3
_MODULE = "assets.definitions"
_INTERRUPTS = (KeyboardInterrupt, DagsterExecutionInterruptedError)


def main(arguments: list[str] | None = None) -> int:
    """Run the production that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m assets.worker")
    parser.add_argument("production", type=UUID)
    options = parser.parse_args(arguments)
    settings = Settings.read()
    with opened(settings) as db, at_work.claim(settings, options.production):
        shop = Workshop.of(settings, db, CATALOG)
        with db.service() as conn:
            owner = productions.owner_of(conn, options.production)
        mine: Launch | None = None
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            instance = dg.DagsterInstance.get()
            _end_killed(instance, settings)
            production, mine = _taken(shop, instance, owner, options.production)
            if mine is None:
                return _code(production)
            return _run(shop, instance, production, mine)
        except _INTERRUPTS:  # before the steps, or after them
            _end(shop, owner, options.production, mine, error=None)
            return Cancelled.exit_code
        except Exception as error:  # the process's edge: whoever waits must be told
            _end(shop, owner, options.production, mine, error=explain(error))
            raise


def _taken(
    shop: Workshop, instance: dg.DagsterInstance, owner: UUID, production_id: UUID
) -> tuple[Production, Launch | None]:
    """The production and its launch, which is ours now; None if there is none to be taken."""
    with shop.db.acting(owner) as conn:
        production = productions.locked(conn, production_id)
        launch = launches.at_work(conn, production_id)
        if launch is None:
            return production, None
        parent = launch.parent_run_id and instance.get_run_by_id(launch.parent_run_id)
        root = launch.root_run_id if parent else None
        mine = launching.taken(conn, launch, str(launch.id), root=root)
        if mine is not None:
            productions.running(conn, production_id)  # from here on it has a process
        return production, mine


def _run(
    shop: Workshop, instance: dg.DagsterInstance, production: Production, launch: Launch
) -> int:
    job = _job(production.job_name)
    run = _made(shop, instance, job, production, launch)
    _execute(job, run, instance)
    code = _settle(shop, production, launch, instance.get_run_by_id(run.run_id))
    with suppress(VidPipelineError, OSError):  # a sweep goes on with it
        launching.advance(shop, production.owner_id, production.id)
        _tell_people(shop)
    return UserError.exit_code if code == 1 and _callers(instance, run.run_id) else code


def _tell_people(shop: Workshop) -> None:
    """Have notices sent by a process of their own: a channel that hangs holds nobody up."""
    if notifying.spread(shop.settings, shop.db):
        subprocess.Popen(
            [sys.executable, "-m", "resources.telling"],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )


def _made(
    shop: Workshop,
    instance: dg.DagsterInstance,
    job: ReconstructableJob,
    production: Production,
    launch: Launch,
) -> dg.DagsterRun:
    """The launch as a Dagster run: some steps on top of its parent, or as it begins anew."""
    parent = instance.get_run_by_id(launch.parent_run_id) if launch.parent_run_id else None
    steps = None if launch.steps is None else list(launch.steps)
    if parent is None:
        with shop.db.acting(launch.owner_id) as conn:
            whole = launching.anew(conn, launch)
        steps = None if whole is None else list(whole)
    known = None
    if parent is not None and steps is not None:
        known = KnownExecutionState.build_for_reexecution(instance, parent)
        known = known.update_for_step_selection(steps)
    plan = create_execution_plan(
        job,
        step_keys_to_execute=steps,
        known_state=known,
        instance_ref=instance.get_ref(),
        tags=tags.of(production, launch),
    )
    return instance.create_run_for_job(
        job_def=job.get_definition(),
        execution_plan=plan,
        run_id=launch.run_id,
        tags=tags.of(production, launch) | {tags.FOREGROUND: "1"},
        root_run_id=launch.root_run_id if parent is not None else None,
        parent_run_id=parent.run_id if parent is not None else None,
        job_code_origin=job.get_python_origin(),
        remote_job_origin=_origin(production.job_name),
    )


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
            slots.free(instance, run.run_id)


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


def _settle(
    shop: Workshop, production: Production, launch: Launch, run: dg.DagsterRun | None
) -> int:
    """The exit code; and the production's end, where the run ended before a step could tell."""
    assert run is not None, "the run was just made"
    with shop.db.acting(production.owner_id) as conn:
        now = productions.locked(conn, production.id)
        mine = launches.get(conn, launch.id)
        if mine is not None and mine.state == "running":
            if run.status is dg.DagsterRunStatus.CANCELED:
                now = ending.stopped(conn, now)
            else:
                now = ending.killed(conn, now, error="The run ended before its steps.")
    return _code(now)


def _code(production: Production) -> int:
    """The exit code of a production as it stands."""
    codes = {"waiting": WAITS, "cancelled": Cancelled.exit_code, "failed": 1}
    return codes.get(production.state, 0)


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


def _end(
    shop: Workshop, owner: UUID, production_id: UUID, mine: Launch | None, *, error: str | None
) -> None:
    """Fail the production, or cancel it without an error, if the launch at work is still ours."""
    with shop.db.acting(owner) as conn, suppress(BadRequest):  # it has ended
        production = productions.locked(conn, production_id)
        now = launches.at_work(conn, production_id)
        if now is None or (now.state != "planned" if mine is None else now.id != mine.id):
            return
        if error is None:
            ending.stopped(conn, production)
        else:
            ending.killed(conn, production, error=error)


if __name__ == "__main__":
    run_process.made_for_one_run()
    code = main()
    if code == Cancelled.exit_code:
        run_process.leave(code)
    sys.exit(code)
