"""Everything that is wrong with a drawing, step by step, also while half of it is missing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import JsonValue, ValidationError

from vid_pipeline.acts import publishing
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.errors import NotFound, WorkflowError
from vid_pipeline.nesting import NESTED
from vid_pipeline.workflow import Step, Workflow

WHOLE = ""
"""The key of what is wrong with the workflow itself."""
Faults = dict[str, list[str]]
_SLUG, _TITLE = "draft", "Draft"


def faults(shop: Workshop, user: UUID, document: Mapping[str, JsonValue]) -> Faults:
    """What is wrong, by step id, or by "" for the whole; empty when it can be published."""
    found: Faults = {}
    for step, message in _malformed(document):
        _add(found, step, message)
    drawn = readable(document)
    if drawn is None:
        if not found:
            _add(found, WHOLE, "There is no step yet. Add the first one.")
        return found
    broken = {step for step in found if step}
    for fault in _problems(shop, user, drawn):
        if fault.code == "unknown_source" and _names(fault, _ids(document) - _ids_of(drawn)):
            continue
        if fault.step not in broken or fault.code != "missing_input":
            _add(found, fault.step or WHOLE, str(fault))
    return found


def readable(document: Mapping[str, JsonValue]) -> Workflow | None:
    """What of a document can be read: its steps without the parts that are not in the format."""
    whole = {"slug": _SLUG, "title": _TITLE, "steps": [one for _, one in _steps(document)]}
    try:
        return Workflow.model_validate(whole)
    except ValidationError:  # no step at all, or far too many
        return None


def _steps(document: Mapping[str, JsonValue]) -> Iterator[tuple[int, Step]]:
    """Its steps with their places; of a step that is not in the format, what is."""
    listed = document.get("steps")
    for place, body in enumerate(listed if isinstance(listed, list) else ()):
        step = _step(body)
        if step is not None:
            yield place, step


def _step(body: object) -> Step | None:
    if not isinstance(body, dict):
        return None
    try:
        return Step.model_validate(body)
    except ValidationError as error:
        wrong = {str(fault["loc"][0]) for fault in error.errors() if fault["loc"]}
    if wrong & {"id", "kind"}:
        return None
    rest = {name: value for name, value in body.items() if name not in wrong}
    if isinstance(feeds := body.get("in"), dict) and "in" in wrong:
        rest["in"] = {name: feed for name, feed in feeds.items() if _feeds(name, feed)}
    try:
        return Step.model_validate(rest)
    except ValidationError:
        return None


def _feeds(name: object, feed: object) -> bool:
    try:
        Step.model_validate({"id": "a", "kind": "a", "in": {name: feed}})
    except ValidationError:
        return False
    return True


def _malformed(document: Mapping[str, JsonValue]) -> Iterator[tuple[str, str]]:
    """The places that are not in the format, by the id of their step."""
    try:
        Workflow.model_validate({"slug": _SLUG, **document})
    except ValidationError as error:
        told = set[tuple[str, str]]()
        for fault in error.errors():
            one = _told(list(fault["loc"]), fault["msg"], document)
            if one not in told:
                told.add(one)
                yield one


def _told(
    where: Sequence[int | str], message: str, document: Mapping[str, JsonValue]
) -> tuple[str, str]:
    match where:
        case ["steps"]:
            return WHOLE, "There is no step yet. Add the first one."
        case ["title"]:
            return WHOLE, "The workflow has no title of 1 to 120 characters. Give it one."
        case ["steps", int(place), *rest]:
            step = _id_at(document, place)
            of = "" if step else f"Step number {place + 1}: "
            if rest[:1] == ["in"] and len(rest) > 1:  # the three forms of a source fail as three
                return step, f"{of}Input {str(rest[1])!r} is joined to nothing that can feed it."
            what = ".".join(str(part) for part in rest) or "the step"
            return step, f"{of}{what}: {message}. Correct it."
    named = ".".join(str(part) for part in where) or "document"
    return WHOLE, f"{named}: {message}. Correct it."


def _problems(shop: Workshop, user: UUID, drawn: Workflow) -> Iterator[WorkflowError]:
    """What the check finds, as if nested workflows were drawn in place."""
    nested = [step for step in drawn.steps if step.kind == NESTED]
    try:
        flat = publishing.nested_in(shop.db, user, drawn).flat
    except (WorkflowError, NotFound) as fault:
        step = fault.step if isinstance(fault, WorkflowError) else _missing(fault, nested)
        yield WorkflowError(str(fault), step=step, code="bad_nesting")
        flat = drawn
    own = _ids_of(drawn)
    for found in publishing.faults(shop.db, user, flat, shop.catalog):
        if found.code == "unknown_kind" and found.step in {step.id for step in nested}:
            continue
        if found.step not in own:
            found.step = _outer(found.step, nested)
        yield found


def _missing(fault: NotFound, nested: Sequence[Step]) -> str | None:
    """The step that nests what is not there."""
    named = (step.id for step in nested if fault.key.startswith(str(step.params.get("slug"))))
    return next(named, None)


def _outer(inner: str | None, nested: Sequence[Step]) -> str | None:
    """The step on the canvas that an inner one belongs to."""
    return next((s.id for s in nested if (inner or "").startswith(f"{s.id}_")), None)


def _names(fault: WorkflowError, ids: set[str]) -> bool:
    """Whether a fault says that a step is missing which is there, but not in the format."""
    return any(f"there is no step {one!r}" in str(fault) for one in ids)


def _ids(document: Mapping[str, JsonValue]) -> set[str]:
    listed = document.get("steps")
    return {_id_at(document, n) for n in range(len(listed) if isinstance(listed, list) else 0)}


def _ids_of(drawn: Workflow) -> set[str]:
    return {step.id for step in drawn.steps}


def _id_at(document: Mapping[str, Any], place: int) -> str:
    body = document["steps"][place]
    found = body.get("id") if isinstance(body, dict) else None
    return found if isinstance(found, str) else ""


def _add(found: Faults, step: str, message: str) -> None:
    if message not in found.setdefault(step, []):
        found[step].append(message)
