"""Check a workflow against a catalogue: every fault at once. Pure: no database, no Dagster."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from vid_pipeline.errors import WorkflowError
from vid_pipeline.kinds import ALL_PORTS, CONVERSATION, PORTS, Branch, Catalog
from vid_pipeline.nesting import GIVEN
from vid_pipeline.wiring import Wiring, fits, is_optional, item_of, spell, upstream
from vid_pipeline.workflow import AnyOf, Feed, Step, Workflow, field_of, sources_of, step_of

_INPUT_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
RESERVED_INPUTS = PORTS | {ALL_PORTS, "params", "context", "waits_for"}
"""Names that an input of an open kind cannot have."""


def problems(workflow: Workflow, catalog: Catalog) -> list[WorkflowError]:
    """Everything wrong with the workflow, in reading order; empty when it can run."""
    wiring = Wiring(workflow, catalog)
    found = list(_doubled(workflow))
    for step in workflow.steps:
        found += _kind_and_params(step, catalog)
        found += _sources(step, wiring)
        if step.id in wiring.kinds:
            found += _inputs(step, wiring)
            found += _map(step, wiring)
            found += _joins(step, wiring)
            found += _gate(step, wiring)
            found += _own(step, wiring)
            found += _ungated(step, wiring)
    return found + list(_cycle(wiring))


def refuse(workflow: Workflow, catalog: Catalog, *, also: Sequence[WorkflowError] = ()) -> None:
    """Return if the workflow can run and `also`, what is known to be wrong with it, is nothing.

    Raises:
        ExceptionGroup: of `WorkflowError`, one for each fault.
    """
    if faults := [*problems(workflow, catalog), *also]:
        raise ExceptionGroup(f"Workflow {workflow.slug!r} has {len(faults)} fault(s)", faults)


def _doubled(workflow: Workflow) -> Iterator[WorkflowError]:
    for step_id, count in Counter(step.id for step in workflow.steps).items():
        if count > 1:
            yield WorkflowError(
                f"{count} steps have the id {step_id!r}. Give each its own.",
                step=step_id,
                code="doubled_id",
            )


def _kind_and_params(step: Step, catalog: Catalog) -> Iterator[WorkflowError]:
    if step.kind not in catalog:
        yield WorkflowError(
            f"Step {step.id!r} has kind {step.kind!r}, which is not installed. "
            f"Choose one of: {', '.join(sorted(catalog))}.",
            step=step.id,
            code="unknown_kind",
        )
        return
    try:
        catalog[step.kind].params.model_validate(step.params)
    except ValidationError as error:
        for fault in error.errors():
            where = ".".join(str(part) for part in fault["loc"])
            yield WorkflowError(
                f"Step {step.id!r}, setting {where!r}: {fault['msg']}. Correct it.",
                step=step.id,
                code="bad_setting",
            )


def _sources(step: Step, wiring: Wiring) -> Iterator[WorkflowError]:
    for source in dict.fromkeys(step.sources()):
        if step_of(source) not in wiring.steps:
            message = f"there is no step {step_of(source)!r}. Add it, or name another"
        elif step_of(source) in wiring.kinds and wiring.output_of(source) is None:
            message = _no_output(source, wiring)
        else:
            continue
        yield WorkflowError(
            f"Step {step.id!r} reads {source!r}, but {message}.",
            step=step.id,
            code="unknown_source",
        )


def _no_output(source: str, wiring: Wiring) -> str:
    output = wiring.kinds[step_of(source)].output
    if wiring.is_mapped(step_of(source)):
        return "a mapped step has only its list of results. Name the step alone"
    fields = ", ".join(output.model_fields)
    if field_of(source) is None and issubclass(output, Branch):
        return f"a branch must be read by one of its outputs: {fields}"
    return f"{output.__name__} has no {field_of(source)!r}. Choose one of: {fields}"


def _inputs(step: Step, wiring: Wiring) -> Iterator[WorkflowError]:
    inputs = wiring.kinds[step.id].inputs
    for name in step.inputs.keys() - inputs.keys():
        known = ", ".join(inputs) or "none"
        yield WorkflowError(
            f"Step {step.id!r} has no input {name!r}. Its inputs: {known}.",
            step=step.id,
            code="unknown_input",
        )
    if wiring.kinds[step.id].open:
        yield from _open_names(step)
    for name, needs in inputs.items():
        if name in step.inputs:
            yield from _mismatches(step, name, needs, wiring)
        elif not is_optional(needs):
            yield WorkflowError(
                f"Step {step.id!r} lacks its input {name!r}. Join it to a {spell(needs)}.",
                step=step.id,
                code="missing_input",
            )


def _open_names(step: Step) -> Iterator[WorkflowError]:
    for name in step.inputs:
        if not _INPUT_NAME.fullmatch(name) or name in RESERVED_INPUTS:
            yield WorkflowError(
                f"Step {step.id!r} cannot call an input {name!r}. Use lower-case letters, digits "
                "and single `_`, and no word of ours, such as the name of a port.",
                step=step.id,
                code="unknown_input",
            )


def _mismatches(step: Step, name: str, needs: object, wiring: Wiring) -> Iterator[WorkflowError]:
    feed = step.inputs[name]
    one_of_many = not isinstance(feed, str | AnyOf)
    for source in sources_of(feed):
        gives = wiring.output_of(source)
        if gives is None:
            continue
        wanted = item_of(needs) if one_of_many else needs
        if name == step.over:
            gives = item_of(gives)
        if gives is None or wanted is None or not fits(gives, wanted):
            yield WorkflowError(
                f"{source!r} gives {spell(wiring.output_of(source))}, but {name!r} of step "
                f"{step.id!r} needs {_wish(step, name, needs)}. "
                "Join it to another step, or put a converting step between.",
                step=step.id,
                code="wrong_type",
            )


def _wish(step: Step, name: str, needs: object) -> str:
    return f"a list of {spell(needs)} to run over" if name == step.over else spell(needs)


def _map(step: Step, wiring: Wiring) -> Iterator[WorkflowError]:
    if step.over is None:
        return
    feed = step.inputs.get(step.over)
    if not isinstance(feed, str):
        yield WorkflowError(
            f"Step {step.id!r} runs over {step.over!r}, which must be an input with one source.",
            step=step.id,
            code="bad_map",
        )
        return
    item = item_of(wiring.output_of(feed))
    named = item is None or "id" in getattr(item, "model_fields", {})
    if not named and not wiring.is_mapped(step_of(feed)):
        yield WorkflowError(
            f"Step {step.id!r} runs over {feed!r}, but {spell(item)} has no `id` to tell "
            "its items apart. Map over items that have one.",
            step=step.id,
            code="bad_map",
        )
    if wiring.conditions.get(step.id, frozenset()) - wiring.condition_of(feed):
        yield WorkflowError(
            f"Step {step.id!r} is mapped and depends on a branch, so its list could come short. "
            "Put the branch before the step that gives the list.",
            step=step.id,
            code="starving_join",
        )


def _gate(step: Step, wiring: Wiring) -> Iterator[WorkflowError]:
    if not wiring.kinds[step.id].gate:
        return
    if step.over is not None:
        yield WorkflowError(
            f"Step {step.id!r} asks people and runs over a list, so what joins its items could "
            "come short. Use `approve_each` on the whole list, and map over its `items`.",
            step=step.id,
            code="mapped_gate",
        )
    named = step.params.get("back_to")
    for name in named if isinstance(named, list) else ():
        if message := _back_fault(str(name), step, wiring):
            yield WorkflowError(
                f"Step {step.id!r} sends feedback back to {name!r}, but {message}.",
                step=step.id,
                code="bad_back_to",
            )


def _own(step: Step, wiring: Wiring) -> Iterator[WorkflowError]:
    """What the kind itself finds wrong; it is asked only when its settings are valid."""
    kind = wiring.kinds[step.id]
    if kind.faults is None:
        return
    try:
        params = kind.params.model_validate(step.params)
    except ValidationError:
        return
    for message in kind.faults(step, params, kind.inputs):
        yield WorkflowError(f"Step {step.id!r}: {message}", step=step.id, code="bad_setting")


def _ungated(step: Step, wiring: Wiring) -> Iterator[WorkflowError]:
    """Inputs that must come from a gate and do not; what a nesting workflow gives is seen there."""
    kind = wiring.kinds[step.id]
    if kind.gated is None:
        return
    try:
        params = kind.params.model_validate(step.params)
    except ValidationError:
        return
    for name in kind.gated(params):
        for source in sources_of(step.inputs[name]) if name in step.inputs else ():
            above = wiring.kinds.get(step_of(source))
            if above is not None and not above.gate and above.name != GIVEN:
                yield WorkflowError(
                    f"Step {step.id!r} sends {source!r} out, but nobody approves it before. Put an "
                    f"`approve` step between the two and join {name!r} to that; or set "
                    "`ungated: true` to send what nobody has looked at.",
                    step=step.id,
                    code="ungated",
                )


def _back_fault(name: str, step: Step, wiring: Wiring) -> str | None:
    above = upstream(wiring, step.id)
    able = [one for one in wiring.order if one in above and _listens(one, wiring)]
    choices = f"Choose one of: {', '.join(able)}" if able else "Leave it out"
    if name not in wiring.steps:
        return f"there is no such step. {choices}"
    if name not in above:
        return f"that does not come before it. {choices}"
    if name in wiring.kinds and not _listens(name, wiring):
        return f"that takes no feedback. {choices}"
    return None


def _listens(step_id: str, wiring: Wiring) -> bool:
    return step_id in wiring.kinds and CONVERSATION in wiring.kinds[step_id].ports


def _joins(step: Step, wiring: Wiring) -> Iterator[WorkflowError]:
    if step.when is not None and not _is_choice(step.when, wiring):
        yield WorkflowError(
            f"Step {step.id!r} has `when: {step.when}`, which is not a branch's output. "
            "Name one as `step.output`.",
            step=step.id,
            code="bad_condition",
        )
    for name, feed in step.inputs.items():
        if message := _join_fault(feed, wiring):
            yield WorkflowError(
                f"Input {name!r} of step {step.id!r} {message}.", step=step.id, code="starving_join"
            )


def _is_choice(source: str, wiring: Wiring) -> bool:
    kind = wiring.kinds.get(step_of(source))
    return kind is None or issubclass(kind.output, Branch)


def _join_fault(feed: Feed, wiring: Wiring) -> str | None:
    if isinstance(feed, str):
        return None
    conditions = [wiring.condition_of(source) for source in sources_of(feed)]
    if isinstance(feed, AnyOf):
        if sum(not condition for condition in conditions) > 1:
            return "takes any of several that always arrive. Name the one that is meant"
        return None
    if len(set(conditions)) > 1:
        return (
            "waits for sources on different branches, so it could run with fewer than it needs. "
            'Join them with {"any": [...]}, or put all of them behind the same branch'
        )
    return None


def _cycle(wiring: Wiring) -> Iterator[WorkflowError]:
    stuck = _on_cycle(wiring)
    if stuck:
        yield WorkflowError(
            f"Steps {', '.join(repr(s) for s in stuck)} wait for each other in a cycle. "
            "Take one of the joins between them away.",
            step=stuck[0],
            code="cycle",
        )


def _on_cycle(wiring: Wiring) -> list[str]:
    rest = {step_id for step_id in wiring.steps if step_id not in wiring.order}
    while True:  # steps that only hang on the cycle feed nothing that is left
        feeding = {step_of(s) for step_id in rest for s in wiring.steps[step_id].sources()}
        if rest <= feeding:
            return [step_id for step_id in wiring.steps if step_id in rest]
        rest &= feeding
