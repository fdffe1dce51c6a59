"""A run's claims on pools: looked at sooner than Dagster does, and given back whatever happens.

Dagster's own executors look again after 1 s, then ever later up to 15 s, and keep what a step that
was left behind had claimed.
"""

import time
from types import TracebackType

from dagster._core.execution.plan.instance_concurrency_context import InstanceConcurrencyContext

_LOOK_S = 0.25


class Slots(InstanceConcurrencyContext):
    """A run looks every 250 ms, however many of its steps wait: they take turns."""

    def claim(self, concurrency_key: str, step_key: str, step_priority: int = 0) -> bool:
        """Whether a step has its slot now."""
        claimed = super().claim(concurrency_key, step_key, step_priority)
        if not claimed:
            latest = time.time() + _LOOK_S * max(1, len(self._pending_claims))
            self._pending_timeouts[step_key] = min(self._pending_timeouts[step_key], latest)
        return bool(claimed)

    def free_step(self, step_key: str) -> None:
        """Give back a step's slot; the run's own waiting steps look at once."""
        if step_key in self._claims:
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
        for step_key in list(self._claims):
            super().free_step(step_key)
        super().__exit__(exc_type, exc_value, traceback)
