"""Batches: one workflow over many inputs and their variants."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from vid_pipeline.artifacts import LONGEST_HOOK
from vid_pipeline.variants import BatchRules, BatchState, ItemState, Variant
from vid_pipeline.wire.base import Answered, Asked

MOST_INPUTS, MOST_VARIANTS = 5000, 20
_ONE_WAY = (Variant(),)


class BatchInput(Asked):
    """A source, `text` or `url`, and how its video shall be. One with a fault is a dead letter."""

    text: str | None = Field(default=None, max_length=2_000_000)
    url: str | None = Field(default=None, max_length=2_000)
    title: str | None = Field(default=None, max_length=300)
    aspect: Literal["9:16", "16:9", "1:1"] | None = None
    seconds: int | None = Field(default=None, ge=15, le=600)
    voice: str | None = Field(default=None, max_length=120)
    language: str | None = Field(default=None, max_length=20)
    hook: str | None = Field(
        default=None, max_length=LONGEST_HOOK, description="The line that the script opens with."
    )


class BatchWishes(Asked):
    """How a batch is made."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(default="Batch", min_length=1, max_length=80)
    workflow: str = Field(default="article-to-short", max_length=80, description="A slug.")
    variants: tuple[Variant, ...] = Field(
        default=_ONE_WAY, min_length=1, max_length=MOST_VARIANTS, description="Of every input."
    )
    rules: BatchRules = BatchRules()


class NewBatch(BatchWishes):
    """A batch to be begun, of some inputs or of a feed's items."""

    inputs: tuple[BatchInput, ...] = Field(default=(), max_length=MOST_INPUTS)
    feed: str | None = Field(default=None, max_length=2_000, description="The address of a feed.")

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if bool(self.inputs) == bool(self.feed):
            raise ValueError("give either inputs or a feed")
        return self


class Guess(Asked):
    """A batch to be estimated."""

    workflow: str = Field(default="article-to-short", max_length=80)
    inputs: int = Field(ge=1, le=MOST_INPUTS, description="How many.")
    variants: tuple[Variant, ...] = Field(default=_ONE_WAY, min_length=1, max_length=MOST_VARIANTS)


class Estimate(Answered):
    """What a batch would take, one video after the other; null where no such step ever ran."""

    videos: int
    shared: tuple[str, ...] = Field(description="Steps done once for all variants of an input.")
    seconds: float | None
    cost_usd: float | None


class Batch(Answered):
    """One workflow over many inputs."""

    id: UUID
    name: str
    workflow: str
    version: int
    rules: BatchRules
    shared: tuple[str, ...]
    state: BatchState
    reason: str | None
    created_at: datetime
    ended_at: datetime | None


class BatchProgress(Answered):
    """How a batch stands."""

    batch: Batch
    videos: int
    counts: dict[ItemState, int] = Field(description="How many of its items stand how.")
    cost_usd: float


class BatchItem(Answered):
    """One input in one variant."""

    id: UUID
    input: int = Field(description="Counted from 1.")
    variant: int = Field(description="Counted from 0.")
    title: str
    label: str
    state: ItemState
    why: str = Field(description="What went wrong; empty if nothing did.")
    production_id: UUID | None
    seconds: float | None
    cost_usd: float


class GoOn(Asked):
    """How a batch goes on."""

    failed: bool = Field(default=False, description="With what failed or was stopped, too.")
    rules: BatchRules | None = Field(default=None, description="Others from now on.")
