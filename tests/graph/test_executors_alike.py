"""Our executor, Dagster's in-process one and its multiprocess one, on a job with every shape."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run_iterator

from tests.graph.conftest import Bench
from tests.graph.every_shape import (
    DELAY_S,
    every_shape_in_process,
    every_shape_in_threads,
    few_shapes_in_processes,
    few_shapes_in_threads,
)
from tests.graph.kinds_for_tests import CROWD
from tests.graph.test_executor import many, workflow
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
        return run.status.value, dict(told), starts[1] - starts[0]


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
    assert sorted(heard) == ["w__echo", "w__s0", "w__s1", "w__s2"]


@pytest.fixture
def shared(database: Database, tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """An instance on Postgres, as runs of many processes have it."""
    storage = {"postgres": {"postgres_url": database.dagster_url}}
    silent = {
        "module": "dagster._core.storage.noop_compute_log_manager",
        "class": "NoOpComputeLogManager",
    }
    overrides = {"storage": storage, "telemetry": {"enabled": False}, "compute_logs": silent}
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides) as instance:
        yield instance


def test_a_pool_limits_the_steps_of_all_runs_together(
    shared: dg.DagsterInstance, tmp_path: Path
) -> None:
    shared.event_log_storage.set_concurrency_slots("slow", 2)
    bench = Bench(shared, tmp_path)
    bench.recorder.fresh = True
    job = bench.job(workflow(many("crowd", 2, seconds=0.1)))
    runs = [shared.create_run_for_job(job) for _ in range(8)]
    CROWD.most = 0

    def execute(run: dg.DagsterRun) -> None:
        list(execute_run_iterator(InMemoryJob(job), run, shared))

    began_s = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(execute, runs))
    ended = [shared.get_run_by_id(run.run_id) for run in runs]
    assert {run.status for run in ended if run} == {dg.DagsterRunStatus.SUCCESS}
    assert CROWD.most == 2
    assert time.monotonic() - began_s < 20
    assert shared.event_log_storage.get_concurrency_info("slow").active_slot_count == 0
