"""The content calendar: videos planned for days."""

from datetime import date, datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from vid_pipeline.wire.base import Answered, Asked

_AT = r"^(([01]\d|2[0-3]):[0-5]\d)?$"
_SLUG = r"^([a-z0-9][a-z0-9-]*)?$"


class NewPlan(Asked):
    """A video to be planned."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    day: date
    at: str = Field(default="", pattern=_AT, description="As 09:30; or any time.")
    topic: str = Field(min_length=1, max_length=20_000, description="Words, or a web address.")
    channel: str = Field(default="", max_length=80)
    workflow: str = Field(
        default="",
        max_length=80,
        pattern=_SLUG,
        description="A slug; that of the trigger if empty.",
    )
    notes: str = Field(default="", max_length=20_000)


class PlanChange(Asked):
    """What is to be otherwise in a plan; null leaves a thing as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    day: date | None = None
    at: str | None = Field(default=None, pattern=_AT, description="As 09:30; empty for any time.")
    topic: str | None = Field(default=None, min_length=1, max_length=20_000)
    channel: str | None = Field(default=None, max_length=80)
    workflow: str | None = Field(default=None, max_length=80, pattern=_SLUG)
    notes: str | None = Field(default=None, max_length=20_000)


class Plan(Answered):
    """A video planned for a day."""

    id: UUID
    day: date
    at: str
    topic: str
    channel: str
    workflow: str
    notes: str
    status: str = Field(description="`planned`, or how its video stands.")
    production_id: UUID | None
    created_at: datetime


class TakenIn(Answered):
    """What a file has brought."""

    rows: int
