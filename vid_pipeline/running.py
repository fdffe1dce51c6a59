"""Perform one step: find out whether it was done before, run it, record what it read and gave.

Knows no Dagster: `graph` calls it for every op, tests call it with fakes.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel

from vid_pipeline import cancel
from vid_pipeline.artifacts import Artifact, MediaRef
from vid_pipeline.errors import Cancelled, StoreError, VidPipelineError
from vid_pipeline.kinds import StepKind, StepParams
from vid_pipeline.ports import Store

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


@dataclass
class Spent:
    """What outside calls have cost the step that is at work."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0


class Recorder(Protocol):
    """Where steps leave their traces."""

    def begin(self, place: StepPlace, *, fingerprint: str, inputs: Mapping[str, list[str]]) -> str:
        """Open a trace and return its id; it is the calling step's until it is closed."""
        ...

    def remembered(self, fingerprint: str) -> Remembered | None:
        """The newest finished step of this owner with the same fingerprint, if reuse is on."""
        ...

    def finish(
        self, trace: str, output: MediaRef, *, reused_from: str | None, spent: Spent
    ) -> None: ...

    def fail(self, trace: str, error: str, *, cancelled: bool, spent: Spent) -> None: ...


@dataclass(frozen=True)
class AtWork:
    """The step that the calling thread performs, for ports that report or spend on its behalf."""

    trace: str
    place: StepPlace
    spent: Spent


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
        VidPipelineError: whatever the kind raised; the trace is closed as failed or cancelled.
    """
    digests = {name: digests_of(value) for name, value in inputs.items()}
    fingerprint = fingerprint_of(kind, params, digests, ports)
    trace = recorder.begin(place, fingerprint=fingerprint, inputs=digests)
    spent = Spent()
    token = AT_WORK.set(AtWork(trace, place, spent))
    stop = cancel.token_of(place.run_id)
    try:
        stop.check()
        done = _reuse(kind, fingerprint, store, recorder)
        if done is None:
            output = kind.run(params, **inputs, **ports)
            ref = store.put_bytes(output.model_dump_json().encode(), "application/json")
            done = Performed(output, ref)
        recorder.finish(trace, done.output_ref, reused_from=done.reused_from, spent=spent)
    except BaseException as error:
        # What fails after a stop fails by it: its browser was ended, its connection cut.
        stopped = isinstance(error, Cancelled) or stop.requested
        recorder.fail(trace, explain(error), cancelled=stopped, spent=spent)
        raise
    finally:
        AT_WORK.reset(token)
    return done


def _reuse(kind: StepKind, fingerprint: str, store: Store, recorder: Recorder) -> Performed | None:
    found = recorder.remembered(fingerprint) if kind.reusable else None
    if found is None:
        return None
    try:
        output = kind.output.model_validate_json(store.path(found.output).read_bytes())
        for ref in media_of(output):
            store.path(ref)
    except (StoreError, ValueError):
        return None  # gone or of an older shape: do it again
    return Performed(output, found.output, reused_from=found.run_id)


def explain(error: BaseException) -> str:
    """An error in one line for people; ours as they are, others with their type."""
    text = " ".join(str(error).split()) or "no message"
    return text if isinstance(error, VidPipelineError) else f"{type(error).__name__}: {text}"


def fingerprint_of(
    kind: StepKind,
    params: StepParams,
    digests: Mapping[str, list[str]],
    ports: Mapping[str, Any],
) -> str:
    """SHA-256 over all that an output depends on: kind, version, settings, inputs, engines."""
    engines = {name: getattr(ports[name], "fingerprint", "") for name in sorted(kind.ports)}
    basis = [kind.name, kind.version, params.model_dump(mode="json"), digests, engines]
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
