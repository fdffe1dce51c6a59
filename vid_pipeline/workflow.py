"""The stored document: steps, what feeds them, and where they stand on the canvas.

A source is `step` (its whole output) or `step.field` (a field of it). An input takes

- one source: ``"article": "read"``
- several, all of which must arrive, as a tuple: ``"parts": ["intro", "body"]``
- whichever of several arrives, after a branch: ``"script": {"any": ["short", "long"]}``

`over` names the input that is a list: the step runs once for each of its items.
`when` names a branch's output: the step runs only if that output was chosen.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=48)]
StepId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=48)]
Source = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=97)]


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class AnyOf(_Document):
    """Whichever of these sources arrives; for the join after a branch."""

    any: tuple[Source, ...] = Field(min_length=2)


Feed = Source | tuple[Source, ...] | AnyOf


class Step(_Document):
    """One node: what it does, how it is set, what it reads."""

    id: StepId
    kind: StepId
    params: dict[str, JsonValue] = Field(default_factory=dict)
    inputs: dict[str, Feed] = Field(default_factory=dict, alias="in")
    over: str | None = None
    when: Source | None = None

    def sources(self) -> Iterator[str]:
        """Every source the step names, its condition included."""
        for feed in self.inputs.values():
            yield from sources_of(feed)
        if self.when is not None:
            yield self.when


class Point(_Document):
    x: float
    y: float


Colour = Literal["grey", "yellow", "green", "blue", "violet", "red"]


class Note(_Document):
    """Words on the canvas, for whoever draws. Its place is its upper left corner."""

    id: StepId
    text: str = Field(default="", max_length=4000)
    x: float
    y: float
    width: float = Field(default=220, gt=0, le=4000)
    height: float = Field(default=120, gt=0, le=4000)
    colour: Colour = "yellow"


class Group(_Document):
    """Steps that people see together, under a title."""

    id: StepId
    title: str = Field(default="", max_length=120)
    steps: tuple[StepId, ...] = ()
    colour: Colour = "grey"


class Workflow(_Document):
    """A creator's graph of steps. Immutable once published as a version."""

    format: Literal["vid-pipeline/workflow/1"] = "vid-pipeline/workflow/1"
    slug: Slug
    title: str = Field(min_length=1, max_length=120)
    description: str = ""
    steps: tuple[Step, ...] = Field(min_length=1, max_length=500)
    layout: dict[StepId, Point] = Field(default_factory=dict)
    notes: tuple[Note, ...] = Field(default=(), max_length=200)
    groups: tuple[Group, ...] = Field(default=(), max_length=200)

    def document(self) -> dict[str, Any]:
        """The document as stored and exported: readable JSON, defaults left out."""
        body = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return {"format": self.format} | body


def sources_of(feed: Feed) -> tuple[str, ...]:
    """The sources an input names, in order."""
    if isinstance(feed, str):
        return (feed,)
    return feed.any if isinstance(feed, AnyOf) else feed


def step_of(source: str) -> str:
    """The step a source belongs to."""
    return source.partition(".")[0]


def field_of(source: str) -> str | None:
    """The field a source names, or None for the whole output."""
    return source.partition(".")[2] or None


def id_in(step_key: str) -> str:
    """The id of the step that a key names: `draw` of `draw[s2]`."""
    return step_key.partition("[")[0]


def item_in(step_key: str) -> str:
    """The item that a key names: `s2` of `draw[s2]`; "" if it names none."""
    return step_key.partition("[")[2].removesuffix("]")


def job_name(slug: str, version: int) -> str:
    """The Dagster job of a version: Dagster's names have no hyphens, slugs no underscores."""
    return f"{slug.replace('-', '_')}__v{version}"


def json_schema() -> dict[str, Any]:
    """The published JSON Schema (2020-12) of a workflow document."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | (
        Workflow.model_json_schema(by_alias=True)
    )
