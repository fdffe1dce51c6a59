"""Rows about notices: channels, deliveries and what a link leads to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from vid_pipeline.outbox import Event, Kind
from vid_pipeline.records import Record

DeliveryState = Literal["due", "sent", "failed", "given_up", "moot"]


class Channel(Record):
    """Where a user wants to be told, and of what. Its target stays sealed."""

    id: UUID
    owner_id: UUID
    kind: Kind
    shown: str = Field(description="The target as people may see it: shortened if it is a secret.")
    events: tuple[Event, ...]
    enabled: bool = True
    created_at: datetime
    waiting: int = Field(default=0, description="Notices not yet sent.")
    given_up: int = Field(default=0, description="Notices that never got through.")
    error: str | None = Field(default=None, description="Why the newest try failed, if it did.")

    @property
    def short_id(self) -> str:
        """The last 8 digits of the id, enough for `channels.get`."""
        return str(self.id)[-8:]


class Notice(Record):
    """One event for one person."""

    id: UUID
    owner_id: UUID = Field(description="Whose production, batch or trigger it is about.")
    production_id: UUID | None = None
    request_id: UUID | None = None
    batch_id: UUID | None = None
    trigger_id: UUID | None = None
    event: Event
    occasion: str = Field(default="", description="Tells two events of one kind apart.")
    person_id: UUID
    about: str = Field(description="The production's title; the batch's, the trigger's name.")
    what: str | None = Field(
        default=None, description="The request's title; a batch's counts; what cannot be made."
    )
    detail: str | None = Field(default=None, description="Why it failed, or stopped.")
    deadline_at: datetime | None = None
    posted_at: datetime
    spread_at: datetime | None = Field(
        default=None, description="When it was handed to the person's channels."
    )


class Delivery(Record):
    """A notice on its way through one channel."""

    id: UUID
    owner_id: UUID = Field(description="Whom it is for.")
    notice_id: UUID
    channel_id: UUID | None = None
    operator: Kind | None = Field(default=None, description="The installation's own channel.")
    state: DeliveryState
    tries: int = 0
    next_at: datetime
    error: str | None = None
    sent_at: datetime | None = None


class Told(Record):
    """A delivery as the person it is for looks at it."""

    id: UUID
    state: DeliveryState
    tries: int
    next_at: datetime
    error: str | None
    sent_at: datetime | None
    operator: Kind | None
    shown: str | None = Field(description="The person's channel; None for the operator's.")
    event: Event
    about: str
    what: str | None
    production_id: UUID | None
    batch_id: UUID | None
    trigger_id: UUID | None
    posted_at: datetime


@dataclass(frozen=True)
class Due:
    """A delivery that the sender should try now, as the service sees it."""

    id: UUID
    owner_id: UUID
    channel_id: UUID | None
    operator: Kind | None


@dataclass(frozen=True)
class Where:
    """Where a link leads once its user has signed in: to the one of these that is there."""

    user: UUID
    production_id: UUID | None = None
    request_id: UUID | None = None
    batch_id: UUID | None = None
    trigger_id: UUID | None = None
