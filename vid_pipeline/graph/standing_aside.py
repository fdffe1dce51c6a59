"""Steps at work that stand aside: they give their slot back, and claim it before they go on.

The steps are in threads of their own; only the executor's thread touches Dagster's slots.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from vid_pipeline.cancel import LOOK_S, CancelToken
from vid_pipeline.graph.slots import Slots


@dataclass
class StandingAside:
    """`aside` is for the steps' threads, `serve` for the executor's."""

    slots: Slots
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _leaving: list[str] = field(default_factory=list)
    _returning: dict[str, tuple[str, threading.Event]] = field(default_factory=dict)

    @contextmanager
    def aside(self, step_key: str, pool: str, stop: CancelToken) -> Iterator[None]:
        """A block during which a step holds no slot of its pool."""
        with self._lock:
            self._leaving.append(step_key)
        try:
            yield
        finally:
            back = threading.Event()
            with self._lock:
                self._returning[step_key] = (pool, back)
            while not back.wait(LOOK_S) and not stop.requested:
                pass

    def serve(self) -> None:
        """Free the slots of those who leave, claim for those who return; never waits."""
        with self._lock:
            leaving, self._leaving = self._leaving, []
            returning = dict(self._returning)
        for step_key in leaving:
            self.slots.free_step(step_key)
        for step_key, (pool, back) in returning.items():
            if self.slots.claim(pool, step_key):
                with self._lock:
                    del self._returning[step_key]
                back.set()
