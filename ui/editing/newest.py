"""How the newest video of a workflow went, step by step: shown on the steps of its drawing."""

from typing import Any

from pydantic import ValidationError

from ui.state import Studio
from vid_pipeline.acts.watching import artifact_json
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.records import Production, StepTrace
from vid_pipeline.store import productions

_LOOKED_AT = 50
_PICTURES = ("thumbnail", "file", "background", "image")


def production(here: Studio, slug: str) -> Production | None:
    """The newest video of a workflow, if it is among the last that were made."""
    with here.db.acting(here.user) as conn:
        found = productions.recent(conn, _LOOKED_AT)
    return next((one for one in found if one.workflow == slug), None)


def states(here: Studio, newest: Production | None) -> dict[str, dict[str, Any]]:
    """For each step its state, seconds, cost, fault and a picture of what it made."""
    if newest is None:
        return {}
    sight = here.watch(newest.id).look()
    costs: dict[str, float] = {}
    pictures: dict[str, str] = {}
    for trace in sight.traces:
        costs[trace.step_id] = costs.get(trace.step_id, 0) + float(trace.cost_usd or 0)
        if trace.step_id not in pictures and (found := _picture(here, trace)):
            pictures[trace.step_id] = found
    return {
        step.id: {
            "state": step.state,
            "seconds": step.seconds,
            "cost_usd": costs.get(step.id, 0),
            "error": step.error,
            "preview": pictures.get(step.id, ""),
        }
        for step in sight.view.steps
        if step.state != "waiting"
    }


def _picture(here: Studio, trace: StepTrace) -> str:
    """The address of a picture that the step's output holds; empty if it holds none."""
    if trace.output is None:
        return ""
    body = artifact_json(here.store, trace.output)
    for name in _PICTURES:
        try:
            ref = MediaRef.model_validate(body.get(name))
        except ValidationError:
            continue
        if ref.mime.startswith("image/"):
            return here.url(ref)
    return ""
