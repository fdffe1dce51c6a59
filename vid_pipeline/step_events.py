"""What a step does on its way to its output: tools it uses, what it says and hears, notes."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

EventKind = Literal["tool", "said", "note"]


class StepEvent(BaseModel):
    """One of them. `key` names what it is about, so that the step's next try finds it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: EventKind
    name: str = Field(max_length=100, description="A tool's name, a speaker, what a note is of.")
    key: str = Field(default="", max_length=100)
    detail: dict[str, JsonValue] = Field(default_factory=dict)
