"""Anthropic's Messages API."""

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

from resources.lines import Lines
from resources.llm.faults import CutStream, Unreadable
from resources.llm.service import Service
from resources.llm.usage import Usage
from resources.llm.wire import Body, Heard, Stop, next_of, trusted
from vid_pipeline.talk import Message, Opaque, Part, Question, Text, ToolCall, ToolResult

if TYPE_CHECKING:
    import anthropic
    from anthropic.types import Message as Reply

_LEAST_THINKING = 1024
_STOPS: dict[str, Stop] = {
    "tool_use": "tool_call",
    "refusal": "refusal",
    "max_tokens": "max_tokens",
    "model_context_window_exceeded": "max_tokens",
}
_CACHED = {"cache_control": {"type": "ephemeral"}}
_CANNOT_THINK = re.compile(r"claude-(2|instant|3-(?!7))")
_THINKS_BY_BUDGET = re.compile(r"claude-(3-7|(opus|sonnet|haiku)-4(-[0-5])?(-2\d{7})?$)")
_THINKING = ("thinking", "redacted_thinking")
_CALL_ONLY = "Give your answer by calling the tool, and nothing besides."


@dataclass(frozen=True)
class AnthropicWire:
    """Source: "Messages", "Extended thinking", "Prompt caching" in Anthropic's API reference."""

    instructed_as: str = "anthropic"
    optional: tuple[str, ...] = ("thinking", "temperature")

    def sdk(self) -> ModuleType:
        import anthropic  # noqa: PLC0415  Loading it takes seconds.

        return anthropic

    def client(self, service: Service, lines: Lines) -> AbstractContextManager[Any]:
        import anthropic  # noqa: PLC0415

        return anthropic.Anthropic(
            api_key=service.key_text(),
            base_url=service.base_url,
            timeout=service.timeout_s,
            max_retries=0,
            http_client=anthropic.DefaultHttpxClient(event_hooks=lines.hooks, verify=trusted()),
        )

    def body(self, service: Service, question: Question, *, answering: bool) -> Body:
        body: Body = {
            "model": service.model_name,
            "max_tokens": question.max_tokens,
            "messages": _messages(question),
        }
        if question.system:
            body["system"] = question.system
        if question.tools and not answering:
            body["tools"] = [tool.model_dump() for tool in question.tools]
        if thinking := _thinking(service.model_name, question.thinking_tokens):
            _think(body, thinking, question.thinking_tokens, answering=answering)
        elif question.temperature is not None:  # those who think choose it themselves
            body["temperature"] = min(1.0, question.temperature)
        return body

    def marked(self, body: Body, *, ongoing: bool) -> Body:
        """The prompt's parts marked that the service shall remember: tools, system, what was said.

        A conversation of one prompt is not: it would cost a quarter more and never be read again.
        """
        marked = dict(body)
        if tools := body.get("tools"):
            marked["tools"] = [*tools[:-1], tools[-1] | _CACHED]
        if system := body.get("system"):
            blocks = [_text(system)] if isinstance(system, str) else list(system)
            marked["system"] = [*blocks[:-1], blocks[-1] | _CACHED]
        if "temperature" in marked:  # the API takes it, the SDK has no name for it
            marked["extra_body"] = {"temperature": marked.pop("temperature")}
        if ongoing:
            marked["messages"] = [*body["messages"][:-1], _marked(body["messages"][-1])]
        return marked

    def send(
        self, client: "anthropic.Anthropic", body: Body, heard: Heard, *, timeout_s: float
    ) -> "Reply":
        reply: Reply = client.messages.create(**body, timeout=timeout_s)
        return _read(reply, heard)

    def stream(
        self, client: "anthropic.Anthropic", body: Body, heard: Heard, *, answering: bool
    ) -> "Reply":
        ended = False
        with client.messages.stream(**body) as stream:
            events = iter(stream)
            while (event := next_of(events)) is not None:
                if event.type in {"message_start", "message_delta"}:
                    heard.usage = _usage(stream.current_message_snapshot)
                elif event.type == "text" and not answering:
                    heard.more(event.text)
                elif event.type == "input_json" and answering:
                    heard.more(event.partial_json)
                ended = ended or event.type == "message_stop"
            if not ended:
                raise CutStream
            reply = stream.get_final_message()
        heard.tell()
        return _read(reply, heard)

    def stop(self, reply: "Reply") -> Stop:
        return _STOPS.get(reply.stop_reason or "", "end")

    def message(self, reply: "Reply") -> Message:
        parts = tuple(_part(block) for block in reply.content)
        return Message(role="assistant", parts=parts or (Text(text=""),))


def _thinking(model: str, tokens: int) -> Body | None:
    """How a model is told to think: some have a budget, newer ones decide themselves."""
    if not tokens or _CANNOT_THINK.match(model):
        return None
    if _THINKS_BY_BUDGET.match(model):
        return {"type": "enabled", "budget_tokens": max(_LEAST_THINKING, tokens)}
    return {"type": "adaptive"}


def _think(body: Body, thinking: Body, tokens: int, *, answering: bool) -> None:
    """Thinking counts towards the limit, and goes with no tool that is forced."""
    body["thinking"] = thinking
    body["max_tokens"] += max(_LEAST_THINKING, tokens)
    if answering:
        body["tool_choice"] = {"type": "auto"}
        body["system"] = f"{body.get('system', '')}\n\n{_CALL_ONLY}".strip()


def _messages(question: Question) -> list[Body]:
    said = [(one.role, [_block(p) for p in one.parts if _is_sent(p)]) for one in question.messages]
    return [{"role": role, "content": blocks} for role, blocks in said if blocks]


def _is_sent(part: Part) -> bool:
    """Whether the API takes a part: no text without words, nothing that another API understands."""
    if isinstance(part, Opaque):
        return isinstance(part.data, dict) and part.data.get("type") in _THINKING
    return not isinstance(part, Text) or bool(part.text.strip())


def _block(part: Part) -> Body:
    match part:
        case Text():
            return _text(part.text)
        case ToolCall():
            called = part.input if isinstance(part.input, dict) else {"input": part.input}
            return {"type": "tool_use", "id": part.id, "name": part.name, "input": called}
        case ToolResult():
            result = {"type": "tool_result", "tool_use_id": part.id, "content": part.content}
            return result | ({"is_error": True} if part.failed else {})
        case Opaque():
            assert isinstance(part.data, dict)
            return part.data


def _text(text: str) -> Body:
    return {"type": "text", "text": text}


def _part(block: Any) -> Part:
    if block.type == "text":
        return Text(text=block.text)
    if block.type == "tool_use":
        return ToolCall(id=block.id, name=block.name, input=block.input)
    return Opaque(data=block.model_dump(mode="json", exclude_none=True))


def _marked(message: Body) -> Body:
    """A message with a mark on its last block that can carry one."""
    content = message["content"]
    blocks = [_text(content)] if isinstance(content, str) else list(content)
    if blocks[-1]["type"] not in _THINKING:
        blocks[-1] = blocks[-1] | _CACHED
    return message | {"content": blocks}


def _read(reply: "Reply", heard: Heard) -> "Reply":
    if not isinstance(getattr(reply, "content", None), list) or reply.usage is None:
        raise Unreadable
    heard.usage = _usage(reply)
    return reply


def _usage(reply: "Reply") -> Usage:
    used = reply.usage
    return Usage(
        input_tokens=used.input_tokens or 0,
        output_tokens=used.output_tokens or 0,
        cache_read_tokens=used.cache_read_input_tokens or 0,
        cache_write_tokens=used.cache_creation_input_tokens or 0,
    )
