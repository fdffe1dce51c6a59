"""Workflows, their versions and faults, and the kinds of steps that they are drawn of."""

from datetime import datetime

from pydantic import Field, JsonValue

from vid_pipeline.wire.base import Answered, Asked
from vid_pipeline.wire.problems import Fault
from vid_pipeline.workflow import Workflow


class WorkflowSummary(Answered):
    """The newest version of a workflow, or one of its versions."""

    slug: str
    version: int
    title: str
    description: str
    steps: int
    note: str
    published_at: datetime


class WorkflowVersion(WorkflowSummary):
    """A version with its document."""

    document: Workflow


class Publishing(Asked):
    """A document to be published as the next version."""

    document: Workflow
    note: str = Field(default="", max_length=2_000)


class Published(Answered):
    """The version that a document is; `new` is false if nothing had changed."""

    workflow: WorkflowVersion
    new: bool


class Checked(Answered):
    """Every fault of a document."""

    ok: bool
    faults: tuple[Fault, ...]


class Input(Answered):
    """What a step takes by one name."""

    type: str
    required: bool


class Kind(Answered):
    """A kind of step."""

    name: str
    title: str
    summary: str
    inputs: dict[str, Input]
    output: str
    asks_people: bool
    any_inputs: bool = Field(description="Takes inputs of any name besides.")
    ports: tuple[str, ...] = Field(description="What of the outside world it uses.")
    settings: dict[str, JsonValue] = Field(description="JSON Schema of its settings.")
