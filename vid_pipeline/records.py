"""Rows that people look at, as frozen models: what the modules of `vid_pipeline.store` return."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from vid_pipeline.artifacts import Brief, MediaRef
from vid_pipeline.asking import AtDeadline, RequestKind, Role
from vid_pipeline.step_events import EventKind
from vid_pipeline.workflow import Workflow

ProductionState = Literal["draft", "queued", "running", "waiting", "failed", "cancelled", "done"]
TraceState = Literal["running", "done", "failed", "skipped", "cancelled", "reused", "waiting"]
LaunchState = Literal["planned", "running", "ended", "killed"]
LaunchReason = Literal["start", "decision", "retry", "resume", "version", "dagster"]
RequestState = Literal["open", "approved", "rejected", "stopped", "expired", "withdrawn"]
JournalState = Literal["sent", "submitted", "done", "failed"]
BudgetScope = Literal["production", "user", "month"]


class Record(BaseModel):
    """Base of every row. Frozen: a change is a new row from the store."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class User(Record):
    """A tenant. `local` is the one that an installation starts with."""

    id: UUID
    handle: str
    display_name: str
    email: str | None = None
    role: Role = "creator"
    local: bool = False
    created_at: datetime
    deactivated_at: datetime | None = None


class WorkflowVersion(Record):
    """A published workflow; immutable."""

    id: UUID
    owner_id: UUID
    slug: str
    version: int
    job_name: str = Field(description="The Dagster job; unique in the installation.")
    document: Workflow = Field(description="As it was drawn.")
    flat: Workflow | None = Field(default=None, description="As it runs, if it nests others.")
    document_sha: str
    note: str
    published_at: datetime

    @property
    def title(self) -> str:
        return self.document.title

    @property
    def graph(self) -> Workflow:
        """The steps that run."""
        return self.flat or self.document


class Draft(Record):
    """A workflow that its creator is still drawing: it may lack things, and is saved as it is."""

    id: UUID
    owner_id: UUID
    slug: str
    document: dict[str, JsonValue]
    revision: int = Field(description="Counts up with each save.")
    published_version: int | None = Field(description="What it was begun from or published as.")
    published_revision: int | None = Field(description="The revision that says the same as that.")
    created_at: datetime
    updated_at: datetime
    saved_by: UUID

    @property
    def title(self) -> str:
        """As its creator has called it so far."""
        title = self.document.get("title")
        return title if isinstance(title, str) and title.strip() else self.slug

    @property
    def changed(self) -> bool:
        """Whether it says something that no version says."""
        return self.revision != self.published_revision


class Production(Record):
    """One brief going through one workflow version."""

    id: UUID
    owner_id: UUID
    workflow: str = Field(description="The workflow's slug.")
    version: int
    job_name: str
    brief: Brief
    state: ProductionState
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    run_id: str | None = Field(default=None, description="The newest Dagster run.")
    root_run_id: str | None = Field(default=None, description="The first one.")
    folder: str | None = Field(default=None, description="Where it was delivered.")
    error: str | None = Field(default=None, description="One line, for people.")
    failed_step: str | None = None
    video_s: float | None = Field(default=None, description="Length of the finished video.")
    only_step: str | None = Field(
        default=None, description="The one step that was run, if it was not the whole."
    )

    @property
    def short_id(self) -> str:
        """The last 8 digits of the id, enough for `productions.get`."""
        return str(self.id)[-8:]

    @property
    def ended(self) -> bool:
        return self.state in {"failed", "cancelled", "done"}


class StepTrace(Record):
    """What one try of a step read, wrote and spent."""

    id: UUID
    owner_id: UUID
    production_id: UUID
    run_id: str
    step_key: str = Field(description="Dagster's key: `narrate`, or `draw[s2]` of a mapped step.")
    step_id: str
    kind: str
    attempt: int
    state: TraceState
    started_at: datetime
    ended_at: datetime | None = None
    inputs: dict[str, JsonValue] = Field(default_factory=dict, description="Name → what was read.")
    output: JsonValue = None
    output_sha: str | None = None
    fingerprint: str | None = Field(default=None, description="Of all that decides the output.")
    definition: str | None = Field(default=None, description="Of kind, version and settings.")
    turns: int = Field(default=0, description="How much feedback it had been given.")
    reused_from: str | None = Field(default=None, description="The run whose output this is.")
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0
    progress: float = 0
    note: str = ""
    error: str | None = None

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs."""
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else None


class StepEventRecord(Record):
    """Something that a step did on its way: used a tool, said or heard something, made a note."""

    id: UUID
    owner_id: UUID
    production_id: UUID
    trace_id: UUID
    step_key: str
    number: int = Field(description="Counts up, in the order they were told.")
    at: datetime
    kind: EventKind
    name: str
    key: str
    detail: dict[str, JsonValue]


class LogEvent(Record):
    """A step's event in short: of what was said or given, the beginning."""

    id: UUID
    step_key: str
    number: int
    at: datetime
    kind: EventKind
    name: str
    text: str
    failed: bool = False
    ms: float = 0


class Saying(Record):
    """What a step's agent is writing: all of it so far, or the end of it."""

    trace_id: UUID
    step_key: str
    text: str
    said_at: datetime


