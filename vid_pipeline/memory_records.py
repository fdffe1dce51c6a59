"""Rows of the content brain, as frozen models."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from vid_pipeline.memories import MemoryKind, Recalled, Source
from vid_pipeline.records import Record


class MemoryRecord(Record):
    """A memory of a channel."""

    id: UUID
    channel: str
    kind: MemoryKind
    slot: str | None
    heading: str
    body: str
    pinned: bool
    importance: float
    source: Source
    created_at: datetime
    expires_at: datetime | None
    superseded_by: UUID | None = Field(description="The memory that has its slot now.")
    uses: int = Field(description="How often steps were given it.")
    last_used_at: datetime | None

    @property
    def short_id(self) -> str:
        """The last 8 digits of the id, enough for `memories.get`."""
        return str(self.id)[-8:]

    def recalled(self, score: float = 0.0) -> Recalled:
        """As steps get it."""
        return Recalled(
            id=str(self.id),
            kind=self.kind,
            text=self.body,
            heading=self.heading,
            slot=self.slot,
            pinned=self.pinned,
            source=self.source,
            score=score,
        )


class MemoryUse(Record):
    """A memory that a step of a production was given."""

    memory_id: UUID
    step_key: str
    run_id: str
    used_at: datetime
    kind: MemoryKind
    body: str


class MemoryUser(Record):
    """A production whose steps were given a memory."""

    production_id: UUID
    title: str
    step_keys: tuple[str, ...]
    used_at: datetime
