"""Rows of destinations and of what was sent there, as frozen models."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from vid_pipeline.artifacts import Receipt
from vid_pipeline.destinations import Goes, SendingState, shown
from vid_pipeline.records import Record


class Destination(Record):
    """Where a creator's videos may go."""

    id: UUID
    owner_id: UUID
    name: str
    kind: str
    goes: Goes
    sealed: bool = Field(description="Whether something secret belongs to it.")
    enabled: bool
    created_at: datetime

    @property
    def short_id(self) -> str:
        """The last 8 digits of the id."""
        return str(self.id)[-8:]

    @property
    def shown(self) -> str:
        """Where it leads, in a line."""
        return shown(self.goes)


class Sending(Record):
    """A package on its way to a destination; its id is the delivery id that receivers see."""

    id: UUID
    owner_id: UUID
    production_id: UUID
    destination_id: UUID
    subject: str
    state: SendingState
    receipt: Receipt | None = None
    tries: int
    error: str | None = None
    begun_at: datetime
    ended_at: datetime | None = None
    destination: str = Field(default="", description="The destination's name.")
    about: str = Field(default="", description="The video's title, where it is asked for.")
