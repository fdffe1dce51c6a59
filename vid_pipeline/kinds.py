"""The contract between a step kind and the framework.

A kind is a plain function whose signature has three zones::

    def narrate(params: Params, storyboard: Storyboard, *, speech: Speech) -> Narration
                ^ settings      ^ inputs                  ^ ports             ^ output

An input annotated `tuple[T, ...]` takes several sources, or all results of a mapped step.
A kind that chooses returns a `Branch`: the fields it sets are the outputs that go on.
A kind over any artifact says so by the type variable `A`; the workflow decides what it is.
A kind that takes `**given` has as many inputs as a step feeds it, by any name; one that takes
`ports: Ports` gets all of them, to hand them on.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self, TypeVar, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict

from vid_pipeline.artifacts import Artifact
from vid_pipeline.ports import Ports
from vid_pipeline.workflow import Step

PORTS = frozenset(one.name for one in fields(Ports))
CONVERSATION = "conversation"
"""The port by which a kind hears feedback, so that a gate may send it back."""
ALL_PORTS = "ports"
"""The keyword by which a kind asks for the whole bundle."""


class StepParams(BaseModel):
    """Base of a kind's settings; the editor draws its form from the JSON Schema."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Branch(Artifact):
    """Base of a choice: every field is an output of type `T | None`; None means not taken."""


@dataclass(frozen=True)
class Retry:
    """How often a step is tried again after a `ToolError`, and the first wait in seconds."""

    times: int = 0
    delay_s: float = 1.0


@dataclass(frozen=True)
class Shape:
    """What a step's settings make of its kind: the artifact it gives, and inputs it must get."""

    output: type[Artifact]
    inputs: Mapping[str, Any] = field(default_factory=dict)


Shaper = Callable[[Any], Shape]
"""From a step's settings."""
Finder = Callable[[Step, Any, Mapping[str, Any]], Iterable[str]]
"""What is wrong with a step beyond its joins: from itself, its settings, its inputs' types."""
Gated = Callable[[Any], Collection[str]]
"""From a step's settings, the inputs that must come straight from a gate."""
Sends = Callable[[Any], Collection[str]]
"""From a step's settings, the destinations that it sends to, by name."""


Given = Artifact | tuple[Artifact, ...] | None
"""What an input may hold."""


