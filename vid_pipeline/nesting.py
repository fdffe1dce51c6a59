"""Workflows inside workflows: a step of kind `workflow` becomes the steps of a published version.

    {"id": "review", "kind": "workflow", "params": {"slug": "script-review", "version": 1},
     "in": {"script": "script"}}

What the inner workflow is given are its steps of kind `given`: each is replaced by what the outer
step feeds it by that name. Every other inner step, say `gate`, becomes `review_gate`, and the outer
workflow reads it as `review.gate`. Pure.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from vid_pipeline.errors import WorkflowError
from vid_pipeline.workflow import AnyOf, Feed, Step, Workflow, field_of, sources_of, step_of

NESTED, GIVEN = "workflow", "given"
_DEEPEST = 8

Lookup = Callable[[str, int | None], tuple[Workflow, int]]
"""A published workflow's document and its version, by slug and version (None: the newest)."""


@dataclass(frozen=True)
class Nested:
    """A workflow as it was drawn, each nested version pinned; and as it runs, nested in nothing."""

    drawn: Workflow
    flat: Workflow


def expanded(workflow: Workflow, lookup: Lookup, *, depth: int = 0) -> Nested:
    """The workflow with its nested ones put in.

    Raises:
        WorkflowError: a nested workflow is not there, is not fed what it is given, or nests itself.
        NotFound: `lookup` has no such workflow or version.
    """
    if all(step.kind != NESTED for step in workflow.steps):
        return Nested(workflow, workflow)
    if depth >= _DEEPEST:
        raise WorkflowError(
            f"Workflow {workflow.slug!r} is nested {_DEEPEST} deep: does it contain itself? "
            "Take one of the nested steps away.",
            code="nested_too_deep",
        )
    drawn, flat = list[Step](), list[Step]()
    for step in workflow.steps:
        if step.kind != NESTED:
            drawn.append(step)
            flat.append(step)
            continue
        slug, version = _named(step)
        document, found = lookup(slug, version)
        inner = expanded(document, lookup, depth=depth + 1).flat
        pinned = step.model_copy(update={"params": {"slug": slug, "version": found}})
        drawn.append(pinned)
        flat += _inlined(step, inner)
    nested = {step.id for step in workflow.steps if step.kind == NESTED}
    return Nested(
        workflow.model_copy(update={"steps": tuple(drawn)}),
        _checked(workflow, [_reading(step, nested) for step in flat]),
    )


def _named(step: Step) -> tuple[str, int | None]:
    slug, version = step.params.get("slug"), step.params.get("version")
    known = isinstance(slug, str) and (version is None or isinstance(version, int))
    if not known or step.params.keys() - {"slug", "version"}:
        raise WorkflowError(
            f"Step {step.id!r} nests a workflow: give it `slug`, and `version` if not the newest.",
            step=step.id,
            code="bad_nesting",
        )
    if step.over is not None or step.when is not None:
        raise WorkflowError(
            f"Step {step.id!r} nests a workflow, which takes no `over` and no `when`. "
            "Put them on steps inside it.",
            step=step.id,
            code="bad_nesting",
        )
    return str(slug), version if isinstance(version, int) else None


def _inlined(outer: Step, inner: Workflow) -> list[Step]:
    """The inner steps under their new names, fed by what feeds the outer step."""
    given = {step.id for step in inner.steps if step.kind == GIVEN}
    if outer.inputs.keys() != given:
        needs = ", ".join(sorted(given)) or "nothing"
        raise WorkflowError(
            f"Step {outer.id!r} nests {inner.slug!r}, which is to be given: {needs}. "
            "Join exactly these.",
            step=outer.id,
            code="bad_nesting",
        )
    return [_moved(step, outer, given) for step in inner.steps if step.kind != GIVEN]


def _moved(step: Step, outer: Step, given: set[str]) -> Step:
    def source(old: str) -> str:
        if step_of(old) not in given:
            return f"{outer.id}_{old}"
        feed = outer.inputs[step_of(old)]
        if not isinstance(feed, str) or (field_of(old) and field_of(feed)):
            raise WorkflowError(
                f"Step {outer.id!r} feeds {step_of(old)!r} with more than one whole source, "
                f"which {step.id!r} inside it reads as {old!r}. Join it to one step.",
                step=outer.id,
                code="bad_nesting",
            )
        return f"{feed}.{field_of(old)}" if field_of(old) else feed

    update: dict[str, Any] = {"id": f"{outer.id}_{step.id}"}
    update["inputs"] = {name: _mapped(feed, source) for name, feed in step.inputs.items()}
    update["when"] = None if step.when is None else source(step.when)
    return step.model_copy(update=update)


def _reading(step: Step, nested: set[str]) -> Step:
    """A step that reads `review.gate` reads the inner step by its new name."""

    def source(old: str) -> str:
        inside = step_of(old) in nested and field_of(old)
        return f"{step_of(old)}_{field_of(old)}" if inside else old

    inputs = {name: _mapped(feed, source) for name, feed in step.inputs.items()}
    when = None if step.when is None else source(step.when)
    return step.model_copy(update={"inputs": inputs, "when": when})


def _mapped(feed: Feed, source: Callable[[str], str]) -> Feed:
    moved = tuple(source(old) for old in sources_of(feed))
    if isinstance(feed, str):
        return moved[0]
    return AnyOf(any=moved) if isinstance(feed, AnyOf) else moved


def _checked(workflow: Workflow, steps: list[Step]) -> Workflow:
    """The flat workflow; its names must be as short as any."""
    body = workflow.document() | {
        "steps": [step.model_dump(mode="json", by_alias=True) for step in steps],
        "layout": {},
        "notes": [],
        "groups": [],
    }
    try:
        return Workflow.model_validate(body)
    except ValidationError as error:
        fault = error.errors()[0]
        raise WorkflowError(
            f"Nested steps of {workflow.slug!r}: {fault['msg']} ({fault['input']!r}). "
            "Shorten the ids.",
            code="bad_nesting",
        ) from None
