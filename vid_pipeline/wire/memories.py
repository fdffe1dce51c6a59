"""What channels remember."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, Field

from vid_pipeline.memories import Channel, MemoryKind, Slot, Words
from vid_pipeline.wire.base import Answered, Asked


class Origin(Answered):
    """Where a memory comes from."""

    production: str | None
    step: str | None
    url: str | None
    document: str | None
    part: int | None
    who: str | None


class Memory(Answered):
    """Something that a channel has learned."""

    id: UUID
    channel: str
    kind: MemoryKind
    slot: str | None
    heading: str
    text: str
    pinned: bool
    importance: float
    source: Origin
    created_at: datetime
    expires_at: datetime | None
    superseded_by: UUID | None = Field(description="The memory that has its slot now.")
    uses: int
    last_used_at: datetime | None


class NewMemory(Asked):
    """Something to be remembered; with a slot it takes the place of what was there."""

    kind: MemoryKind
    text: Words = Field(min_length=1, max_length=20_000)
    channel: Channel = "main"
    heading: Words = Field(default="", max_length=500)
    slot: Slot | None = None
    pinned: bool = False
    importance: float = Field(default=0.5, ge=0, le=1)
    expires_at: AwareDatetime | None = None


class Alike(Answered):
    """A memory whose meaning is close; whether it says the same, people must say."""

    id: UUID
    text: str
    cosine: float


class Kept(Answered):
    """What became of a text."""

    memory: Memory
    new: bool = Field(description="False if it was remembered already.")
    superseded: UUID | None = Field(description="The memory whose place it took.")
    alike: tuple[Alike, ...]


class MemoryChange(Asked):
    """What to change; null stays as it is."""

    text: Words | None = Field(default=None, min_length=1, max_length=20_000)
    heading: Words | None = Field(default=None, max_length=500)
    importance: float | None = Field(default=None, ge=0, le=1)
    expires_at: AwareDatetime | None = None
    pinned: bool | None = None


class Match(Answered):
    """A memory that fits a question."""

    id: UUID
    kind: MemoryKind
    text: str
    heading: str
    slot: str | None
    pinned: bool
    score: float = Field(description="0 to 1; 0 where it is there as a rule.")


class Matches(Answered):
    """What fits a question, best first."""

    items: tuple[Match, ...]


class Document(Answered):
    """A document that was taken in, in parts."""

    name: str
    parts: int
    new: int
    memories: tuple[UUID, ...]
