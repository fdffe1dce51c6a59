"""Using the tools that a model asks for: only allowed ones, checked, limited, traced.

A call that the step made before, at the same point of the same conversation, is not made again:
its result is read off the trace. So a step that waited or failed goes on as it would have.
"""

import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue, ValidationError

from assets.agent.fencing import fence
from vid_pipeline.artifacts import Artifact
from vid_pipeline.asking import Ask, FormField
from vid_pipeline.drawn_schema import faults
from vid_pipeline.errors import Cancelled, OverBudget, VidPipelineError
from vid_pipeline.ports import Ports
from vid_pipeline.step_events import StepEvent
from vid_pipeline.talk import ToolCall, ToolResult, ToolSpec
from vid_pipeline.tools import Tool, ToolInput

_LONGEST_RESULT = 24_000
_ALLOW = (
    FormField(name="allow", label="Let it run", type="yes_no"),
    FormField(name="note", label="What the agent is told", required=False),
)


class ProposedCall(Artifact):
    """What an agent wants to do, for people to allow."""

    tool: str
    does: str
    input: JsonValue
    call: str


class _NotDone(Exception):
    """The model is told why."""


@dataclass
class ToolDesk:
    """The tools of one agent; `bound` are inputs that the step sets, which no model sees."""

    tools: Mapping[str, Tool]
    ports: Ports
    bound: Mapping[str, JsonValue]
    most_calls: int
    used: "Counter[str]" = field(default_factory=Counter)

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What the model is told of them."""
        return tuple(self._spec(tool) for tool in self.tools.values())

    def _spec(self, tool: Tool) -> ToolSpec:
        spec = tool.spec
        hidden = self.bound.keys() & tool.takes.model_fields.keys()
        schema = dict(spec.input_schema)
        schema["properties"] = {
            name: one for name, one in schema.get("properties", {}).items() if name not in hidden
        }
        schema["required"] = [name for name in schema.get("required", []) if name not in hidden]
        return spec.model_copy(update={"input_schema": schema})

    def result(self, call: ToolCall, key: str) -> ToolResult:
        """What a call gave, or why it did not; `key` names its place in the conversation.

        Raises:
            Waits: a person is asked first.
            Cancelled: the step shall stop.
            OverBudget: it would cost more than is left.
        """
        self.used[call.name] += 1
        begun = time.monotonic()
        known = self.ports.trace.kept("tool", key)
        if known is None:
            content, failed = self._tried(call, key)
        else:
            content, failed = str(known.detail["content"]), bool(known.detail["failed"])
        detail: dict[str, JsonValue] = {
            "called": call.name,
            "input": call.input,
            "content": content,
            "failed": failed,
            "ms": round((time.monotonic() - begun) * 1000),
            "again": known is not None,
        }
        name = call.name if call.name in self.tools else "unknown tool"
        self.ports.trace.tell(StepEvent(kind="tool", name=name, key=key, detail=detail))
        return ToolResult(id=call.id, content=content, failed=failed)

    def _tried(self, call: ToolCall, key: str) -> tuple[str, bool]:
        """The result as the model reads it, and whether the call failed."""
        tool = self.tools.get(call.name)
        try:
            return self._done(call, tool, key), False
        except (Cancelled, OverBudget):
            raise
        except _NotDone as reason:
            return str(reason), True
        except VidPipelineError as error:  # may quote what a stranger wrote
            said = _shortened(str(error))
            return fence(said, call.name) if tool is not None and tool.outside else said, True

    def _done(self, call: ToolCall, tool: Tool | None, key: str) -> str:
        if tool is None:
            mine = ", ".join(self.tools) or "none"
            raise _NotDone(f"You have no tool {call.name[:60]!r}. Your tools: {mine}.")
        ask = self._checked(call, tool)
        if tool.effect == "acts":
            self._allowed(ask, tool, key)
        ports = {name: getattr(self.ports, name) for name in tool.ports}
        given = tool.run(ask, **ports).model_dump(mode="json")
        text = _shortened(json.dumps(given, ensure_ascii=False))
        return fence(text, tool.name) if tool.outside else text

    def _checked(self, call: ToolCall, tool: Tool) -> ToolInput:
        if self.used[tool.name] > tool.most_calls:
            raise _NotDone(f"{tool.name} was used {tool.most_calls} times, which is its limit.")
        if self.used.total() > self.most_calls:
            raise _NotDone(f"{self.most_calls} tools were used, which is the limit. Answer now.")
        given: Any = call.input
        if isinstance(given, dict):
            own = self.bound.keys() & tool.takes.model_fields.keys()
            given = given | {name: self.bound[name] for name in own}
        try:
            return tool.takes.model_validate(given)
        except ValidationError as error:
            raise _NotDone(f"The input is not valid: {faults(error)}. Correct it.") from None

    def _allowed(self, ask: ToolInput, tool: Tool, key: str) -> None:
        """Return if a person lets it run, once.

        Raises:
            Waits: nobody has decided yet.
        """
        proposed = ProposedCall(
            tool=tool.name, does=tool.spec.description, input=ask.model_dump(mode="json"), call=key
        )
        title = f"Let an agent use {tool.name}"
        wish = Ask(kind="approval", title=title, form=_ALLOW)
        answers = self.ports.reviews.decided(wish, {"": proposed}).answers
        if answers.get("allow") is not True:
            note = answers.get("note")
            raise _NotDone("A person does not allow this." + (f" They say: {note}" if note else ""))
        if self.ports.trace.kept("note", key) is not None:
            raise _NotDone("It was begun before and cut off; it may have happened. Not done again.")
        self.ports.trace.tell(StepEvent(kind="note", name="begun", key=key))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_RESULT else f"{text[:_LONGEST_RESULT]} (cut: it is longer)"
