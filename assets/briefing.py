"""Step kind `take_brief`: what somebody asked for, where every workflow starts."""

from vid_pipeline.artifacts import Brief
from vid_pipeline.kinds import StepKind, StepParams
from vid_pipeline.ports import Production


class TakeBriefParams(StepParams):
    """No settings: the brief belongs to the production."""


def take_brief(params: TakeBriefParams, *, production: Production) -> Brief:
    """The brief of the production that is running."""
    return production.brief


TAKE_BRIEF = StepKind.of(take_brief, reusable=False, deliverable="brief")
