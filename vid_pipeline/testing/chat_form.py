"""A scripted reply as the chat completions API says it, in one piece or as a stream."""

import json
from collections.abc import Mapping
from typing import Any

from vid_pipeline.testing.model_replies import Event, Reply, pieces

Body = dict[str, Any]
_STOPS = {"max_tokens": "length", "refusal": "content_filter", "tool_use": "tool_calls"}


def fault(reply: Reply) -> Body:
    """The body of an error status."""
    return {"error": {"type": "scripted", "code": None, "message": reply.message}}


def whole(reply: Reply, request: Body, number: int) -> Body:
    """The reply in one piece."""
    calls = [_call(one) for one in reply.calls_for(_tools(request), number)]
    message = {"role": "assistant", "content": reply.text, "refusal": None}
    choice = {
        "index": 0,
        "finish_reason": _stop(reply),
        "message": message | ({"tool_calls": calls} if calls else {}),
    }
    head = _head(request, number, "chat.completion")
    return head | {"choices": [choice], "usage": _usage(reply.usage)}


def stream(reply: Reply, request: Body, number: int) -> list[Event]:
    """The reply as server-sent events; usage comes last, if it was asked for."""
    head = _head(request, number, "chat.completion.chunk")
    deltas: list[Body] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": piece} for piece in pieces(reply.text or "")]
    for index, one in enumerate(reply.calls_for(_tools(request), number)):
        deltas += _call_deltas(index, _call(one))
    events = [_chunk(head, delta, None) for delta in deltas]
    if reply.stream_error:
        wrong = {"type": reply.stream_error, "message": reply.message}
        return [*events, _event({"error": wrong})]
    events.append(_chunk(head, {}, _stop(reply)))
    if request.get("stream_options", {}).get("include_usage"):
        told: Body = {"choices": [], "usage": _usage(reply.usage)}
        events.append(_event(head | told, reply.usage))
    return [*events, Event(b"data: [DONE]\n\n")]


def _head(request: Body, number: int, kind: str) -> Body:
    return {"id": f"chat_{number}", "object": kind, "created": 1, "model": request["model"]}


def _tools(request: Body) -> list[str]:
    names = [str(one["function"]["name"]) for one in request.get("tools", ())]
    choice = request.get("tool_choice")
    return [choice["function"]["name"], *names] if isinstance(choice, dict) else names


def _stop(reply: Reply) -> str:
    if reply.stop_reason:
        return _STOPS.get(reply.stop_reason, "stop")
    return "tool_calls" if reply.tool is not None or reply.calls else "stop"


def _call(one: tuple[str, str, Body]) -> Body:
    function = {"name": one[1], "arguments": json.dumps(one[2])}
    return {"id": one[0], "type": "function", "function": function}


def _call_deltas(index: int, call: Body) -> list[Body]:
    """A call as its pieces: name first, then its arguments bit by bit."""
    function = call["function"]
    named = call | {"index": index, "function": {"name": function["name"], "arguments": ""}}
    more = [
        {"index": index, "function": {"arguments": piece}}
        for piece in pieces(function["arguments"])
    ]
    return [{"tool_calls": [one]} for one in [named, *more]]


def _usage(usage: Mapping[str, int]) -> Body:
    """As this API counts: what was read has the cache's share in it."""
    cached = usage.get("cache_read_input_tokens", 0)
    read = usage.get("input_tokens", 0) + cached + usage.get("cache_creation_input_tokens", 0)
    written = usage.get("output_tokens", 0)
    return {
        "prompt_tokens": read,
        "completion_tokens": written,
        "total_tokens": read + written,
        "prompt_tokens_details": {"cached_tokens": cached},
    }


def _chunk(head: Body, delta: Body, stop: str | None) -> Event:
    choice = {"index": 0, "delta": delta, "finish_reason": stop}
    return _event(head | {"choices": [choice], "usage": None})


def _event(body: Body, usage: Mapping[str, int] | None = None) -> Event:
    return Event(f"data: {json.dumps(body)}\n\n".encode(), usage)
