"""One step alone: a production in which one step runs anew on what was given before. Pure.

It is told from others by its first launch, which runs some steps alone; a later launch that
somebody has asked for makes it a whole production, one that only goes on does not.
"""

from collections.abc import Sequence

from vid_pipeline.records import Launch, LaunchReason
from vid_pipeline.standing import Standing, any_item
from vid_pipeline.wiring import Wiring, list_op, upstream
from vid_pipeline.workflow import id_in

GOES_FURTHER: frozenset[LaunchReason] = frozenset({"retry", "version", "dagster"})
"""Why a launch runs more than the one step."""


def step_of(found: Sequence[Launch]) -> str | None:
    """The one step that a production with these launches is about; None if it is a whole one."""
    first = found[0] if found else None
    if first is None or first.reason != "start" or first.steps is None:
        return None
    if any(launch.reason in GOES_FURTHER for launch in found):
        return None
    return next(iter(first.redo), None)


def narrowed(stands: Standing, wiring: Wiring, step_id: str) -> Standing:
    """How it stands when nothing is wanted but one step."""
    whole = keys(wiring, step_id)
    ids = {id_in(key) for key in whole}
    left = {key: why for key, why in stands.left.items() if id_in(key) in ids}
    return Standing(stands.holds, left, stands.unwanted, whole)


def keys(wiring: Wiring, step_id: str) -> tuple[str, ...]:
    """Dagster's keys of a step and all above it, with the ops that give mapped ones their items."""
    wanted = upstream(wiring, step_id) | {step_id}
    found: dict[str, None] = {}  # steps over the same list share its op
    for one in wiring.order:
        if one in wanted and wiring.is_mapped(one):
            found |= {list_op(wiring, wiring.steps[one]): None, any_item(one): None}
        elif one in wanted:
            found[one] = None
    return tuple(found)
