"""A pool's slots, claimed by many runs at the same moment."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import dagster as dg
import pytest

from vid_pipeline.graph.slots import Slots
from vid_pipeline.store.database import Database

RUNS, LIMIT, ROUNDS = 8, 2, 6


@pytest.fixture
def shared(database: Database, tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """An instance on Postgres, as runs of many processes have it."""
    storage = {"postgres": {"postgres_url": database.dagster_url}}
    overrides = {"storage": storage, "telemetry": {"enabled": False}}
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides) as instance:
        yield instance


@dg.op
def nothing() -> None: ...


@dg.job
def empty() -> None:
    nothing()


class Held(Slots):
    """Keeps its slot when its run is over, so that all that was given can be counted."""

    def __exit__(self, *_: object) -> None:
        self._context_guard = False


def granted(instance: dg.DagsterInstance, pool: str) -> int:
    """How many of the runs were given a slot, all of them asking at once."""
    instance.event_log_storage.set_concurrency_slots(pool, LIMIT)
    runs = [instance.create_run_for_job(empty) for _ in range(RUNS)]
    start = Barrier(RUNS)

    def claim(run: dg.DagsterRun) -> bool:
        with Held(instance, run) as slots:
            start.wait()
            return slots.claim(pool, "nothing")

    with ThreadPoolExecutor(RUNS) as threads:
        return sum(threads.map(claim, runs))


def test_no_slot_is_given_twice(shared: dg.DagsterInstance) -> None:
    assert {granted(shared, f"ours{n}") for n in range(ROUNDS)} == {LIMIT}
