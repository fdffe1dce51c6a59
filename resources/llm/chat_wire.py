"""The chat completions API: OpenAI's, and that of everyone who copies it."""

import json
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from resources.lines import Lines
from resources.llm.faults import CutStream, Unreadable
from resources.llm.service import Service
from resources.llm.usage import Usage
from resources.llm.wire import Body, Heard, Stop, next_of, trusted
from vid_pipeline.talk import Message, Question, Text, ToolCall, ToolResult, ToolSpec

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

_STOPS: dict[str, Stop] = {
    "tool_calls": "tool_call",
    "function_call": "tool_call",
    "length": "max_tokens",
    "content_filter": "refusal",
}
_REASONS = re.compile(r"o\d|gpt-5")
_EFFORTS = ((2000, "low"), (8000, "medium"))


@dataclass(frozen=True)
class ChatWire:
    """Source: "Chat completions" in OpenAI's API reference."""

    instructed_as: str = "openai"
    optional: tuple[str, ...] = ("reasoning_effort", "temperature")

    def sdk(self) -> ModuleType:
        import openai  # noqa: PLC0415  Loading it takes seconds.

        return openai

    def client(self, service: Service, lines: Lines) -> AbstractContextManager[Any]:
        import openai  # noqa: PLC0415

        return openai.OpenAI(
            api_key=service.key_text(),
            base_url=service.base_url,
            timeout=service.timeout_s,
            max_retries=0,
            http_client=openai.DefaultHttpxClient(event_hooks=lines.hooks, verify=trusted()),
        )

    def body(self, service: Service, question: Question, *, answering: bool) -> Body:
        own = service.base_url is None  # others know the limit by its older name
        limit = "max_completion_tokens" if own else "max_tokens"
        body: Body = {
            "model": service.model_name,
            limit: question.max_tokens + question.thinking_tokens,
            "messages": _messages(question),
        }
        if question.tools and not answering:
            body["tools"] = [_tool(one) for one in question.tools]
        if question.thinking_tokens and _REASONS.match(service.model_name):
            body["reasoning_effort"] = _effort(question.thinking_tokens)
        elif question.temperature is not None:
            body["temperature"] = question.temperature
        return body

    def marked(self, body: Body, *, ongoing: bool) -> Body:  # noqa: ARG002
        """As it is: these services remember prompts by themselves."""
        return body | {"messages": [_told(one) for one in body["messages"]]}

    def send(
        self, client: "openai.OpenAI", body: Body, heard: Heard, *, timeout_s: float
    ) -> "ChatCompletion":
        reply: ChatCompletion = client.chat.completions.create(**body, timeout=timeout_s)
        if not getattr(reply, "choices", None) or not hasattr(reply.choices[0], "message"):
            raise Unreadable
        heard.usage = _usage(reply)
        return reply

    def stream(
        self, client: "openai.OpenAI", body: Body, heard: Heard, *, answering: bool
    ) -> "ChatCompletion":
        asked: Body = {"stream_options": {"include_usage": True}, "stream": True} | body
        grown = _Growing()
        stream: Any = client.chat.completions.create(**asked)
        with stream:
            chunks = iter(stream)
            while (chunk := next_of(chunks)) is not None:
                heard.usage = _usage(chunk) if chunk.usage else heard.usage
                words, arguments = grown.take(chunk)
                heard.more(arguments if answering else words)
        if grown.reason is None:
            raise CutStream
        heard.tell()
        return grown.whole()

    def stop(self, reply: "ChatCompletion") -> Stop:
        choice = reply.choices[0]
        if choice.message.refusal:
            return "refusal"
        if choice.message.tool_calls and choice.finish_reason == "stop":
            return "tool_call"
        return _STOPS.get(choice.finish_reason or "", "end")

    def message(self, reply: "ChatCompletion") -> Message:
        said = reply.choices[0].message
        calls = [
            ToolCall(id=call.id, name=call.function.name, input=_input(call.function.arguments))
            for call in said.tool_calls or ()
            if call.type == "function"
        ]
        words = [Text(text=said.content)] if said.content or not calls else []
        return Message(role="assistant", parts=(*words, *calls))


