"""A user's keys for providers, caps on spending, and where they are told."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field, SecretStr

from vid_pipeline.outbox import Event, Kind
from vid_pipeline.wire.base import Answered, Asked

Scope = Literal["production", "user", "month"]


class NewKey(Asked):
    """A provider's key; one of the same name is replaced. It is never shown again."""

    provider: str = Field(pattern=r"^[a-z0-9_-]{1,40}$", examples=["anthropic"])
    key: SecretStr = Field(max_length=512)
    name: str = Field(default="default", min_length=1, max_length=60)


class Key(Answered):
    """A key without the key."""

    id: UUID
    provider: str
    name: str
    last4: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class AddedKey(Answered):
    """A key that is kept now."""

    key: Key
    replaced: bool


class TriedKey(Answered):
    """What the provider said of a key."""

    key: Key
    good: bool
    said: str


class Budget(Answered):
    """How one cap stands, in US dollars."""

    scope: Scope
    limit_usd: float | None = Field(description="Null: no cap.")
    spent_usd: float
    reserved_usd: float = Field(description="What calls under way may still cost.")
    left_usd: float | None


class Budgets(Answered):
    """All caps."""

    items: tuple[Budget, ...]


class NewCap(Asked):
    """A cap to be set; null takes it away."""

    limit_usd: float | None = Field(ge=0, allow_inf_nan=False)
    production: UUID | None = Field(
        default=None, description="With scope `production`: of this one alone."
    )


class NewNoticeChannel(Asked):
    """Where to be told, and of what."""

    kind: Kind
    target: SecretStr = Field(max_length=2_048, description="An address, or a webhook's URL.")
    events: tuple[Event, ...] | None = Field(default=None, description="All if null.")


class NoticeChannel(Answered):
    """Where a user is told; a target that may be secret is shortened."""

    id: UUID
    kind: Kind
    shown: str
    events: tuple[Event, ...]
    enabled: bool
    created_at: datetime
    waiting: int
    given_up: int
    error: str | None


class AddedNoticeChannel(Answered):
    """A new channel; of a webhook also the key of its signatures, shown this once."""

    channel: NoticeChannel
    signing_key: str | None


class TestedNoticeChannel(Answered):
    """Whether a test notice got through."""

    sent: bool
    reason: str | None
