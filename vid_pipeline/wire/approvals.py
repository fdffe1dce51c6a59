"""What waits for people, what they see of it, and what they answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field, JsonValue

from vid_pipeline.asking import FormField, RequestKind, Role
from vid_pipeline.wire.base import Answered, Asked
from vid_pipeline.wire.productions import State

ApprovalState = Literal["open", "approved", "rejected", "stopped", "expired", "withdrawn"]


class Approval(Answered):
    """What a production asks of people."""

    id: UUID
    production_id: UUID
    step_id: str
    kind: RequestKind
    title: str
    round: int
    state: ApprovalState
    items: tuple[str, ...] = Field(description="Keys of what is asked about; `` of one thing.")
    form: tuple[FormField, ...] = Field(description="To be filled in with an approval.")
    facts: dict[str, JsonValue] = Field(description="Of a budget: its scope and the cap needed.")
    role: Role | None = Field(description="Everybody of this role may decide.")
    needed: int = Field(description="How many must approve.")
    asked_at: datetime
    deadline_at: datetime | None
    decided_at: datetime | None


class Change(Answered):
    """A place that differs from the round before."""

    path: str
    before: JsonValue
    after: JsonValue


class Thing(Answered):
    """One thing that is asked about."""

    key: str
    type: str
    body: JsonValue = Field(description="The artifact as JSON; null if it is gone.")
    settled: bool = Field(description="Approved in an earlier round.")
    changes: tuple[Change, ...]


class Said(Answered):
    """What was said in an earlier round."""

    round: int
    state: str
    feedback: str


class AboutProduction(Answered):
    """What deciders see of the production itself."""

    id: UUID
    title: str
    state: State


class Review(Answered):
    """All that is needed to decide."""

    approval: Approval
    production: AboutProduction
    things: tuple[Thing, ...]
    beside: dict[str, JsonValue] = Field(description="What its step has read besides: research, …")
    history: tuple[Said, ...]
    back_to: tuple[str, ...] = Field(description="Steps that feedback may go to, nearest first.")


class ItemDecision(Asked):
    """What is said of one of several things."""

    verdict: Literal["approve", "reject"] = "approve"
    note: str = Field(default="", max_length=20_000)
    edit: JsonValue = Field(default=None, description="The whole thing as it shall be.")


class Decision(Asked):
    """What somebody answers.

    `reject` sends the feedback to the step `to`, which tries again; `stop` ends the production.
    Of several things `items` says which are rejected; if it names any, all others are approved.
    """

    verdict: Literal["approve", "reject", "stop"]
    feedback: str = Field(default="", max_length=20_000)
    to: str | None = Field(default=None, description="The step that tries again.")
    edit: JsonValue = Field(default=None, description="The whole thing as it shall be.")
    items: Mapping[str, ItemDecision] = Field(default_factory=dict)
    form: Mapping[str, JsonValue] = Field(default_factory=dict)
    limit_usd: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, description="Of a budget: its new cap."
    )


class Decided(Answered):
    """What came of a decision."""

    approval: Approval
    goes_on: bool = Field(description="A run that goes on with it was started or is planned.")
    approvals_missing: bool = Field(description="Others have to approve, too.")
