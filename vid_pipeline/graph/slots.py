"""A run's claims on pools: looked at sooner than Dagster does, and given back whatever happens.

Dagster's own executors look again after 1 s, then ever later up to 15 s, and keep what a step that
was left behind had claimed. On Postgres they look for a free slot and take it in two transactions,
so two runs may be given the same slot; here only one run at a time touches the pools.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import TracebackType

from dagster._core.execution.plan.instance_concurrency_context import InstanceConcurrencyContext
from dagster_postgres import PostgresEventLogStorage

_LOOK_S = 0.25
_LOCK = "select pg_advisory_lock(hashtext('vid_pipeline pools'))"


class Slots(InstanceConcurrencyContext):
    """A run looks every 250 ms, however many of its steps wait: they take turns."""

    def claim(self, concurrency_key: str, step_key: str, step_priority: int = 0) -> bool:
        """Whether a step has its slot now."""
        if step_key in self._pending_claims and time.time() < self._pending_timeouts[step_key]:
            return False
        with self._alone():
            claimed = super().claim(concurrency_key, step_key, step_priority)
        if not claimed:
            latest = time.time() + _LOOK_S * max(1, len(self._pending_claims))
            self._pending_timeouts[step_key] = min(self._pending_timeouts[step_key], latest)
        return bool(claimed)

    def free_step(self, step_key: str) -> None:
        """Give back a step's slot; the run's own waiting steps look at once."""
        if step_key in self._claims:
            with self._alone():
                super().free_step(step_key)
            self._pending_timeouts = type(self._pending_timeouts)(float)

    def wait_s(self) -> float:
        """Seconds until the first waiting step may look again; 0 when none waits."""
        times = [self._pending_timeouts[key] for key in self._pending_claims]
        return float(max(0.0, min(times, default=0.0) - time.time()))

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._alone() if self._claims or self._pending_claims else nullcontext():
            for step_key in list(self._claims):
                super().free_step(step_key)
            super().__exit__(exc_type, exc_value, traceback)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        storage = self._instance.event_log_storage
        if not isinstance(storage, PostgresEventLogStorage):
            yield
            return
        with storage.index_connection() as connection:  # closed after: the lock goes with it
            connection.exec_driver_sql(_LOCK)
            yield
