"""What may be joined to what: the types of sources and inputs, and the branches they hang on.

Pure functions over a workflow whose step ids are unique; used by `check` and by the graph builder.
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import ValidationError

from vid_pipeline.artifacts import Artifact
from vid_pipeline.drawn_schema import Record, spelled
from vid_pipeline.kinds import Branch, Catalog, StepKind
from vid_pipeline.workflow import AnyOf, Feed, Step, Workflow, field_of, sources_of, step_of

Condition = frozenset[str]


@dataclass(frozen=True)
class Wiring:
    """A workflow beside its kinds. Steps of unknown kind have no entry in `kinds`."""

    workflow: Workflow
    catalog: Catalog
    steps: Mapping[str, Step] = field(init=False)
    kinds: Mapping[str, StepKind] = field(init=False)

    def __post_init__(self) -> None:
        steps = {step.id: step for step in self.workflow.steps}
        kinds = {s.id: self.catalog[s.kind] for s in steps.values() if s.kind in self.catalog}
        object.__setattr__(self, "steps", steps)
        object.__setattr__(self, "kinds", kinds)
        for step_id in self.order:  # what an open kind is depends on what feeds it
            if step_id in kinds:
                kinds[step_id] = self._settled(steps[step_id], kinds[step_id])

    def _settled(self, step: Step, kind: StepKind) -> StepKind:
        """The kind as settings shape it, its type variable replaced by what the step is fed."""
        kind = self._fed(step, _shaped(step, kind))
        opens = {name: needs for name, needs in kind.inputs.items() if _is_open(needs)}
        if not opens:
            named = self._named_type(step) if isinstance(kind.output, TypeVar) else None
            return kind if named is None else replace(kind, output=named)
        given = (self._given(step, name, needs) for name, needs in opens.items())
        real = next((found for found in given if found is not None), Artifact)
        inputs = {name: _filled(needs, real) for name, needs in kind.inputs.items()}
        return replace(kind, inputs=inputs, output=_filled(kind.output, real))

    def _fed(self, step: Step, kind: StepKind) -> StepKind:
        """An open kind with the inputs that the step gives it."""
        if not kind.open:
            return kind
        found = {n: self._whatever(step, n) for n in step.inputs if n not in kind.inputs}
        return replace(kind, inputs={**kind.inputs, **found})

    def _whatever(self, step: Step, name: str) -> Any:
        """The type that an input takes if it takes what comes."""
        feed = step.inputs[name]
        if not isinstance(feed, str):
            return Artifact if isinstance(feed, AnyOf) else tuple[Artifact, ...]
        gives = self.output_of(feed)
        return (item_of(gives) if name == step.over else gives) or Artifact

    def _named_type(self, step: Step) -> type[Artifact]:
        """The artifact that a step's setting `type` names; any if it names none."""
        for kind in self.catalog.values():
            for annotation in (kind.output, *kind.inputs.values()):
                plain = item_of(without_none(annotation)) or without_none(annotation)
                if getattr(plain, "__name__", None) == step.params.get("type"):
                    return plain if isinstance(plain, type) else Artifact
        return Artifact

    def _given(self, step: Step, name: str, needs: Any) -> Any:
        """The artifact that an input of open type gets, or None when it is not joined rightly."""
        feed = step.inputs.get(name)
        if feed is None:
            return None
        gives = without_none(self.output_of(sources_of(feed)[0]))
        one_by_one = item_of(needs) is None or not isinstance(feed, str)
        found = gives if one_by_one and name != step.over else item_of(gives)
        return found if isinstance(found, type) and issubclass(found, Artifact) else None

    def output_of(self, source: str) -> Any:
        """The type a source gives, or None when it names nothing.

        A step that is mapped gives `tuple[T, ...]`; a branch must be named with a field.
        """
        step, name = self.steps.get(step_of(source)), field_of(source)
        kind = self.kinds.get(step.id) if step else None
        if step is None or kind is None:
            return None
        if self.is_mapped(step.id):
            return tuple[kind.output, ...] if name is None else None  # type: ignore[name-defined]
        if name is None:
            return None if issubclass(kind.output, Branch) else kind.output
        member = kind.output.model_fields.get(name)
        return None if member is None else without_none(member.annotation)

    def is_mapped(self, step: str) -> bool:
        """Whether a step runs once for each item of a list."""
        return step in self.steps and self.steps[step].over is not None

    def follows_items(self, step: Step, name: str) -> bool:
        """Whether an input takes a mapped step item by item, not all its results."""
        feed = step.inputs.get(name)
        return name == step.over and isinstance(feed, str) and self.is_mapped(step_of(feed))

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Step ids, sources before what they feed; steps on a cycle are left out."""
        placed: dict[str, None] = {}
        rest = dict(self.steps)
        while ready := [i for i, s in rest.items() if self._upstream(s) <= placed.keys()]:
            for step_id in ready:
                placed[step_id] = None
                del rest[step_id]
        return tuple(placed)

    def _upstream(self, step: Step) -> set[str]:
        return {step_of(source) for source in step.sources()} & self.steps.keys()

    @cached_property
    def conditions(self) -> Mapping[str, Condition]:
        """For each step the branch outputs, as sources, that must be chosen for it to run."""
        found: dict[str, Condition] = {}
        for step_id in self.order:
            step = self.steps[step_id]
            parts = [self.condition_of_feed(feed, found) for feed in step.inputs.values()]
            if step.when is not None:
                parts.append(self.condition_of(step.when, found))
            found[step_id] = frozenset().union(*parts)
        return found

    def condition_of(self, source: str, known: Mapping[str, Condition] | None = None) -> Condition:
        """What must be chosen for a source to arrive."""
        above = (self.conditions if known is None else known).get(step_of(source), frozenset())
        kind = self.kinds.get(step_of(source))
        own = {source} if kind is not None and issubclass(kind.output, Branch) else frozenset()
        return above | own

    def condition_of_feed(self, feed: Feed, known: Mapping[str, Condition]) -> Condition:
        """What must be chosen for an input to arrive: all of its sources', or what they share."""
        parts = [self.condition_of(source, known) for source in sources_of(feed)]
        if isinstance(feed, AnyOf):
            return frozenset.intersection(*parts)
        return frozenset().union(*parts)


