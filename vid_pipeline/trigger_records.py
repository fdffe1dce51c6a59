"""Triggers and what they found, as rows that people look at."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field, JsonValue

from vid_pipeline.artifacts import Brief
from vid_pipeline.records import ProductionState, Record
from vid_pipeline.watched import FindState, Making, NewTrigger, Rules, Sieve, Watched

__all__ = ["CalendarRow", "Find", "FindState", "NewTrigger", "Trigger"]


class Trigger(Record):
    """A trigger, and how it stands."""

    id: UUID
    owner_id: UUID
    name: str
    watches: Watched
    making: Making
    sieve: Sieve
    rules: Rules
    paused: bool
    finished: bool = Field(description="It has no more to do.")
    marks: dict[str, JsonValue] = Field(description="What it remembers of the look before.")
    looked_at: datetime | None = None
    next_at: datetime
    held_until: datetime | None = Field(default=None, description="Somebody looks until then.")
    failures: int = Field(description="Looks that failed, one after the other.")
    error: str | None = None
    created_at: datetime
    key_turn: int = Field(default=0, description="How often the key of its hook was changed.")

    @property
    def short_id(self) -> str:
        """The last 8 digits of the id, enough for `triggers.get`."""
        return str(self.id)[-8:]


class Find(Record):
    """Something that a trigger found, and what became of it."""

    id: UUID
    owner_id: UUID
    trigger_id: UUID
    title: str
    brief: Brief | None = Field(default=None, description="None if it cannot be read.")
    workflow: str | None = Field(default=None, description="In place of the trigger's.")
    state: FindState
    reason: str | None = None
    tries: int
    next_at: datetime
    found_at: datetime
    made_at: datetime | None = None
    production_id: UUID | None = None
    production_state: ProductionState | None = None
    production_error: str | None = None

    @property
    def short_id(self) -> str:
        """The last 8 digits of the id."""
        return str(self.id)[-8:]

    @property
    def is_dead(self) -> bool:
        """Whether nothing more comes of it by itself: a dead letter."""
        return self.state == "dead" or self.production_state == "failed"


class CalendarRow(Record):
    """A video planned for a day."""

    id: UUID
    owner_id: UUID
    day: date
    at: str
    topic: str
    channel: str
    workflow: str
    notes: str
    find_id: UUID | None = None
    created_at: datetime
    production_id: UUID | None = None
    status: str = Field(default="planned", description="`planned`, or how its video stands.")