class JournalEntry(Record):
    """One outside call that costs money or time, written before it is sent."""

    id: UUID
    owner_id: UUID
    production_id: UUID
    request_hash: str
    step_key: str
    provider: str
    model: str
    state: JournalState
    round: int = Field(default=1, description="Tries the provider gave its last word on, and one.")
    idempotency_key: str = Field(description="By it a provider knows a call that is sent again.")
    attempts: int = Field(default=1, description="How often it was sent.")
    provider_job_id: str | None = None
    request: JsonValue = Field(default=None, description="Redacted: no keys.")
    response: JsonValue = None
    input_tokens: int = 0
    output_tokens: int = 0
    cache_tokens: int = 0
    cost_usd: float = 0
    reserved_usd: float = Field(default=0, description="The most it may still cost.")
    error: str | None = None
    sent_at: datetime
    done_at: datetime | None = None


class PaidCall(Record):
    """What people see of an outside call: who was called for which step, and what it took.

    `input_tokens` leaves out the cache's, which are `cache_tokens`; a call in place of another
    says which one and why.
    """

    step_key: str
    provider: str
    model: str
    state: JournalState
    attempts: int
    input_tokens: int
    output_tokens: int
    cache_tokens: int
    cost_usd: float
    error: str | None
    sent_at: datetime
    done_at: datetime | None
    instead_of: str = ""

    @property
    def seconds(self) -> float | None:
        """How long it took, if it has ended."""
        return None if self.done_at is None else (self.done_at - self.sent_at).total_seconds()


class Due(Record):
    """Something that a sweep looks after, and whose it is."""

    id: UUID
    owner_id: UUID
    production_id: UUID


class Launch(Record):
    """A run of a production, planned before Dagster is asked for it."""

    id: UUID
    owner_id: UUID
    production_id: UUID
    number: int
    version: int
    job_name: str
    reason: LaunchReason
    steps: tuple[str, ...] | None = Field(default=None, description="Step keys; all if None.")
    redo: tuple[str, ...] = Field(default=(), description="Done anew, whatever was done before.")
    fresh: bool = False
    parent_run_id: str | None = None
    root_run_id: str | None = None
    run_id: str | None = None
    state: LaunchState
    waits_for: str | None = Field(default=None, description="The gates that it waits at.")
    told: str | None = Field(default=None, description="What Dagster's run says of that.")
    tries: int = 0
    error: str | None = None
    planned_at: datetime
    tried_at: datetime | None = None
    ended_at: datetime | None = None


class Shown(Record):
    """One thing that people are asked about; `key` is an item's id, "" of a single thing."""

    key: str = ""
    type: str = Field(description="The artifact's class.")
    artifact: MediaRef = Field(description="Its JSON, in the store.")
    settled: bool = Field(default=False, description="Approved in an earlier round.")


class NewRequest(Record):
    """A request to be written."""

    production_id: UUID
    step_id: str
    kind: RequestKind
    subject: str = Field(description="SHA-256 of what is asked about.")
    run_id: str
    title: str
    shown: tuple[Shown, ...]
    form: JsonValue = None
    facts: dict[str, JsonValue] = Field(default_factory=dict)
    back_to: tuple[str, ...] = ()
    assignees: tuple[UUID, ...] = ()
    role: Role | None = None
    needed: int = 1
    author_barred: bool = False
    remind_after_hours: float | None = None
    deadline_hours: float | None = None
    at_deadline: AtDeadline | None = None
    escalate_to: tuple[UUID, ...] = ()

    @property
    def shown_json(self) -> JsonValue:
        return [one.model_dump(mode="json") for one in self.shown]


class Request(Record):
    """What a production asks of people, and what they decided."""

    id: UUID
    owner_id: UUID
    production_id: UUID
    step_id: str
    kind: RequestKind
    round: int
    subject: str
    run_id: str
    title: str
    shown: tuple[Shown, ...]
    form: JsonValue = Field(default=None, description="Fields to fill in.")
    facts: dict[str, JsonValue] = Field(
        default_factory=dict, description="Of a budget: `scope`, and `to_usd` that would do."
    )
    back_to: tuple[str, ...] = Field(default=(), description="Steps that feedback may go to.")
    assignees: tuple[UUID, ...] = ()
    role: Role | None = None
    needed: int = 1
    author_barred: bool = False
    remind_at: datetime | None = None
    deadline_at: datetime | None = None
    at_deadline: AtDeadline | None = None
    escalate_to: tuple[UUID, ...] = ()
    state: RequestState
    answer: JsonValue = None
    decided_by: UUID | None = None
    decided_at: datetime | None = None
    launch_id: UUID | None = Field(default=None, description="The launch that took it up.")
    workflow: str = Field(default="", description="The slug of its production's workflow.")
    about: str = Field(default="", description="The title of its production.")
    asked_at: datetime

    @property
    def short_id(self) -> str:
        """The last 8 digits of the id, enough for `requests.get`."""
        return str(self.id)[-8:]


class TurnRecord(Record):
    """What a step was told of what it gave."""

    id: UUID
    owner_id: UUID
    production_id: UUID
    step_key: str
    number: int
    feedback: str
    about: JsonValue = None
    author_id: UUID | None = None
    request_id: UUID | None = None
    said_at: datetime
