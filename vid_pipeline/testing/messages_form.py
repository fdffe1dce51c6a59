"""A scripted reply as the Messages API says it, in one piece or as a stream."""

import json
from collections.abc import Mapping
from typing import Any

from vid_pipeline.testing.model_replies import Event, Reply, pieces

Body = dict[str, Any]
_ERRORS = {529: "overloaded_error", 429: "rate_limit_error", 401: "authentication_error"}


def fault(reply: Reply) -> Body:
    """The body of an error status."""
    kind = _ERRORS.get(
        reply.status, "api_error" if reply.status >= 500 else "invalid_request_error"
    )
    return {"type": "error", "error": {"type": kind, "message": reply.message}}


def whole(reply: Reply, request: Body, number: int) -> Body:
    """The reply in one piece."""
    return _head(request, number) | {
        "content": _content(reply, request, number),
        "stop_reason": _stop(reply),
        "usage": dict(reply.usage),
    }


def stream(reply: Reply, request: Body, number: int) -> list[Event]:
    """The reply as server-sent events."""
    events = streamed(whole(reply, request, number))
    if reply.stream_error:
        told = {"error": {"type": reply.stream_error, "message": reply.message}}
        return [*events[:-2], _event("error", told)]
    return events


def streamed(message: Body) -> list[Event]:
    """A whole message as server-sent events; usage comes with the last but one."""
    usage: Body = message["usage"]
    begun = usage | {"output_tokens": 1}
    start = message | {"content": [], "stop_reason": None, "usage": begun}
    events = [_event("message_start", {"message": start}, begun)]
    for index, block in enumerate(message["content"]):
        events += _block(index, block)
    end: Body = {"delta": {"stop_reason": message["stop_reason"], "stop_sequence": None}}
    end |= {"usage": {"output_tokens": usage.get("output_tokens", 0)}}
    return [*events, _event("message_delta", end, usage), _event("message_stop", {})]


def _head(request: Body, number: int) -> Body:
    return {
        "id": f"msg_{number}",
        "type": "message",
        "role": "assistant",
        "model": request["model"],
        "stop_sequence": None,
    }


def _content(reply: Reply, request: Body, number: int) -> list[Body]:
    said: list[Body] = []
    if reply.thinking is not None:
        signature = f"signed-{number}"
        said.append({"type": "thinking", "thinking": reply.thinking, "signature": signature})
    if reply.text is not None:
        said.append({"type": "text", "text": reply.text})
    return said + [
        {"type": "tool_use", "id": f"toolu_{one}", "name": name, "input": given}
        for one, name, given in reply.calls_for(_tools(request), number)
    ]


def _tools(request: Body) -> list[str]:
    names = [str(one["name"]) for one in request.get("tools", ())]
    forced = request.get("tool_choice", {}).get("name")
    return [forced, *names] if forced else names


def _stop(reply: Reply) -> str:
    called = reply.tool is not None or reply.calls
    return reply.stop_reason or ("tool_use" if called else "end_turn")


def _block(index: int, block: Body) -> list[Event]:
    """A block's beginning, its pieces, its end."""
    empty, deltas = _EMPTY[block["type"]], []
    if block["type"] == "text":
        deltas = [{"type": "text_delta", "text": piece} for piece in pieces(block["text"])]
    elif block["type"] == "tool_use":
        said = json.dumps(block["input"])
        deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces(said)]
    else:
        thought = pieces(block["thinking"])
        deltas = [{"type": "thinking_delta", "thinking": piece} for piece in thought]
        deltas.append({"type": "signature_delta", "signature": block["signature"]})
    at = {"index": index}
    return [
        _event("content_block_start", at | {"content_block": block | empty}),
        *[_event("content_block_delta", at | {"delta": delta}) for delta in deltas],
        _event("content_block_stop", at),
    ]


_EMPTY: dict[str, Body] = {
    "text": {"text": ""},
    "tool_use": {"input": {}},
    "thinking": {"thinking": "", "signature": ""},
}


def _event(kind: str, body: Body, usage: Mapping[str, int] | None = None) -> Event:
    data = json.dumps({"type": kind} | body)
    return Event(f"event: {kind}\ndata: {data}\n\n".encode(), usage)
