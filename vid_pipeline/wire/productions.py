"""Productions: what is to be made, how far it is, what came of it and what it took."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field, JsonValue

from vid_pipeline.artifacts import LONGEST_HOOK, Aspect
from vid_pipeline.wire.base import Answered, Asked

State = Literal["draft", "queued", "running", "waiting", "failed", "cancelled", "done"]
StepState = Literal[
    "waiting", "running", "asking", "done", "reused", "failed", "skipped", "cancelled"
]
TryState = Literal["running", "done", "failed", "skipped", "cancelled", "reused", "waiting"]


class Wanted(Asked):
    """How the video shall be, and by which workflow."""

    workflow: str = Field(default="article-to-short", description="A workflow's slug.")
    version: int | None = Field(default=None, ge=1, description="The newest if null.")
    title: str | None = Field(default=None, max_length=300, description="Instead of the source's.")
    aspect: Aspect = Aspect.PORTRAIT
    seconds: int = Field(default=60, ge=15, le=600)
    voice: str | None = Field(default=None, max_length=100)
    language: str | None = Field(default=None, max_length=20, description="ISO 639-1.")
    hook: str | None = Field(
        default=None,
        max_length=LONGEST_HOOK,
        description="The line that the script opens with, word for word.",
    )
    start: bool = Field(default=True, description="False leaves it a draft; `start` begins it.")
    fresh: bool = Field(default=False, description="Reuse nothing of earlier productions.")


class NewProduction(Wanted):
    """A production to be made of exactly one of `text` and `url`."""

    text: str | None = Field(
        default=None, max_length=2_000_000, description="An article, plain or Markdown."
    )
    url: str | None = Field(default=None, max_length=2_000, description="Of a page or document.")


class Source(Answered):
    """What a production is made of."""

    name: str
    url: str | None
    sha256: str | None = Field(description="Of a document: artifact of the production.")


class Production(Answered):
    """One source on its way through a version of a workflow."""

    id: UUID
    title: str
    workflow: str
    version: int
    state: State
    source: Source
    aspect: Aspect
    seconds: int = Field(description="Wanted length.")
    voice: str | None
    language: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    error: str | None
    failed_step: str | None
    only_step: str | None = Field(description="The one step that ran, if it was run alone.")


class StepProgress(Answered):
    """How far one step is."""

    id: str
    title: str
    state: StepState
    seconds: float
    progress: float = Field(description="0 to 1.")
    note: str
    items: int | None = Field(description="Of a step that runs once for each of a list.")
    items_done: int
    error: str | None


class File(Answered):
    """A delivered file."""

    name: str
    mime: str
    size_bytes: int
    href: str = Field(description="Path from which it is read; takes `Range`.")


class Progress(Answered):
    """A production with its steps, and what it has taken so far."""

    production: Production
    steps: tuple[StepProgress, ...]
    share: float = Field(description="How much is done, 0 to 1.")
    elapsed_s: float
    left_s: float | None = Field(description="Null while nothing like it ever ran.")
    cost_usd: float
    input_tokens: int
    output_tokens: int
    waits_for: tuple[UUID, ...] = Field(description="Open approvals, for which it waits.")

    @property
    def settled(self) -> bool:
        """Whether nothing goes on by itself: it has ended, or waits for people."""
        state = self.production.state
        if state == "waiting":
            return bool(self.waits_for)
        return state in {"draft", "failed", "cancelled", "done"}


class Again(Asked):
    """From where to go on: these steps anew, or on another version, or reusing nothing."""

    steps: tuple[str, ...] = Field(
        default=(), max_length=500, description="Ids as `draw`, or keys as `draw[s2]`."
    )
    version: int | None = Field(default=None, ge=1)
    fresh: bool = False


class Alone(Asked):
    """How a step is run alone."""

    version: int | None = Field(default=None, ge=1, description="The production's if null.")


class Forecast(Answered):
    """What going on would do; nothing is changed by asking."""

    version: int
    runs: dict[str, str] = Field(description="Step key → why it would run.")
    keeps: tuple[str, ...] = Field(description="Step keys whose outputs are kept.")
    cost_usd: float | None = Field(description="Null where no such step ever ran.")
    seconds: float | None


class Artifact(Answered):
    """What a step gave, as JSON; media in it are named by `sha256` and read as artifacts."""

    step_key: str
    type: str | None = Field(description="Null if the kind is not installed any more.")
    sha256: str
    made_at: datetime | None
    body: JsonValue


class Try(Answered):
    """One try of a step: what it took and spent."""

    step_key: str
    step_id: str
    kind: str
    attempt: int
    state: TryState
    started_at: datetime
    ended_at: datetime | None
    seconds: float | None
    input_tokens: int
    output_tokens: int
    cost_usd: float
    reused: bool
    output_sha256: str | None
    note: str
    error: str | None


class Call(Answered):
    """One paid call of an outside service."""

    step_key: str
    provider: str
    model: str
    state: str
    attempts: int
    input_tokens: int
    output_tokens: int
    cache_tokens: int
    cost_usd: float
    seconds: float | None
    error: str | None
    sent_at: datetime
    instead_of: str


class Event(Answered):
    """Something that a step did: used a tool, said or heard something, made a note."""

    number: int
    at: datetime
    step_key: str
    kind: Literal["tool", "said", "note"]
    name: str
    detail: dict[str, JsonValue]


class Run(Answered):
    """One run of a production, and why there was one."""

    number: int
    version: int
    reason: str
    state: str
    steps: tuple[str, ...] | None = Field(description="Step keys; null for all.")
    waits_for: str | None
    error: str | None
    planned_at: datetime
    ended_at: datetime | None


class MemoryUsed(Answered):
    """A memory that a step was given."""

    memory_id: UUID
    step_key: str
    kind: str
    text: str
    used_at: datetime


class Trace(Answered):
    """All that a production's steps did, read, took and spent."""

    production: Production
    cost_usd: float
    input_tokens: int
    output_tokens: int
    tries: tuple[Try, ...]
    calls: tuple[Call, ...]
    events: tuple[Event, ...]
    runs: tuple[Run, ...]
    memories: tuple[MemoryUsed, ...]
