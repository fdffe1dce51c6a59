"""How a production stands: which steps hold, which are left to run, and why. Pure, over traces.

A step holds when its newest try gave an output that is still there, from the same settings and
the same inputs as it would have now, and nobody has asked for it to be done anew.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import ValidationError

from vid_pipeline.artifacts import Artifact
from vid_pipeline.kinds import StepKind
from vid_pipeline.records import StepTrace
from vid_pipeline.running import definition_of, digests_of
from vid_pipeline.wiring import Wiring, list_op
from vid_pipeline.workflow import AnyOf, Feed, Step, field_of, sources_of, step_of

Why = Literal["new", "failed", "waiting", "asked", "changed", "gone", "unsure", "after"]
Load = Callable[[StepTrace, type[Artifact]], Artifact | None]

_GOOD = {"done", "reused"}
_ANY = "?"


@dataclass(frozen=True)
class Facts:
    """What is known of a production.

    `traces` are in the order they started; `turns` count the feedback to each step; `redo` says
    when somebody last wanted a step done anew; `unsure` are runs that ended without telling.
    With `trusting` what a step gave last holds, whatever it was made from.
    """

    traces: Sequence[StepTrace] = ()
    turns: Mapping[str, int] = field(default_factory=dict)
    redo: Mapping[str, datetime] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    trusting: bool = False


@dataclass(frozen=True)
class Standing:
    """`holds` by step key; `left` says why each other one is to run; `unwanted` steps never will.

    Keys are Dagster's: `narrate`, `draw[s2]`, or `draw[?]` while the items are not known. `whole`
    are those of a run that begins anew, where that is not to run all there is.
    """

    holds: Mapping[str, StepTrace]
    left: Mapping[str, Why]
    unwanted: frozenset[str]
    whole: tuple[str, ...] | None = None

    @property
    def selection(self) -> tuple[str, ...] | None:
        """The keys for a re-execution; None when nothing holds, so that all is run."""
        return tuple(self.left) if self.holds else self.whole

    @property
    def finished(self) -> bool:
        return not self.left


def any_item(step_id: str) -> str:
    """The key of a mapped step whose items are not known."""
    return f"{step_id}[{_ANY}]"


def standing(wiring: Wiring, facts: Facts, load: Load) -> Standing:
    """How it stands; `load` gives what a trace says it has given, None when that is gone."""
    survey = _Survey(wiring, facts, load)
    for step_id in wiring.order:
        survey.visit(wiring.steps[step_id], wiring.kinds[step_id])
    return Standing(survey.holds, survey.left, frozenset(survey.unwanted))


class _Survey:
    def __init__(self, wiring: Wiring, facts: Facts, load: Load) -> None:
        self.wiring, self.facts, self.load = wiring, facts, load
        self.newest = {trace.step_key: trace for trace in facts.traces}
        self.holds: dict[str, StepTrace] = {}
        self.left: dict[str, Why] = {}
        self.unwanted: set[str] = set()
        self.outputs: dict[str, Artifact] = {}
        self.items: dict[str, list[str]] = {}

    def visit(self, step: Step, kind: StepKind) -> None:
        if self._is_unwanted(step):
            self.unwanted.add(step.id)
        elif step.over is None:
            self._judge(step, kind, step.id, None)
        else:
            self._visit_items(step, kind)

    def _is_unwanted(self, step: Step) -> bool:
        """Whether it hangs on a branch that was not taken."""
        for source in self.wiring.conditions[step.id]:
            chosen = self.outputs.get(step_of(source))
            if step_of(source) in self.unwanted:
                return True
            if chosen is not None and getattr(chosen, field_of(source) or "", None) is None:
                return True
        return False

    def _visit_items(self, step: Step, kind: StepKind) -> None:
        feed = step.inputs[step.over or ""]
        assert isinstance(feed, str), "a mapped input has one source"
        ids = self._ids(step, feed)
        if ids is None:
            self.left[list_op(self.wiring, step)] = "after"
            self.left[any_item(step.id)] = "after"
            return
        self.items[step.id] = ids
        for item in ids:
            self._judge(step, kind, f"{step.id}[{item}]", item)

    def _ids(self, step: Step, feed: str) -> list[str] | None:
        """The items' ids, as Dagster knows them too; None when they are to be told again."""
        if self.wiring.follows_items(step, step.over or ""):
            return self.items.get(step_of(feed))
        source = self.holds.get(step_of(feed))
        if source is None:
            return None
        ids = [one.id for one in getattr(self.outputs[step_of(feed)], field_of(feed) or "")]
        known = not ids or self.facts.trusting or self._was_listed(feed, source)
        return ids if known else None

    def _was_listed(self, feed: str, source: StepTrace) -> bool:
        """Whether an item of it was worked on since: then Dagster has its list."""
        over = {
            step.id
            for step in self.wiring.workflow.steps
            if step.over is not None and step.inputs.get(step.over) == feed
        }
        return any(
            trace.step_id in over
            and trace.started_at >= source.started_at
            and trace.run_id not in self.facts.unsure
            for trace in self.facts.traces
        )

    def _judge(self, step: Step, kind: StepKind, key: str, item: str | None) -> None:
        trace = self.newest.get(key)
        why = self._why(step, kind, key, item, trace)
        if why is not None or trace is None:
            self.left[key] = why or "new"
            return
        output = self.load(trace, kind.output)
        if output is None:
            self.left[key] = "gone"
            return
        self.holds[key], self.outputs[key] = trace, output

    def _why(
        self, step: Step, kind: StepKind, key: str, item: str | None, trace: StepTrace | None
    ) -> Why | None:
        """Why a step has to run; None if what it gave may hold."""
        if trace is None:
            return "after" if self._is_pending(step, item) else "new"
        if trace.state == "waiting":
            return "waiting"
        if self._is_pending(step, item):
            return "after"
        if trace.state not in _GOOD:
            return "failed"
        if self.facts.trusting:
            return None
        if trace.run_id in self.facts.unsure:
            return "unsure"
        asked = self.facts.redo.get(key) or self.facts.redo.get(step.id)
        if self.facts.turns.get(key, 0) > trace.turns or (asked and asked > trace.started_at):
            return "asked"
        return None if self._is_same(step, kind, item, trace) else "changed"

    def _is_pending(self, step: Step, item: str | None) -> bool:
        """Whether something that it reads is itself left to run."""
        return any(self._is_left(source, step, item) for source in self._arriving(step))

    def _arriving(self, step: Step) -> Iterator[str]:
        for source in step.sources():
            if step_of(source) not in self.unwanted:
                yield source

    def _is_left(self, source: str, step: Step, item: str | None) -> bool:
        above = step_of(source)
        if not self.wiring.is_mapped(above):
            return above in self.left
        if item is not None and step.over and step.inputs[step.over] == source:
            return f"{above}[{item}]" in self.left
        return any(key.startswith(f"{above}[") for key in self.left)

    def _is_same(self, step: Step, kind: StepKind, item: str | None, trace: StepTrace) -> bool:
        try:
            params = kind.params.model_validate(step.params)
        except ValidationError:
            return False
        if trace.definition not in {None, definition_of(kind, params)}:
            return False
        given: dict[str, list[str]] = {name: [] for name in kind.inputs}
        given |= {name: self._digests(step, name, item) for name in step.inputs}
        return given == {name: trace.inputs.get(name, []) for name in given}

    def _digests(self, step: Step, name: str, item: str | None) -> list[str]:
        feed = step.inputs[name]
        if name == step.over and item is not None:
            return digests_of(self._item(str(feed), item))
        if isinstance(feed, AnyOf):
            arrived = [s for s in sources_of(feed) if step_of(s) not in self.unwanted]
            return self._of_feed(arrived[0]) if arrived else []
        return self._of_feed(feed)

    def _of_feed(self, feed: Feed) -> list[str]:
        found: list[str] = []
        for source in sources_of(feed):
            found += digests_of(self._value(source))
        return found

    def _item(self, feed: str, item: str) -> Artifact | None:
        above = step_of(feed)
        if self.wiring.is_mapped(above):
            return self.outputs.get(f"{above}[{item}]")
        listed = getattr(self.outputs[above], field_of(feed) or "")
        return next((one for one in listed if one.id == item), None)

    def _value(self, source: str) -> Any:
        above, member = step_of(source), field_of(source)
        if self.wiring.is_mapped(above):
            return tuple(self.outputs[f"{above}[{item}]"] for item in self.items.get(above, []))
        output = self.outputs.get(above)
        return output if member is None or output is None else getattr(output, member)
