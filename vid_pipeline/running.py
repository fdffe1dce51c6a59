"""Perform one step: find out whether it was done before, run it, record what it read and gave.

Knows no Dagster: `graph` calls it for every op, tests call it with fakes.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel

from vid_pipeline import cancel
from vid_pipeline.artifacts import Artifact, MediaRef
from vid_pipeline.asking import Waits
from vid_pipeline.errors import Cancelled, OverBudget, StoreError, VidPipelineError
from vid_pipeline.kinds import ALL_PORTS, StepKind, StepParams
from vid_pipeline.ports import Ports, Store, Turn

Inputs = Mapping[str, Artifact | tuple[Artifact, ...] | None]


@dataclass(frozen=True)
class StepPlace:
    """Where a step stands: its run, its id in the workflow, its key in the run, which attempt."""

    run_id: str
    step_id: str
    step_key: str
    kind: str
    attempt: int = 1


@dataclass(frozen=True)
class Remembered:
    """An output of an earlier run: that run, and the artifact's JSON in the store."""

    run_id: str
    output: MediaRef


@dataclass(frozen=True)
class Performed:
    """What a step gave; `reused_from` is the run it was taken from, if it was."""

    output: Artifact
    output_ref: MediaRef
    reused_from: str | None = None


@dataclass(frozen=True)
class Basis:
    """All that an output depends on: kind and settings, inputs, feedback, engines.

    `definition` and `fingerprint` are SHA-256 of the kind with its settings, and of everything;
    `inputs` has those of each input's artifacts.
    """

    definition: str
    fingerprint: str
    inputs: Mapping[str, list[str]]
    turns: int = 0


@dataclass
class Spent:
    """What outside calls have cost the step that is at work."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0


class Recorder(Protocol):
    """Where steps leave their traces."""

    def turns(self, place: StepPlace) -> tuple[Turn, ...]:
        """What the step gave before in this production and was told of it, oldest first."""
        ...

    def given(self, place: StepPlace) -> Remembered | None:
        """What the step has given already where another one is run alone; it is not run then."""
        ...

    def begin(self, place: StepPlace, basis: Basis) -> str:
        """Open a trace and return its id; it is the calling step's until it is closed."""
        ...

    def remembered(self, place: StepPlace, fingerprint: str) -> Remembered | None:
        """The newest finished step of this owner with the same fingerprint, if reuse is on."""
        ...

    def finish(
        self, trace: str, output: MediaRef, *, reused_from: str | None, spent: Spent
    ) -> None: ...

    def fail(self, trace: str, error: str, *, cancelled: bool, spent: Spent) -> None: ...

    def wait(self, trace: str, why: str, *, spent: Spent) -> None:
        """Close a trace whose step has asked people and gave nothing."""
        ...

    def held(self, place: StepPlace, cap: OverBudget) -> Waits:
        """Ask people to raise a cap that a step has met; what the step then raises."""
        ...


@dataclass(frozen=True)
class AtWork:
    """The step that the calling thread performs, for ports that report or spend on its behalf.

    What a port opens for it is closed by `ends`, whatever the step's end.
    """

    trace: str
    place: StepPlace
    spent: Spent
    turns: tuple[Turn, ...] = ()
    ends: ExitStack = field(default_factory=ExitStack, compare=False)


AT_WORK: ContextVar[AtWork | None] = ContextVar("at_work", default=None)


def perform(
    kind: StepKind,
    params: StepParams,
    inputs: Inputs,
    ports: Mapping[str, Any],
    *,
    place: StepPlace,
    store: Store,
    recorder: Recorder,
) -> Performed:
    """Run the kind, or reuse what it gave before for the same settings and inputs.

    Raises:
        Waits: the step has asked people; its trace is closed as waiting.
        StoreError: it was given instead of run, and what was given is gone.
        VidPipelineError: whatever the kind raised; the trace is closed as failed or cancelled.
    """
    if (given := recorder.given(place)) is not None:
        return _given(kind, given, store)
    turns = recorder.turns(place)
    basis = basis_of(kind, params, inputs, ports, turns)
    trace, spent = recorder.begin(place, basis), Spent()
    step = AtWork(trace, place, spent, turns)
    token = AT_WORK.set(step)
    stop = cancel.token_of(place.run_id)
    try:
        stop.check()
        done = _reuse(kind, place, basis.fingerprint, store, recorder)
        done = done or _run(kind, params, inputs, ports, store)
        recorder.finish(trace, done.output_ref, reused_from=done.reused_from, spent=spent)
    except (Waits, OverBudget) as reason:
        waits = _waits(recorder, place, trace, reason, spent)
        recorder.wait(trace, waits.title, spent=spent)
        raise waits from None
    except BaseException as error:
        # What fails after a stop fails by it: its browser was ended, its connection cut.
        stopped = isinstance(error, Cancelled) or stop.requested
        recorder.fail(trace, explain(error), cancelled=stopped, spent=spent)
        raise
    finally:
        AT_WORK.reset(token)
        step.ends.close()
    return done


