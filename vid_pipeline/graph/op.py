"""A step as a Dagster op: ports from resources, errors as failures, deliverables as assets.

An op whose step waits for people ends well and gives no output, so that Dagster skips what hangs
on it. An input of several sources is several ins: the op is skipped unless all of them arrive.
"""

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from vid_pipeline.artifacts import Artifact
from vid_pipeline.asking import Waits
from vid_pipeline.errors import Cancelled, VidPipelineError
from vid_pipeline.graph.lineage import Lineage
from vid_pipeline.graph.types import artifact_type
from vid_pipeline.kinds import Branch, StepKind, StepParams
from vid_pipeline.ports import Store
from vid_pipeline.running import Performed, Recorder, StepPlace, explain, perform
from vid_pipeline.wiring import without_none
from vid_pipeline.workflow import AnyOf, Step

RESULT = "result"
WAIT = "waits_for"
RECORDER, STORE = "recorder", "store"


def step_op(
    name: str, step: Step, kind: StepKind, ins: dict[str, dg.In], lineage: Lineage
) -> dg.OpDefinition:
    """The op of one step; `ins` are its inputs as Dagster sees them."""
    return dg.OpDefinition(
        compute_fn=_compute(step, kind, lineage),
        name=name,
        ins=ins,
        outs=_outs(kind),
        required_resource_keys=set(kind.ports) | {RECORDER, STORE},
        description=kind.summary,
        tags={"vidp/kind": kind.name},
        code_version=kind.version,
        pool=kind.pool,
    )


def _outs(kind: StepKind) -> dict[str, dg.Out]:
    if not issubclass(kind.output, Branch):
        return {RESULT: dg.Out(artifact_type(kind.output), is_required=False)}
    return {
        name: dg.Out(artifact_type(without_none(member.annotation)), is_required=False)
        for name, member in kind.output.model_fields.items()
    }


def _compute(step: Step, kind: StepKind, lineage: Lineage) -> Callable[..., Iterator[Any]]:
    params = kind.params.model_validate(step.params)

    def compute(context: dg.OpExecutionContext, inputs: dict[str, Any]) -> Iterator[Any]:
        inputs.pop(WAIT, None)
        try:
            done = _perform(context, step, kind, params, _arrived(step, kind, inputs))
        except Waits as waits:
            context.log.info(str(waits))
            return
        if done.reused_from:
            context.log.info(f"Reused from run {done.reused_from}: nothing it depends on changed.")
        store: Store = context.resources.store
        yield from lineage.events(step.id, done, store)
        yield from _outputs(done.output)

    return compute


def _perform(
    context: dg.OpExecutionContext,
    step: Step,
    kind: StepKind,
    params: StepParams,
    inputs: dict[str, Any],
) -> Performed:
    recorder: Recorder = context.resources.recorder
    place = StepPlace(
        run_id=context.run_id,
        step_id=step.id,
        step_key=context.get_step_execution_context().step.key,
        kind=kind.name,
        attempt=context.retry_number + 1,
    )
    ports = {name: getattr(context.resources, name) for name in kind.ports}
    try:
        return perform(
            kind,
            params,
            inputs,
            ports,
            place=place,
            store=context.resources.store,
            recorder=recorder,
        )
    except VidPipelineError as error:
        raise _failure(error) from error


def _failure(error: VidPipelineError) -> dg.Failure:
    facts = {name: str(value) for name, value in vars(error).items() if value is not None}
    retry = error.retryable and not isinstance(error, Cancelled)
    return dg.Failure(explain(error), metadata=facts, allow_retries=retry)


def _arrived(step: Step, kind: StepKind, inputs: dict[str, Any]) -> dict[str, Any]:
    """What came in, in the shapes the kind's function takes."""
    shaped: dict[str, Any] = dict.fromkeys(kind.inputs)
    for name, feed in step.inputs.items():
        if isinstance(feed, tuple):
            shaped[name] = tuple(inputs[part_of(name, n)] for n in range(len(feed)))
            continue
        value = inputs[name]
        if isinstance(value, list):
            value = value[0] if isinstance(feed, AnyOf) else tuple(value)
        shaped[name] = value
    return shaped


def part_of(name: str, number: int) -> str:
    """The in that takes one source of an input that has several."""
    return f"{name}__{number}"


def _outputs(output: Artifact) -> Iterator[dg.Output]:
    if not isinstance(output, Branch):
        yield dg.Output(output, RESULT)
        return
    for name in type(output).model_fields:
        chosen = getattr(output, name)
        if chosen is not None:
            yield dg.Output(chosen, name)
