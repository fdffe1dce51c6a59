"""What is said to a language model and what it says: no wire, no SDK, one form for every one."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Frozen):
    """Words."""

    part: Literal["text"] = "text"
    text: str


class ToolCall(_Frozen):
    """A model's wish to use a tool; nothing has happened yet."""

    part: Literal["tool_call"] = "tool_call"
    id: str
    name: str
    input: JsonValue


class ToolResult(_Frozen):
    """What a tool gave for the call with the same id, or why it did not."""

    part: Literal["tool_result"] = "tool_result"
    id: str
    content: str
    failed: bool = False


class Opaque(_Frozen):
    """A part that only its provider understands, such as signed thinking: sent back as it came."""

    part: Literal["opaque"] = "opaque"
    data: JsonValue


Part = Annotated[Text | ToolCall | ToolResult | Opaque, Field(discriminator="part")]


class Message(_Frozen):
    """One turn of a conversation with a model."""

    role: Literal["user", "assistant"]
    parts: tuple[Part, ...] = Field(min_length=1)

    @classmethod
    def of(cls, role: Literal["user", "assistant"], text: str) -> "Message":
        """A turn of plain words."""
        return cls(role=role, parts=(Text(text=text),))

    @property
    def text(self) -> str:
        """Its words, without calls and results."""
        return "\n".join(part.text for part in self.parts if isinstance(part, Text))

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The tools it wants to use, in order."""
        return tuple(part for part in self.parts if isinstance(part, ToolCall))


class ToolSpec(_Frozen):
    """What a model is told of a tool; `input_schema` is a JSON Schema of an object."""

    name: str
    description: str
    input_schema: dict[str, Any]


class Question(_Frozen):
    """All that decides a reply. Equal questions of one production are paid once.

    `model` is `provider/model`; empty means the installation's. `thinking_tokens` is a budget for
    models that can think; 0 turns it off. A temperature of None is the provider's own.
    """

    messages: tuple[Message, ...] = Field(min_length=1)
    system: str = ""
    tools: tuple[ToolSpec, ...] = ()
    model: str = ""
    max_tokens: int = Field(default=8000, gt=0)
    temperature: float | None = Field(default=None, ge=0, le=2)
    thinking_tokens: int = Field(default=0, ge=0)

    @classmethod
    def of(cls, prompt: str, *, system: str = "") -> "Question":
        """A single prompt."""
        return cls(messages=(Message.of("user", prompt),), system=system)


class Reply(_Frozen):
    """A model's next turn: who gave it (`provider/model`), how it stopped, what it cost.

    `input_tokens` counts everything that was read, the cache's share included.
    """

    message: Message
    stop: Literal["end", "tool_call"]
    model: str
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost_usd: float = 0.0