@dataclass
class _Growing:
    """A completion put together from its chunks; `reason` is None until it has ended."""

    reason: str | None = None
    content: str = ""
    refusal: str = ""
    calls: dict[int, Body] = field(default_factory=dict)
    head: Body = field(default_factory=dict)

    def take(self, chunk: "ChatCompletionChunk") -> tuple[str, str]:
        """Add a chunk; the words and the arguments in it."""
        self.head = self.head or {"id": chunk.id, "created": chunk.created, "model": chunk.model}
        if not chunk.choices:
            return "", ""
        choice = chunk.choices[0]
        self.reason = choice.finish_reason or self.reason
        delta = choice.delta
        self.content += delta.content or ""
        self.refusal += delta.refusal or ""
        return delta.content or "", "".join(self._call(one) for one in delta.tool_calls or ())

    def _call(self, delta: Any) -> str:
        call = self.calls.setdefault(delta.index, {"id": "", "name": "", "arguments": ""})
        call["id"] = delta.id or call["id"]
        said = delta.function
        more = (said.arguments or "") if said else ""
        call["name"] += (said.name or "") if said else ""
        call["arguments"] += more
        return more

    def whole(self) -> "ChatCompletion":
        from openai.types.chat import ChatCompletion  # noqa: PLC0415

        calls = [
            {
                "id": call["id"],
                "type": "function",
                "function": {"name": call["name"], "arguments": call["arguments"]},
            }
            for _, call in sorted(self.calls.items())
        ]
        message = {
            "role": "assistant",
            "content": self.content or None,
            "refusal": self.refusal or None,
            "tool_calls": calls or None,
        }
        choice = {"index": 0, "finish_reason": self.reason, "message": message, "logprobs": None}
        return ChatCompletion.model_validate(
            self.head | {"object": "chat.completion", "choices": [choice]}
        )


def _messages(question: Question) -> list[Body]:
    system = [{"role": "system", "content": question.system}] if question.system else []
    return system + [body for message in question.messages for body in _turn(message)]


def _turn(message: Message) -> list[Body]:
    """A turn as one message or several: each tool's result is a message of its own, first."""
    results = [
        {"role": "tool", "tool_call_id": part.id, "content": _result(part)}
        for part in message.parts
        if isinstance(part, ToolResult)
    ]
    turn: Body = {"role": message.role, "content": message.text}
    if message.calls:
        turn["tool_calls"] = [_call(one) for one in message.calls]
    return [*results, turn] if message.text.strip() or message.calls else results


def _result(part: ToolResult) -> str:
    return f"The tool failed: {part.content}" if part.failed else part.content


def _call(part: ToolCall) -> Body:
    arguments = part.input if isinstance(part.input, str) else json.dumps(part.input)
    return {
        "id": part.id,
        "type": "function",
        "function": {"name": part.name, "arguments": arguments},
    }


def _tool(tool: ToolSpec) -> Body:
    return {
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": tool.input_schema,
        },
    }


def _told(message: Body) -> Body:
    """A message without what instructor makes of one that has calls and no words."""
    return message if message.get("content") else message | {"content": None}


def _effort(tokens: int) -> str:
    return next((name for most, name in _EFFORTS if tokens <= most), "high")


def _input(arguments: str) -> JsonValue:
    """A call's input; the words themselves if they are no JSON, for the tool to refuse."""
    try:
        read: JsonValue = json.loads(arguments or "{}")
    except ValueError:
        return arguments
    return read


def _usage(reply: "ChatCompletion | ChatCompletionChunk") -> Usage:
    used = reply.usage
    if used is None:
        return Usage()
    details = used.prompt_tokens_details
    cached = (details.cached_tokens or 0) if details else 0
    return Usage(
        input_tokens=(used.prompt_tokens or 0) - cached,
        output_tokens=used.completion_tokens or 0,
        cache_read_tokens=cached,
    )
