"""A recorder in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from vid_pipeline.artifacts import MediaRef
from vid_pipeline.running import Remembered, Spent, StepPlace


@dataclass
class Traced:
    """What a step left."""

    place: StepPlace
    fingerprint: str
    inputs: Mapping[str, list[str]]
    state: str = "running"
    output: MediaRef | None = None
    reused_from: str | None = None
    error: str | None = None
    spent: Spent = field(default_factory=Spent)


@dataclass
class FakeRecorder:
    """Keeps traces in `traces`; remembers finished steps unless `fresh`."""

    fresh: bool = False
    traces: dict[str, Traced] = field(default_factory=dict)
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    def begin(self, place: StepPlace, *, fingerprint: str, inputs: Mapping[str, list[str]]) -> str:
        trace = f"t{next(self._ids)}"
        self.traces[trace] = Traced(place, fingerprint, inputs)
        return trace

    def remembered(self, fingerprint: str) -> Remembered | None:
        if self.fresh:
            return None
        for traced in reversed(self.traces.values()):
            if traced.fingerprint == fingerprint and traced.output is not None:
                return Remembered(traced.place.run_id, traced.output)
        return None

    def finish(
        self, trace: str, output: MediaRef, *, reused_from: str | None, spent: Spent
    ) -> None:
        traced = self.traces[trace]
        traced.spent = spent
        traced.state = "done" if reused_from is None else "reused"
        traced.output, traced.reused_from = output, reused_from

    def fail(self, trace: str, error: str, *, cancelled: bool, spent: Spent) -> None:
        traced = self.traces[trace]
        traced.state = "cancelled" if cancelled else "failed"
        traced.error, traced.spent = error, spent
