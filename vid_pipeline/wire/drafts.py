"""Drafts of workflows: kept as they are, published when they can run."""

from datetime import datetime
from uuid import UUID

from pydantic import Field, JsonValue

from vid_pipeline.wire.base import Answered, Asked


class DraftSummary(Answered):
    """A draft without its document."""

    id: UUID
    slug: str
    title: str
    revision: int = Field(description="Counts up with each save.")
    published_version: int | None
    changed: bool = Field(description="It says something that no version says.")
    created_at: datetime
    updated_at: datetime


class Draft(DraftSummary):
    """A draft."""

    document: dict[str, JsonValue] = Field(description="May be incomplete.")


class NewDraft(Asked):
    """A draft to be begun."""

    title: str = Field(min_length=1, max_length=120)
    document: dict[str, JsonValue] | None = None


class DraftChange(Asked):
    """What a draft says from now on."""

    document: dict[str, JsonValue]


class Note(Asked):
    """What is said of a version."""

    note: str = Field(default="", max_length=2_000)
