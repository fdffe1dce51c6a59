"""Where finished videos go, over the wire: settings go in and come back, secrets only go in."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, SecretStr

from vid_pipeline.destinations import (
    BucketKeys,
    Goes,
    Name,
    SendingState,
    ToBucket,
    ToFolder,
    ToPodcast,
)
from vid_pipeline.wire.base import Answered, Asked


class PostTo(Asked):
    """Another program, which is posted what was made. Its address is never shown again."""

    kind: Literal["webhook"] = "webhook"
    url: SecretStr = Field(max_length=2_048)


Leads = Annotated[ToFolder | ToBucket | ToPodcast | PostTo, Field(discriminator="kind")]


class NewDestination(Asked):
    """A destination to be added; `keys` are those of a bucket with keys of its own."""

    name: Name = Field(description="What workflows call it.")
    goes: Leads
    keys: BucketKeys | None = None


class DestinationChange(Asked):
    """Where one leads from now on; of the kind that it has. Without `keys` it keeps its own."""

    goes: Leads
    keys: BucketKeys | None = None


class LastSending(Answered):
    """What was sent there last, and what became of it."""

    production: UUID
    state: SendingState
    where: str | None = Field(description="Where it has come to.")
    error: str | None
    tries: int
    at: datetime


class Destination(Answered):
    """A destination without what is secret of it."""

    id: UUID
    name: str
    goes: Goes
    shown: str = Field(description="Where it leads, in a line.")
    sealed: bool = Field(description="Whether something secret belongs to it.")
    enabled: bool = Field(description="Nothing is sent to one that is paused.")
    created_at: datetime
    last: LastSending | None


class AddedDestination(Answered):
    """A new destination; of a webhook also the key of its signatures, shown this once."""

    destination: Destination
    signing_key: str | None


class TestedDestination(Answered):
    """Whether it can be sent to."""

    good: bool
    reason: str | None