@dataclass(frozen=True)
class StepKind:
    """A step kind, read off a function's signature."""

    name: str
    run: Callable[..., Artifact]
    params: type[StepParams]
    inputs: Mapping[str, Any]
    output: type[Artifact]
    ports: frozenset[str]
    version: str = "1"
    retry: Retry = Retry()
    reusable: bool = True
    deliverable: str | None = None
    pool: str | None = None
    gate: bool = False
    open: bool = False
    bundle: bool = False
    shape: Shaper | None = None
    faults: Finder | None = None
    gated: Gated | None = None
    sends: Sends | None = None
    ignores: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        run: Callable[..., Artifact],
        *,
        version: str = "1",
        retry: Retry = Retry(),
        reusable: bool = True,
        deliverable: str | None = None,
        pool: str | None = None,
        gate: bool = False,
        shape: Shaper | None = None,
        faults: Finder | None = None,
        gated: Gated | None = None,
        sends: Sends | None = None,
        ignores: Mapping[str, Collection[str]] | None = None,
    ) -> Self:
        """The kind that a function is.

        Args:
            run: the function.
            version: raise it when the same inputs would give another output.
            retry: what to do after a `ToolError`.
            reusable: False when the output is more than its inputs (a delivery, the brief).
            deliverable: what people call the output, if they would look for it; makes an asset.
            pool: Dagster pool whose limit the step counts against, over all runs.
            gate: it asks people, and gives nothing until they have decided.
            shape: what the settings make of it, if its output depends on them.
            faults: finds what is wrong with a step of it that joins and settings do not show.
            gated: the inputs that people must have approved, by its settings.
            sends: the destinations that it sends to, by its settings.
            ignores: fields of inputs that it does not need. It gets them at their defaults, so that
                its output is the same, and is reused, whatever they are.

        Raises:
            TypeError: the signature does not have the three zones.
        """
        hints = get_type_hints(run)
        signature = inspect.signature(run).parameters
        ports = frozenset(p.name for p in signature.values() if p.kind is p.KEYWORD_ONLY)
        opens = frozenset(p.name for p in signature.values() if p.kind is p.VAR_KEYWORD)
        bundle = hints.get(ALL_PORTS) is Ports and ALL_PORTS in ports
        asked = PORTS if bundle else ports
        _refuse_wrong_zones(run, list(signature), hints, asked)
        inputs = [name for name in signature if name not in ports | opens | {"params"}]
        ignored = {name: frozenset(fields) for name, fields in (ignores or {}).items()}
        _refuse_needed(run, ignored, hints)
        return cls(
            name=run.__name__,
            run=run,
            params=hints["params"],
            inputs={name: hints[name] for name in inputs},
            output=hints["return"],
            ports=asked,
            version=version,
            retry=retry,
            reusable=reusable,
            deliverable=deliverable,
            pool=pool,
            gate=gate,
            open=bool(opens),
            bundle=bundle,
            shape=shape,
            faults=faults,
            gated=gated,
            sends=sends,
            ignores=ignored,
        )

    def seen(self, inputs: Mapping[str, Given]) -> dict[str, Given]:
        """Inputs as the function gets them: what it ignores is at its default."""
        return {name: _without(value, self.ignores.get(name)) for name, value in inputs.items()}

    @property
    def summary(self) -> str:
        """First line of the function's docstring."""
        return (inspect.getdoc(self.run) or self.name).splitlines()[0]


def _refuse_wrong_zones(
    run: Callable[..., Artifact], names: list[str], hints: dict[str, Any], ports: frozenset[str]
) -> None:
    if unknown := sorted(ports - PORTS):
        raise TypeError(f"{run.__name__}() asks for unknown ports: {', '.join(unknown)}.")
    if not names or names[0] != "params" or not issubclass(hints["params"], StepParams):
        raise TypeError(f"{run.__name__}() must take `params: <a StepParams>` first.")
    if not _is_artifact(hints.get("return")):
        raise TypeError(f"{run.__name__}() must say which Artifact it returns.")


def _refuse_needed(
    run: Callable[..., Artifact], ignored: Mapping[str, frozenset[str]], hints: dict[str, Any]
) -> None:
    for name, unneeded in ignored.items():
        models = [one for one in (hints[name], *get_args(hints[name])) if _is_artifact(one)]
        members = [one for model in models for one in model.model_fields.items()]
        known = {member for member, one in members if not one.is_required()}
        if unknown := ", ".join(sorted(unneeded - known)):
            raise TypeError(f"{run.__name__}() cannot ignore {unknown} of {name}: no default.")


def _without(value: Given, fields: frozenset[str] | None) -> Given:
    if not fields or not isinstance(value, Artifact):
        return value
    plain = {f: type(value).model_fields[f].get_default(call_default_factory=True) for f in fields}
    return value.model_copy(update=plain)


def _is_artifact(annotation: Any) -> bool:
    plain = annotation.__bound__ if isinstance(annotation, TypeVar) else annotation
    return isinstance(plain, type) and issubclass(plain, Artifact)


class Catalog(Mapping[str, StepKind]):
    """The kinds of one installation, by name."""

    def __init__(self, kinds: Iterable[StepKind]) -> None:
        self._kinds = {kind.name: kind for kind in kinds}

    def __getitem__(self, name: str) -> StepKind:
        return self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    def schemas(self) -> dict[str, dict[str, Any]]:
        """JSON Schema of every kind's settings, by kind name."""
        return {name: kind.params.model_json_schema() for name, kind in self._kinds.items()}
