"""Our executor, Dagster's in-process one and its multiprocess one, on a job with every shape."""

import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

import dagster as dg
import pytest
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run_iterator
from dagster._serdes import serialize_value

from tests.graph.conftest import Bench
from tests.graph.every_shape import (
    DELAY_S,
    crowd_in_threads,
    every_shape_in_process,
    every_shape_in_threads,
    few_shapes_in_processes,
    few_shapes_in_threads,
)
from tests.graph.test_executor import many, workflow
from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.runner_socket import Order, ask, is_up
from vid_pipeline.store.database import Database

KEPT = {
    "STEP_START",
    "STEP_INPUT",
    "STEP_OUTPUT",
    "STEP_SUCCESS",
    "STEP_FAILURE",
    "STEP_SKIPPED",
    "STEP_UP_FOR_RETRY",
    "STEP_RESTARTED",
    "HOOK_COMPLETED",
    "HOOK_SKIPPED",
    "HOOK_ERRORED",
}

STARTS = {"STEP_START", "STEP_RESTARTED"}


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    folder = str(tmp_path_factory.mktemp("dagster"))
    with dg.DagsterInstance.local_temp(folder, {"telemetry": {"enabled": False}}) as instance:
        instance.event_log_storage.set_concurrency_slots("narrow", 1)
        yield instance


def story(
    instance: dg.DagsterInstance, job: Callable[[], dg.JobDefinition], retried: str
) -> tuple[str, dict[str, list[str]], float]:
    """How the run ended, each step's events in order, seconds to a step's second attempt."""
    with dg.execute_job(dg.reconstructable(job), instance=instance) as result:
        told = defaultdict[str, list[str]](list)
        starts = []
        for entry in instance.all_logs(result.run_id):
            event = entry.dagster_event
            if event is None or event.step_key is None or event.event_type_value not in KEPT:
                continue
            told[event.step_key].append(event.event_type_value)
            if event.step_key == retried and event.event_type_value in STARTS:
                starts.append(entry.timestamp)
        run = instance.get_run_by_id(result.run_id)
        assert run is not None
        return run.status.value, in_order(told), starts[1] - starts[0]


def in_order(told: dict[str, list[str]]) -> dict[str, list[str]]:
    """Hooks are a set: which comes first is chance, also in Dagster's executors."""
    return {
        key: [e for e in events if "HOOK" not in e] + sorted(e for e in events if "HOOK" in e)
        for key, events in told.items()
    }


def test_every_shape_ends_as_in_dagsters_own_process(instance: dg.DagsterInstance) -> None:
    ours = story(instance, every_shape_in_threads, "third_time_lucky")
    theirs = story(instance, every_shape_in_process, "third_time_lucky")
    assert ours[:2] == theirs[:2]
    assert theirs[0] == "FAILURE"
    assert {"each[m0]", "each[m1]", "in_it_too"} <= set(theirs[1])
    assert theirs[1]["passed_over"] == theirs[1]["after_it"] == ["STEP_SKIPPED"]
    assert theirs[1]["never"].count("STEP_UP_FOR_RETRY") == 2
    assert theirs[1]["never"].count("HOOK_ERRORED") == 1
    assert "below" not in theirs[1]
    assert DELAY_S <= ours[2] < DELAY_S + 2


def test_a_few_end_as_in_dagsters_many_processes(instance: dg.DagsterInstance) -> None:
    ours = story(instance, few_shapes_in_threads, "once_more")
    theirs = story(instance, few_shapes_in_processes, "once_more")
    assert ours[:2] == theirs[:2]
    assert theirs[1]["passed_over"] == ["STEP_SKIPPED"]
    assert theirs[1]["fails"].count("HOOK_ERRORED") == 1
    assert min(ours[2], theirs[2]) >= DELAY_S


def test_hooks_of_a_workflows_job_run_once_a_step(bench: Bench) -> None:
    heard: list[str] = []

    @dg.success_hook
    def note(context: dg.HookContext) -> None:
        heard.append(context.op.name)

    steps = [*many("say", 3), {"id": "echo", "kind": "echo", "in": {"text": "s0"}}]
    job = bench.job(workflow(steps)).with_hooks({note})
    run = bench.instance.create_run_for_job(job)
    list(execute_run_iterator(InMemoryJob(job), run, bench.instance))
    assert sorted(heard) == ["echo", "s0", "s1", "s2"]


@pytest.fixture
def shared(database: Database, tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """An instance on Postgres, as runs of many processes have it."""
    storage = {"postgres": {"postgres_url": database.dagster_url}}
    overrides = {"storage": storage, "telemetry": {"enabled": False}}
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides) as instance:
        instance.event_log_storage.set_concurrency_slots("narrow", 2)
        yield instance


def test_a_pool_limits_the_steps_of_all_runs_together(shared: dg.DagsterInstance) -> None:
    runs = [shared.create_run_for_job(crowd_in_threads()) for _ in range(8)]
    with TemporaryDirectory(prefix="vidp-") as short:
        path = f"{short}/runner.sock"
        runner = subprocess.Popen([sys.executable, "-m", "tests.graph.crowds", path], cwd=PROJECT)
        try:
            until(lambda: is_up(path))
            ref = serialize_value(shared.get_ref())
            for run in runs:
                ask(path, Order(verb="start", run_id=run.run_id, instance=ref))
            until(lambda: all(ended(shared, run) for run in runs))
        finally:
            runner.terminate()
            runner.wait(20)
    assert {ended(shared, run) for run in runs} == {dg.DagsterRunStatus.SUCCESS}
    assert most_at_once(shared, runs) == 2
    assert shared.event_log_storage.get_concurrency_info("narrow").active_slot_count == 0


def until(holds: Callable[[], bool], within_s: float = 40.0) -> None:
    deadline_s = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline_s
        time.sleep(0.1)


def ended(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dg.DagsterRunStatus | None:
    now = instance.get_run_by_id(run.run_id)
    assert now is not None
    return now.status if now.is_finished else None


def most_at_once(instance: dg.DagsterInstance, runs: list[dg.DagsterRun]) -> int:
    """Of all steps of these runs, by the times in the event log."""
    changes = []
    for run in runs:
        for entry in instance.all_logs(run.run_id):
            kind = entry.dagster_event.event_type_value if entry.dagster_event else ""
            if kind in {"STEP_START", "STEP_SUCCESS"}:
                changes.append((entry.timestamp, 1 if kind == "STEP_START" else -1))
    assert len(changes) == 4 * len(runs)
    return max(accumulate(change for _, change in sorted(changes)))
