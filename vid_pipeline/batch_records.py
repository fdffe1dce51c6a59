"""Batches and their items, as people set them and as rows that people look at."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from vid_pipeline.artifacts import Brief
from vid_pipeline.records import ProductionState, Record
from vid_pipeline.variants import BatchRules, BatchState, ItemState, Variant

__all__ = ["Batch", "BatchItem", "BatchRules", "BatchState", "ItemState", "Variant"]


class Batch(Record):
    """One workflow over many inputs and their variants."""

    id: UUID
    owner_id: UUID
    name: str
    workflow: str
    version: int
    rules: BatchRules
    shared: tuple[str, ...] = Field(description="Steps done once for all variants of an input.")
    state: BatchState
    reason: str | None = None
    excused: int = Field(description="Failures before it was last let go on.")
    created_at: datetime
    ended_at: datetime | None = None

    @property
    def short_id(self) -> str:
        """The last 8 digits of the id, enough for `batches.get`."""
        return str(self.id)[-8:]


class BatchItem(Record):
    """One input in one variant."""

    id: UUID
    owner_id: UUID
    batch_id: UUID
    input: int
    variant: int
    title: str
    label: str
    brief: Brief | None = None
    reason: str | None = None
    again: bool = Field(default=False, description="It waits to be retried.")
    production_id: UUID | None = None
    production_state: ProductionState | None = None
    error: str | None = None
    folder: str | None = None
    seconds: float | None = None
    cost_usd: float = 0

    @property
    def state(self) -> ItemState:
        """How it stands; `failed` is a dead letter until it is retried."""
        if self.again and self.production_state in {"failed", "cancelled"}:
            return "waiting"
        if self.production_state is None:
            return "waiting" if self.brief is not None else "failed"
        if self.production_state in {"done", "failed", "cancelled"}:
            return self.production_state
        return "asking" if self.production_state == "waiting" else "running"

    @property
    def why(self) -> str:
        """What went wrong; "" if nothing did."""
        return self.error or self.reason or ""
