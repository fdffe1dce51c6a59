"""How far a production is: a line for every step, and what is left. Pure, over traces."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from vid_pipeline.records import StepTrace
from vid_pipeline.workflow import Step, Workflow, step_of

State = Literal["waiting", "running", "asking", "done", "reused", "failed", "skipped", "cancelled"]
"""`waiting` has not begun; `asking` waits for people to decide."""

_ENDED = {"done", "reused", "skipped"}
_BAD: tuple[State, ...] = ("failed", "cancelled")
_MAPPED_AT_ONCE = 2
"""Items of a mapped step that advance side by side, for the estimate alone."""


@dataclass(frozen=True)
class StepView:
    """A step as people see it. `items` and `items_done` count a mapped step's items."""

    id: str
    title: str
    state: State = "waiting"
    seconds: float = 0
    progress: float = 0
    note: str = ""
    items: int | None = None
    items_done: int = 0
    items_reused: int = 0
    error: str | None = None

    @property
    def ended(self) -> bool:
        return self.state in _ENDED


@dataclass(frozen=True)
class View:
    """A production's steps in reading order; `left_s` is None when nothing like it ever ran.

    `wanted` says how many are to run, where that is not all of them.
    """

    steps: tuple[StepView, ...]
    left_s: float | None
    wanted: int | None = None

    @property
    def ended(self) -> int:
        """How many steps have ended well."""
        return sum(step.ended for step in self.steps)

    @property
    def reused(self) -> int:
        return sum(step.state == "reused" for step in self.steps)

    @property
    def at_work(self) -> tuple[StepView, ...]:
        return tuple(step for step in self.steps if step.state == "running")

    def share(self, elapsed_s: float) -> float:
        """How much is done, 0 to 1: by time when that is known, else by steps."""
        by_steps = self.ended / (self.wanted or len(self.steps))
        if self.left_s is None or by_steps == 1:
            return by_steps
        return elapsed_s / (elapsed_s + max(self.left_s, 0.01))


def view(
    workflow: Workflow,
    traces: Sequence[StepTrace],
    *,
    now: datetime,
    medians: Mapping[str, float],
    counts: Mapping[str, int],
    wanted: Set[str] | None = None,
) -> View:
    """The view at `now`.

    `medians` are the seconds each kind took before; `counts` the number of items of each mapped
    step, where that is known; `wanted` the steps that are to run, if not all.
    """
    newest: dict[str, StepTrace] = {}
    for trace in traces:  # in the order they started, so a later try replaces an earlier one
        newest[trace.step_key] = trace
    steps = tuple(
        _step(step, [t for t in newest.values() if t.step_id == step.id], now, counts)
        for step in workflow.steps
    )
    if wanted is None:
        return View(steps, _left_s(workflow, steps, medians))
    ours = workflow.model_copy(
        update={"steps": tuple(step for step in workflow.steps if step.id in wanted)}
    )
    return View(steps, _left_s(ours, steps, medians), len(ours.steps))


def title_of(name: str) -> str:
    """What people call a step by its id, or a kind: `script_gate` → `Script gate`."""
    return name.replace("_", " ").capitalize()


def _step(
    step: Step, traces: Sequence[StepTrace], now: datetime, counts: Mapping[str, int]
) -> StepView:
    title = title_of(step.id)
    mapped = step.over is not None
    items = counts.get(step.id) if mapped else None
    if not traces:
        return StepView(step.id, title, items=items)
    total = max(items or len(traces), len(traces))
    state = _state(traces, total if mapped else 1, complete=items is not None)
    newest = max(traces, key=lambda trace: trace.started_at)
    return StepView(
        id=step.id,
        title=title,
        state=state,
        seconds=_span_s(traces, now),
        progress=sum(1 if t.ended_at else t.progress for t in traces) / total,
        note=_note(newest, state),
        items=total if mapped else None,
        items_done=sum(trace.state in _ENDED for trace in traces),
        items_reused=sum(trace.state == "reused" for trace in traces),
        error=next((trace.error for trace in traces if trace.state == "failed"), None),
    )


def _note(newest: StepTrace, state: State) -> str:
    if state == "asking":
        return newest.error or ""
    return newest.note if state == "running" else ""


def _state(traces: Sequence[StepTrace], total: int, *, complete: bool) -> State:
    states = {trace.state for trace in traces}
    for bad in _BAD:
        if bad in states:
            return bad
    if "running" in states or (complete and len(traces) < total):
        return "running"
    if "waiting" in states:
        return "asking"
    return "reused" if states == {"reused"} else "done"


def _span_s(traces: Sequence[StepTrace], now: datetime) -> float:
    """Seconds in which at least one was at work; items may be of runs days apart."""
    total_s, reached = 0.0, None
    for start, end in sorted((trace.started_at, trace.ended_at or now) for trace in traces):
        begin = start if reached is None else max(start, reached)
        total_s += max(0.0, (end - begin).total_seconds())
        reached = end if reached is None else max(end, reached)
    return total_s


def _left_s(
    workflow: Workflow, steps: Sequence[StepView], medians: Mapping[str, float]
) -> float | None:
    """The longest way through the steps that have not ended; None without any history."""
    known = [seconds for kind, seconds in medians.items() if seconds > 0]
    if not known:
        return None
    typical_s = sum(known) / len(known)
    views = {step.id: step for step in steps}
    ends: dict[str, float] = {}
    for step in _in_order(workflow):
        ready_s = max((ends.get(step_of(source), 0.0) for source in step.sources()), default=0.0)
        ends[step.id] = ready_s + _rest_s(views[step.id], medians.get(step.kind, typical_s))
    return max(ends.values())


def _rest_s(step: StepView, median_s: float) -> float:
    """Seconds that a step still takes."""
    if step.ended:
        return 0.0
    if step.items is not None:
        return median_s * max(0, step.items - step.items_done) / _MAPPED_AT_ONCE
    if step.state != "running":
        return median_s
    if step.progress > 0:  # what it says of itself, more and more as it goes
        measured_s = step.seconds / step.progress * (1 - step.progress)
        return step.progress * measured_s + (1 - step.progress) * max(0.0, median_s - step.seconds)
    return max(0.5, median_s - step.seconds)


def _in_order(workflow: Workflow) -> list[Step]:
    """Steps after what they read; a published workflow has no cycle."""
    left, placed = list(workflow.steps), set[str]()
    ordered: list[Step] = []
    while left:
        ready = [s for s in left if {step_of(source) for source in s.sources()} <= placed]
        ordered += ready or left
        placed |= {step.id for step in ordered}
        left = [step for step in left if step.id not in placed]
    return ordered
