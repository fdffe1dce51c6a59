"""A recorder in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from vid_pipeline.artifacts import MediaRef
from vid_pipeline.asking import Waits
from vid_pipeline.errors import OverBudget
from vid_pipeline.ports import Turn
from vid_pipeline.running import Basis, Remembered, Spent, StepPlace


@dataclass
class Traced:
    """What a step left."""

    place: StepPlace
    fingerprint: str
    inputs: Mapping[str, list[str]]
    turns: int = 0
    state: str = "running"
    output: MediaRef | None = None
    reused_from: str | None = None
    error: str | None = None
    spent: Spent = field(default_factory=Spent)


@dataclass
class FakeRecorder:
    """Keeps traces in `traces`; remembers finished steps unless `fresh`; `heard` by step key.

    `gifts` are by step key what steps have given already, so that they are not run.
    """

    fresh: bool = False
    gifts: dict[str, Remembered] = field(default_factory=dict)
    heard: dict[str, tuple[Turn, ...]] = field(default_factory=dict)
    traces: dict[str, Traced] = field(default_factory=dict)
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    def turns(self, place: StepPlace) -> tuple[Turn, ...]:
        return self.heard.get(place.step_key, ())

    def given(self, place: StepPlace) -> Remembered | None:
        return self.gifts.get(place.step_key)

    def begin(self, place: StepPlace, basis: Basis) -> str:
        trace = f"t{next(self._ids)}"
        self.traces[trace] = Traced(place, basis.fingerprint, basis.inputs, basis.turns)
        return trace

    def remembered(self, place: StepPlace, fingerprint: str) -> Remembered | None:
        del place
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

    def wait(self, trace: str, why: str, *, spent: Spent) -> None:
        traced = self.traces[trace]
        traced.state, traced.error, traced.spent = "waiting", why, spent

    def held(self, place: StepPlace, cap: OverBudget) -> Waits:
        return Waits("budget00", f"{place.step_key}: {cap}")
