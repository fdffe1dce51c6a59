"""What a gate asks of people: who may decide, by when, and what they fill in."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    JsonValue,
    create_model,
    model_validator,
)

from vid_pipeline.artifacts import Id

Handle = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
RequestKind = Literal["approval", "items", "budget"]
AtDeadline = Literal["remind", "escalate", "reject"]
Role = Literal["creator", "reviewer", "administrator"]

_TYPES: dict[str, Any] = {"text": str, "number": FiniteFloat, "yes_no": bool}
_LONGEST_TEXT = 20_000


class FormField(BaseModel):
    """One thing that a person fills in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Id
    label: str = Field(default="", max_length=120, description="What people read beside it.")
    type: Literal["text", "number", "yes_no", "choice"] = "text"
    required: bool = True
    choices: tuple[str, ...] = Field(default=(), description="Of a choice, two at least.")

    @model_validator(mode="after")
    def _choosable(self) -> Self:
        if (self.type == "choice") != (len(self.choices) > 1):
            raise ValueError("a choice, and only a choice, has two choices or more")
        return self


class Rule(BaseModel):
    """Who may decide, and by when; silence never approves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    assignees: tuple[Handle, ...] = Field(
        default=(), description="Users who may decide; with no role either, whoever makes it."
    )
    role: Role | None = Field(default=None, description="Everybody of this role may decide.")
    needed: int = Field(default=1, ge=1, le=20, description="How many must approve.")
    author_barred: bool = Field(
        default=False, description="Whoever makes the production may not decide."
    )
    remind_after_hours: float | None = Field(default=None, gt=0, le=8760)
    deadline_hours: float | None = Field(default=None, gt=0, le=8760)
    at_deadline: AtDeadline = Field(
        default="remind", description="Remind again, ask `escalate_to` too, or stop."
    )
    escalate_to: tuple[Handle, ...] = ()

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.role is None and self.assignees and self.needed > len(set(self.assignees)):
            raise ValueError(f"{len(self.assignees)} assignees cannot give {self.needed} approvals")
        if self.role is None and not self.assignees and (self.author_barred or self.needed > 1):
            raise ValueError("name assignees or a role: the author alone cannot meet this")
        if self.at_deadline == "escalate" and not self.escalate_to:
            raise ValueError("say whom to escalate to")
        return self


class Ask(BaseModel):
    """One request, as a gate words it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: RequestKind
    title: str
    rule: Rule = Rule()
    form: tuple[FormField, ...] = ()
    facts: dict[str, JsonValue] = Field(default_factory=dict, description="Of a budget: its cap.")
    back_to: tuple[str, ...] = Field(default=(), description="Steps that feedback may go to.")


class Waits(Exception):
    """Not a failure: a step has asked people, and ends without an output until they decide."""

    def __init__(self, request_id: str, title: str) -> None:
        self.request_id, self.title = request_id, title
        super().__init__(f"Waits for a decision: {title} (request {request_id[-8:]}).")


def form_model(fields: tuple[FormField, ...]) -> type[BaseModel]:
    """What answers to a form are validated by."""
    members: dict[str, Any] = {
        one.name: (_type(one), Field(default=... if one.required else None, title=one.label))
        for one in fields
    }
    config = ConfigDict(extra="forbid", str_max_length=_LONGEST_TEXT)
    return create_model("Form", __config__=config, **members)


def _type(field: FormField) -> Any:
    plain = Literal[field.choices] if field.type == "choice" else _TYPES[field.type]
    return plain if field.required else plain | None
