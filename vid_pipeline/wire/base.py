"""Bases of what goes over the wire."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class Answered(BaseModel):
    """Base of answers; fields that a client does not know are ignored."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", json_schema_serialization_defaults_required=True
    )


class Asked(BaseModel):
    """Base of what is asked for; an unknown field is refused, as it may be a slip."""

    model_config = ConfigDict(frozen=True, extra="forbid")


T = TypeVar("T", bound=BaseModel)


class Page(Answered, Generic[T]):
    """Some of a list."""

    items: tuple[T, ...]
    next: str | None = Field(
        default=None, description="The `cursor` of the next page; null on the last one."
    )