def _waits(
    recorder: Recorder, place: StepPlace, trace: str, reason: Waits | OverBudget, spent: Spent
) -> Waits:
    """What the step waits for: what it has asked, or a cap that is to be raised."""
    if isinstance(reason, Waits):
        return reason
    try:
        return recorder.held(place, reason)
    except BaseException as error:
        recorder.fail(trace, explain(error), cancelled=False, spent=spent)
        raise


class StepConversation:
    """Port `Conversation`: the turns of the step that the calling thread performs."""

    @property
    def turns(self) -> tuple[Turn, ...]:
        step = AT_WORK.get()
        return step.turns if step else ()


def _run(
    kind: StepKind, params: StepParams, inputs: Inputs, ports: Mapping[str, Any], store: Store
) -> Performed:
    taken = {ALL_PORTS: Ports(**ports)} if kind.bundle else ports
    output = _as_declared(kind, kind.run(params, **kind.seen(inputs), **taken))
    ref = store.put_bytes(output.model_dump_json().encode(), "application/json")
    return Performed(output, ref)


def _as_declared(kind: StepKind, output: Artifact) -> Artifact:
    """A generic artifact as the one that the workflow makes of it: `Listed` → `Listed[Scene]`."""
    if isinstance(output, kind.output) or not issubclass(kind.output, type(output)):
        return output
    return kind.output(**{name: getattr(output, name) for name in type(output).model_fields})


def _reuse(
    kind: StepKind, place: StepPlace, fingerprint: str, store: Store, recorder: Recorder
) -> Performed | None:
    found = recorder.remembered(place, fingerprint) if kind.reusable else None
    if found is None:
        return None
    try:
        return _read_back(kind, found, store)
    except (StoreError, ValueError):
        return None  # gone or of an older shape: do it again


def _given(kind: StepKind, found: Remembered, store: Store) -> Performed:
    try:
        return _read_back(kind, found, store)
    except ValueError as error:
        raise StoreError(
            f"What {kind.name!r} gave before has another shape now. Run that step again."
        ) from error


def _read_back(kind: StepKind, found: Remembered, store: Store) -> Performed:
    """What a step gave before, with all its media."""
    output = kind.output.model_validate_json(store.path(found.output).read_bytes())
    for ref in media_of(output):
        store.path(ref)
    return Performed(output, found.output, reused_from=found.run_id)


def explain(error: BaseException) -> str:
    """An error in one line for people; ours as they are, others with their type."""
    text = " ".join(str(error).split()) or "no message"
    return text if isinstance(error, VidPipelineError) else f"{type(error).__name__}: {text}"


def basis_of(
    kind: StepKind,
    params: StepParams,
    inputs: Inputs,
    ports: Mapping[str, Any],
    turns: tuple[Turn, ...] = (),
) -> Basis:
    """What an output depends on: kind, version, settings, inputs, engines, feedback."""
    digests = {name: digests_of(value) for name, value in inputs.items()}
    needed = digests
    if kind.ignores:
        needed = {name: digests_of(value) for name, value in kind.seen(inputs).items()}
    engines = {name: getattr(ports[name], "fingerprint", "") for name in sorted(kind.ports)}
    whole = [kind.name, kind.version, params.model_dump(mode="json"), needed, engines]
    heard = [[turn.gave, turn.feedback] for turn in turns]
    fingerprint = _sha([*whole, heard] if heard else whole)
    return Basis(definition_of(kind, params), fingerprint, digests, len(turns))


def definition_of(kind: StepKind, params: StepParams) -> str:
    """SHA-256 of what a step does: its kind, the kind's version, its settings."""
    return _sha([kind.name, kind.version, params.model_dump(mode="json")])


def _sha(basis: list[Any]) -> str:
    text = json.dumps(basis, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def digests_of(value: Artifact | tuple[Artifact, ...] | None) -> list[str]:
    """SHA-256 of each artifact's JSON, in order."""
    values = value if isinstance(value, tuple) else (value,)
    return [hashlib.sha256(v.model_dump_json().encode()).hexdigest() for v in values if v]


def media_of(value: object) -> Iterator[MediaRef]:
    """Every file an artifact refers to, at any depth."""
    if isinstance(value, MediaRef):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from media_of(getattr(value, name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from media_of(item)
