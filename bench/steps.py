"""`python -m bench.steps`: ten steps of one second side by side, in our executor and Dagster's."""

import argparse
import json
import logging
import tempfile
import time
from collections.abc import Callable
from statistics import median

import dagster as dg
from rich.console import Console
from rich.table import Table

from bench.meter import Meter
from vid_pipeline.graph.executor import thread_executor

STEPS = 10
STEP_S = 1.0
TARGET_S = 1.5


@dg.op
def pause() -> None:
    time.sleep(STEP_S)


@dg.graph
def wide() -> None:
    for number in range(STEPS):
        pause.alias(f"step_{number}")()


def threads() -> dg.JobDefinition:
    return wide.to_job(executor_def=thread_executor.configured({"max_concurrent": STEPS}))


def processes() -> dg.JobDefinition:
    executor = dg.multiprocess_executor.configured({"max_concurrent": STEPS})
    return wide.to_job(executor_def=executor)


def one_by_one() -> dg.JobDefinition:
    return wide.to_job(executor_def=dg.in_process_executor)


ROWS: dict[str, Callable[[], dg.JobDefinition]] = {
    "ours: threads": threads,
    "Dagster's multiprocess": processes,
    "Dagster's in-process": one_by_one,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often ours is measured")
    rounds = parser.parse_args().rounds
    logging.disable(logging.DEBUG)
    costs: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="bench-steps-") as folder:
        overrides = {"telemetry": {"enabled": False}}
        with dg.DagsterInstance.local_temp(folder, overrides) as instance:
            _run(threads, instance)  # what is loaded with a process's first run is none of a step's
            for name, job in ROWS.items():
                times = rounds if job is threads else 1
                costs[name] = [_run(job, instance) for _ in range(times)]
    _print(costs)
    print(json.dumps(figures(costs)))


def _run(job: Callable[[], dg.JobDefinition], instance: dg.DagsterInstance) -> tuple[float, float]:
    """Wall and CPU seconds from the run's start to its end."""
    with (
        Meter() as meter,
        dg.execute_job(dg.reconstructable(job), instance, raise_on_error=True) as result,
    ):
        assert result.success
    return meter.wall_s, meter.cpu_s


def figures(costs: dict[str, list[tuple[float, float]]]) -> dict[str, dict[str, object]]:
    """The figure by its name, with its target, whether it was met, and Dagster's own."""
    ours, peer = (median(wall_s for wall_s, _ in costs[name]) for name in list(ROWS)[:2])
    return {
        "parallel_steps_s": {
            "value": round(ours, 3), "unit": "s", "target": TARGET_S, "pass": ours <= TARGET_S,
            "peer": round(peer, 2),
        }
    }  # fmt: skip


def _print(costs: dict[str, list[tuple[float, float]]]) -> None:
    table = Table(title=f"{STEPS} steps of {STEP_S:.0f} s, none waiting for another")
    for name in ("", "wall s", "CPU s"):
        table.add_column(name, justify="left" if not name else "right")
    for name, rows in costs.items():
        wall_s, cpu_s = (median(row[n] for row in rows) for n in (0, 1))
        table.add_row(name, f"{wall_s:.2f}", f"{cpu_s:.2f}")
    Console(stderr=True).print(table)


if __name__ == "__main__":
    main()
