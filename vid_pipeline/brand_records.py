"""Rows of channels that videos are made for, as frozen models."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from vid_pipeline.artifacts import Brand, Colours, Font, MediaRef
from vid_pipeline.records import Record


class BrandKit(BaseModel):
    """How the videos of a channel look; what is unset is each video's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    palette: str | None = Field(default=None, description="A shipped palette, by name.")
    colours: Colours | None = Field(default=None, description="Colours of its own, instead.")
    font: Font = "Inter"
    logo: MediaRef | None = None
    intro: str = Field(default="", max_length=60, description="Stands above the title.")
    outro: str = Field(default="", max_length=90, description="Stands at the end.")


class BrandChannel(Record):
    """A channel: what its videos have in common."""

    id: UUID
    owner_id: UUID
    slug: str = Field(description="Its name in addresses, briefs and memories; never changes.")
    name: str
    description: str
    kit: BrandKit
    voice: str | None
    language: str | None
    workflow: str | None = Field(description="The slug of the workflow it usually uses.")
    month_usd: float | None = Field(description="Most that its videos may cost in a month.")
    created_at: datetime
    archived_at: datetime | None

    @property
    def brand(self) -> Brand:
        """What its videos are given."""
        return Brand(channel=self.slug, name=self.name, **dict(self.kit))
