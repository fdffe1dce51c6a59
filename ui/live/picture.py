"""A production at one moment as `Steps`, and what has changed since the last one. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from vid_pipeline.acts.following import StepView
from vid_pipeline.acts.watching import Sight
from vid_pipeline.records import StepTrace
from vid_pipeline.wire.events import LiveItem, LiveStep, Steps

Preview = Callable[[StepTrace], str]
_STATES = {"waiting": "asking"}
"""A trace that waits has asked people; a step that waits has not begun."""

_NOTE = 60


def steps_of(sight: Sight, preview: Preview, writing: Mapping[str, str] = {}) -> Steps:
    """All steps; `preview` gives the address of a picture of what a try gave, or "".

    `writing` are the texts, by step key, that agents are at: their ends are better notes.
    """
    newest: dict[str, StepTrace] = {}
    for trace in sight.traces:
        newest[trace.step_key] = trace
    spent = sight.all_traces
    return Steps(
        state=sight.production.state,
        share=round(min(1.0, max(0.0, sight.share)), 3),
        elapsed_s=round(sight.elapsed_s, 1),
        left_s=None if sight.view.left_s is None else round(sight.view.left_s, 1),
        cost_usd=round(sum(trace.cost_usd for trace in spent), 6),
        input_tokens=sum(trace.input_tokens for trace in spent),
        output_tokens=sum(trace.output_tokens for trace in spent),
        steps=tuple(
            _step(
                _noted(step, writing),
                [t for t in newest.values() if t.step_id == step.id],
                sight,
                preview,
            )
            for step in sight.view.steps
        ),
    )


def changes(before: Steps, after: Steps) -> Steps:
    """`after` with only the steps that are not as they were."""
    known = {step.id: step for step in before.steps}
    return after.model_copy(
        update={"steps": tuple(step for step in after.steps if known.get(step.id) != step)}
    )


def _noted(step: StepView, writing: Mapping[str, str]) -> StepView:
    lines = writing.get(step.id, "").strip().splitlines()
    return replace(step, note=lines[-1][-_NOTE:]) if lines else step


def _step(step: StepView, traces: Sequence[StepTrace], sight: Sight, preview: Preview) -> LiveStep:
    mapped = step.items is not None
    single = traces[-1] if traces and not mapped else None
    return LiveStep(
        id=step.id,
        title=step.title,
        state=step.state,
        seconds=round(step.seconds, 1),
        progress=round(min(1.0, max(0.0, step.progress)), 3),
        note=step.note,
        cost_usd=round(sum(t.cost_usd for t in sight.all_traces if t.step_id == step.id), 6),
        items=tuple(_item(one, sight, preview) for one in sorted(traces, key=_place))
        if mapped
        else (),
        items_total=step.items,
        error=step.error,
        preview=preview(single) if single else "",
    )


def _item(trace: StepTrace, sight: Sight, preview: Preview) -> LiveItem:
    seconds = ((trace.ended_at or sight.now) - trace.started_at).total_seconds()
    return LiveItem(
        key=trace.step_key,
        state=_STATES.get(trace.state, trace.state),
        seconds=round(max(0.0, seconds), 1),
        progress=1.0 if trace.ended_at else trace.progress,
        note=trace.note if trace.state == "running" else "",
        error=trace.error if trace.state == "failed" else None,
        preview=preview(trace),
    )


def _place(trace: StepTrace) -> tuple[int, str]:
    """Items in their order: `s2` before `s10`."""
    return len(trace.step_key), trace.step_key
