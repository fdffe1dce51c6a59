"""Triggers: what is watched, what was found there, and what became of it."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from vid_pipeline.watched import FindState, Making, NewTrigger, Rules, Sieve, Watched
from vid_pipeline.wire.base import Answered
from vid_pipeline.wire.productions import State

__all__ = ["AddedTrigger", "Find", "Hook", "NewTrigger", "Rehearsal", "Trigger", "Would"]


class Trigger(Answered):
    """A trigger, and how it stands."""

    id: UUID
    name: str
    watches: Watched
    making: Making
    sieve: Sieve
    rules: Rules
    paused: bool
    finished: bool = Field(description="It has no more to do.")
    folder: str | None = Field(description="Where files are to be put, if it watches a folder.")
    looked_at: datetime | None
    next_at: datetime
    failures: int = Field(description="Looks that failed, one after the other.")
    error: str | None
    created_at: datetime


class Hook(Answered):
    """Where other programs post to a trigger, and what they sign with; docs/api.md says how."""

    path: str = Field(description="Of the studio's address.")
    key: str = Field(description="In hexadecimal digits; a secret.")


class AddedTrigger(Answered):
    """A new trigger; of one that takes posts also where they go and their key."""

    trigger: Trigger
    hook: Hook | None


class Would(Answered):
    """One thing that is there now."""

    title: str = Field(description="Of the video that it would become.")
    at: str | None = Field(description="When it came, or comes; ISO 8601.")
    why_not: str | None = Field(description="Why it would not count; null if it would.")


class Rehearsal(Answered):
    """What a trigger would find, if it were set now."""

    items: tuple[Would, ...]


class Find(Answered):
    """Something that a trigger found."""

    id: UUID
    trigger_id: UUID
    title: str
    state: FindState
    dead: bool = Field(description="Nothing more comes of it by itself: a dead letter.")
    reason: str | None
    tries: int
    found_at: datetime
    next_at: datetime
    made_at: datetime | None
    production_id: UUID | None
    production_state: State | None