def _shaped(step: Step, kind: StepKind) -> StepKind:
    """The kind with the output and inputs that its settings make; itself if they are not valid."""
    if kind.shape is None:
        return kind
    try:
        shape = kind.shape(kind.params.model_validate(step.params))
    except ValidationError:
        return kind
    return replace(kind, output=shape.output, inputs={**kind.inputs, **shape.inputs})


def downstream(wiring: Wiring, step_id: str) -> set[str]:
    """The steps that hang on a step, itself left out."""
    found: set[str] = set()
    for other in wiring.order:
        above = {step_of(source) for source in wiring.steps[other].sources()}
        if above & (found | {step_id}):
            found.add(other)
    return found


def upstream(wiring: Wiring, step_id: str) -> set[str]:
    """The steps that a step hangs on, itself left out."""
    return {other for other in wiring.order if step_id in downstream(wiring, other)}


def list_op(wiring: Wiring, step: Step) -> str:
    """The hidden op that gives the items of a list, at the start of a chain of mapped steps."""
    feed = step.inputs[step.over or ""]
    assert isinstance(feed, str), "a mapped input has one source"
    if wiring.is_mapped(step_of(feed)):
        return list_op(wiring, wiring.steps[step_of(feed)])
    return feed.replace(".", "__")


def without_none(annotation: Any) -> Any:
    """`T` of `T | None`; anything else unchanged."""
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [arg for arg in get_args(annotation) if arg is not type(None)]
        return rest[0] if len(rest) == 1 else annotation
    return annotation


def is_optional(annotation: Any) -> bool:
    """Whether an input may be left out."""
    return without_none(annotation) is not annotation


def item_of(annotation: Any) -> Any:
    """`T` of `tuple[T, ...]`, or None."""
    args = get_args(annotation)
    listed = get_origin(annotation) is tuple and len(args) == 2 and args[1] is Ellipsis
    return args[0] if listed else None


def _is_open(annotation: Any) -> bool:
    annotation = without_none(annotation)
    return isinstance(annotation, TypeVar) or isinstance(item_of(annotation), TypeVar)


def _filled(annotation: Any, real: type[Artifact]) -> Any:
    """An annotation with its type variable replaced: `A`, `tuple[A, ...]`, `Listed[A]`."""
    if isinstance(annotation, TypeVar):
        return real
    if isinstance(item_of(annotation), TypeVar):
        return tuple[real, ...]  # type: ignore[valid-type]
    if getattr(annotation, "__pydantic_generic_metadata__", {}).get("parameters"):
        return annotation[real]
    if is_optional(annotation):
        return _filled(without_none(annotation), real) | None
    return annotation


def fits(gives: Any, needs: Any) -> bool:
    """Whether a value of one type may go where the other is needed."""
    gives, needs = without_none(gives), without_none(needs)
    given, needed = item_of(gives), item_of(needs)
    if given is not None or needed is not None:
        return given is not None and needed is not None and fits(given, needed)
    both = isinstance(gives, type) and isinstance(needs, type)
    return both and issubclass(gives, Artifact) and issubclass(gives, needs)


def spell(annotation: Any) -> str:
    """A type as people read it: `Script`, `list of Drawing`."""
    annotation = without_none(annotation)
    item = item_of(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return spelled(annotation)
    return f"list of {spell(item)}" if item else str(getattr(annotation, "__name__", annotation))
