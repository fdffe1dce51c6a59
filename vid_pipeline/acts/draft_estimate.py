"""What a run of a drawing may take and cost, before it is begun."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from pydantic import JsonValue

from vid_pipeline.acts.draft_faults import readable
from vid_pipeline.acts.following import view
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.store import traces
from vid_pipeline.workflow import Workflow

_ITEMS = 10
"""What a mapped step is taken to run over: a minute of video has about ten scenes."""


@dataclass(frozen=True)
class Estimate:
    """From what such steps took before: None where none ever ran.

    `unknown` are the ids of steps of whose kind none ever ran; they are left out of `dollars`.
    """

    seconds: float | None
    dollars: float | None
    unknown: tuple[str, ...]


def estimate(shop: Workshop, user: UUID, document: Mapping[str, JsonValue]) -> Estimate:
    """The estimate of a document, which need not be complete."""
    drawn = readable(document)
    if drawn is None:
        return Estimate(None, None, ())
    with shop.db.acting(user) as conn:
        known = traces.typical(conn)
    medians = {kind: one.seconds for kind, one in known.items()}
    costs = {kind: one.cost_usd for kind, one in known.items()}
    items = {step.id: _ITEMS for step in drawn.steps if step.over is not None}
    seen = view(drawn, [], now=datetime.now(UTC), medians=medians, counts=items)
    return Estimate(
        seconds=seen.left_s,
        dollars=_dollars(drawn, costs, items),
        unknown=tuple(step.id for step in drawn.steps if step.kind not in known),
    )


def _dollars(drawn: Workflow, costs: Mapping[str, float], items: Mapping[str, int]) -> float | None:
    found = [costs[step.kind] * items.get(step.id, 1) for step in drawn.steps if step.kind in costs]
    return sum(found) if found else None
