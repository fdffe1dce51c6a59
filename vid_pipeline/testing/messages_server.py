"""A scripted local server that speaks the Messages API, faults included, on loopback only."""

import json
import socket
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pydantic import JsonValue

from vid_pipeline.testing.served import Served


@dataclass(frozen=True)
class Reply:
    """What the server does with one request.

    `tool` is the input of a call of the tool that the request forces; `text` is plain text.
    """

    tool: Mapping[str, JsonValue] | None = None
    text: str | None = None
    stop_reason: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    delay_s: float = 0.0
    cut: bool = False
    usage: Mapping[str, int] = field(
        default_factory=lambda: {"input_tokens": 100, "output_tokens": 20}
    )


def tool(**values: JsonValue) -> Reply:
    """A call of the forced tool."""
    return Reply(tool=values)


def error(status: int, *, retry_after: str | None = None) -> Reply:
    """An error status, with its `retry-after`."""
    headers = {"retry-after": retry_after} if retry_after is not None else {}
    return Reply(status=status, headers=headers)


@dataclass(frozen=True)
class Received:
    """A request as it arrived; names of headers in lower case."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    at_s: float


class MessagesServer(Served):
    """`with MessagesServer(reply, …) as server:` answers in order; then with HTTP 500."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = deque(replies)
        self.received: list[Received] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._will_serve(self._server)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def take(self, received: Received) -> Reply:
        """Keep a request; the next reply."""
        self.received.append(received)
        return self.replies.popleft() if self.replies else Reply(status=500)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet."""

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                received = Received(self.path, _lowered(self.headers), body, time.monotonic())
                _answer(self, server.take(received), received)

        return Handler


def _lowered(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _answer(handler: BaseHTTPRequestHandler, reply: Reply, received: Received) -> None:
    if reply.delay_s:
        time.sleep(reply.delay_s)
    if reply.cut:
        handler.close_connection = True
        handler.connection.shutdown(socket.SHUT_RDWR)
        return
    body = reply.body if reply.body is not None else json.dumps(_body(reply, received)).encode()
    try:
        handler.send_response(reply.status)
        headers = {"content-type": "application/json", "content-length": str(len(body))}
        for name, value in (headers | dict(reply.headers)).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)
    except OSError:
        handler.close_connection = True


def _body(reply: Reply, received: Received) -> dict[str, Any]:
    if reply.status != 200:
        return {"type": "error", "error": {"type": "scripted", "message": "scripted fault"}}
    content: list[dict[str, Any]] = []
    if reply.text is not None:
        content.append({"type": "text", "text": reply.text})
    if reply.tool is not None:
        name = received.body["tools"][0]["name"]
        content.append(
            {"type": "tool_use", "id": "toolu_1", "name": name, "input": dict(reply.tool)}
        )
    stop_reason = reply.stop_reason or ("tool_use" if reply.tool is not None else "end_turn")
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": received.body["model"],
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": dict(reply.usage),
    }
