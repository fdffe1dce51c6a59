"""Our executor beside Dagster's own in-process one, on the same cases; and what only ours does."""

import os
import signal
import threading
import time
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run_iterator

from tests.children import Started
from tests.graph.conftest import Bench
from tests.graph.kinds_for_tests import CROWD, FAILURES
from tests.graph.test_job import MAP, branch
from vid_pipeline.tags import FOREGROUND
from vid_pipeline.workflow import Workflow

KEPT = {"STEP_START", "STEP_SUCCESS", "STEP_FAILURE", "STEP_SKIPPED", "STEP_UP_FOR_RETRY"}


def workflow(steps: list[dict[str, Any]]) -> Workflow:
    return Workflow.model_validate({"slug": "w", "title": "W", "steps": steps})


def many(kind: str, count: int, **params: Any) -> list[dict[str, Any]]:
    return [{"id": f"s{n}", "kind": kind, "params": params} for n in range(count)]


def execute(
    bench: Bench, steps: list[dict[str, Any]], **options: Any
) -> tuple[dg.DagsterRun, list[dg.EventLogEntry]]:
    """Run with the job's own executor, the way a run worker does."""
    job = bench.job(workflow(steps))
    run = bench.instance.create_run_for_job(job, **options)
    for _event in execute_run_iterator(InMemoryJob(job), run, bench.instance):
        pass
    ended = bench.instance.get_run_by_id(run.run_id)
    assert ended is not None
    return ended, list(bench.instance.all_logs(run.run_id))


def outcomes(logs: list[dg.EventLogEntry]) -> list[tuple[str, str | None]]:
    events = [entry.dagster_event for entry in logs if entry.dagster_event is not None]
    kept = [(e.event_type_value, e.step_key) for e in events if e.event_type_value in KEPT]
    return sorted(kept, key=str)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(MAP, id="map"),
        pytest.param(branch("ab"), id="skipped branch"),
        pytest.param(branch("abcdef"), id="other branch"),
        pytest.param(
            [MAP[0], {"id": "f", "kind": "flaky", "in": {"text": "say"}, "params": {"times": 1}}],
            id="retry",
        ),
        pytest.param(
            [
                MAP[0],
                {"id": "f", "kind": "flaky", "in": {"text": "say"}, "params": {"times": 9}},
                {"id": "g", "kind": "echo", "in": {"text": "f"}},
            ],
            id="failure",
        ),
    ],
)
def test_steps_end_as_in_dagsters_own_executor(bench: Bench, steps: list[dict[str, Any]]) -> None:
    FAILURES.clear()
    bench.recorder.fresh = True
    _run, logs = execute(bench, steps)
    FAILURES.clear()
    inside = bench.job(workflow(steps)).execute_in_process(
        instance=bench.instance, raise_on_error=False
    )
    assert outcomes(logs) == outcomes(list(bench.instance.all_logs(inside.run_id)))


def test_steps_run_side_by_side(bench: Bench) -> None:
    run, _logs = execute(bench, many("meet", 8, limit=8))
    assert run.status is dg.DagsterRunStatus.SUCCESS


def test_a_pool_limits_steps(bench: Bench) -> None:
    bench.instance.event_log_storage.set_concurrency_slots("slow", 1)
    CROWD.most = 0
    run, _logs = execute(bench, many("crowd", 3, seconds=0.3))
    assert run.status is dg.DagsterRunStatus.SUCCESS
    assert CROWD.most == 1


def test_a_step_that_waits_aside_gives_its_slot_to_another_and_claims_it_again(
    bench: Bench,
) -> None:
    bench.instance.event_log_storage.set_concurrency_slots("slow", 1)
    CROWD.most = 0
    run, _logs = execute(bench, many("stand_aside", 2, seconds=0.1))
    assert run.status is dg.DagsterRunStatus.SUCCESS
    assert CROWD.most == 1
    slots = bench.instance.event_log_storage.get_concurrency_info("slow")
    assert (slots.active_slot_count, slots.pending_step_count) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        pytest.param("wait", "cancelled", id="a step that looks at its token ends at once"),
        pytest.param("sleep", "running", id="one that does not is left behind"),
    ],
)
def test_an_interrupt_ends_the_run_as_cancelled(bench: Bench, kind: str, state: str) -> None:
    threading.Thread(target=interrupt_when_at_work, args=(bench, 2), daemon=True).start()
    started = time.monotonic()
    run, _logs = execute(bench, many(kind, 2, seconds=55), tags={FOREGROUND: "1"})
    assert run.status is dg.DagsterRunStatus.CANCELED
    assert {t.state for t in bench.recorder.traces.values()} == {state}
    assert time.monotonic() - started < 50


def test_what_a_step_left_behind_had_started_is_ended(bench: Bench) -> None:
    started = Started()
    threading.Thread(target=interrupt_when_running, args=(started, 2), daemon=True).start()
    began_s = time.monotonic()
    run, _logs = execute(bench, many("hire", 2, seconds=55), tags={FOREGROUND: "1"})
    assert run.status is dg.DagsterRunStatus.CANCELED
    assert started.running() == []
    assert time.monotonic() - began_s < 50


def test_an_interrupt_before_the_first_step_ends_the_run_as_cancelled(bench: Bench) -> None:
    bench.on_setup = lambda: os.kill(os.getpid(), signal.SIGINT)
    run, _logs = execute(bench, many("wait", 1, seconds=55), tags={FOREGROUND: "1"})
    assert run.status is dg.DagsterRunStatus.CANCELED
    assert not bench.recorder.traces


def interrupt_when_running(started: Started, programs: int) -> None:
    while len(started.running()) < programs:
        time.sleep(0.05)
    os.kill(os.getpid(), signal.SIGINT)


def interrupt_when_at_work(bench: Bench, steps: int) -> None:
    while len(bench.recorder.traces) < steps:
        time.sleep(0.05)
    os.kill(os.getpid(), signal.SIGINT)
