"""A scripted local server that speaks the Messages API and chat completions, faults included.

It proves the wire and how we handle what comes over it; of a model's quality it says nothing.
`/v1/messages` is Anthropic's, `/v1/chat/completions` OpenAI's; `GET /v1/models` tells a good key
(any but those in `bad_keys`) from a bad one. On loopback only.
"""

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any

from vid_pipeline.testing import chat_form, messages_form
from vid_pipeline.testing.model_replies import Event, Reply, error, tool
from vid_pipeline.testing.served import Served

__all__ = ["Counts", "MessagesServer", "Received", "Reply", "error", "tool"]

_GARBLED = 20
_COUNTED = {
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cache_read_tokens": "cache_read_input_tokens",
    "cache_write_tokens": "cache_creation_input_tokens",
}
_PAUSE_AT = 2


@dataclass(frozen=True)
class Received:
    """A request as it arrived; names of headers in lower case."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    at_s: float
    number: int = 1


@dataclass
class Counts:
    """What was asked of the server, and the tokens of all replies, as it has told them.

    `paid` are the requests that it told tokens of.
    """

    requests: int = 0
    paid: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    def add(self, usage: Mapping[str, int], known: Mapping[str, int] | None) -> None:
        """Count what one request is told; `known` is what it was told before."""
        self.paid += known is None
        before = known or {}
        for ours, theirs in _COUNTED.items():
            more = usage.get(theirs, 0) - before.get(theirs, 0)
            setattr(self, ours, getattr(self, ours) + more)


class MessagesServer(Served):
    """`with MessagesServer(reply, …) as server:` answers in order; then with HTTP 500."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = deque(replies)
        self.received: list[Received] = []
        self.bad_keys: set[str] = set()
        self.counts = Counts()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._will_serve(self._server)

    @property
    def url(self) -> str:
        """The base address of the Messages API."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def chat_url(self) -> str:
        """The base address of chat completions."""
        return f"{self.url}/v1"

    def take(self, path: str, headers: Mapping[str, str], body: Any) -> tuple[Reply, Received]:
        """Keep a request; the next reply."""
        with self._lock:
            self.counts.requests += 1
            received = Received(path, headers, body, time.monotonic(), self.counts.requests)
            self.received.append(received)
            return (self.replies.popleft() if self.replies else Reply(status=500)), received

    def tells(self, usage: Mapping[str, int], known: Mapping[str, int] | None = None) -> None:
        """Count what a request is about to be told, on top of what it was told before."""
        with self._lock:
            self.counts.add(usage, known)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet."""

            def do_GET(self) -> None:
                key = self.headers.get("authorization") or ""
                bad = key.removeprefix("Bearer ") in server.bad_keys
                reply = Reply(status=401 if bad else 200, body=b'{"data": []}')
                _Answering(self, server, reply).whole(reply.body or b"")

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                reply, received = server.take(self.path, _lowered(self.headers), body)
                try:
                    _Answering(self, server, reply).answer(received)
                except OSError:
                    self.close_connection = True

        return Handler


def _lowered(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@dataclass
class _Answering:
    """Does with one request what its reply says."""

    handler: BaseHTTPRequestHandler
    server: MessagesServer
    reply: Reply
    known: Mapping[str, int] | None = field(default=None)

    def answer(self, received: Received) -> None:
        reply, form = self.reply, _form(received.path)
        time.sleep(reply.delay_s)
        if reply.cut:
            self._cut()
        elif reply.body is not None:
            self.whole(reply.body)
        elif reply.status != 200:
            self.whole(json.dumps(form.fault(reply)).encode())
        elif received.body.get("stream"):
            self._stream(form.stream(reply, received.body, received.number))
        else:
            body = json.dumps(form.whole(reply, received.body, received.number)).encode()
            self._in_one_piece(body)

    def whole(self, body: bytes, *, length: int | None = None) -> None:
        """A status, headers and a body."""
        size = {"content-length": str(len(body) if length is None else length)}
        self._head({"content-type": "application/json"} | size)
        self.handler.wfile.write(body)

    def _in_one_piece(self, body: bytes) -> None:
        if self.reply.cut_after is not None:
            self.whole(body[: len(body) // 2], length=len(body))
            self._cut()
        elif self.reply.garbled:
            self.whole(body[:-_GARBLED])
        else:
            self.server.tells(self.reply.usage)
            self.whole(body)

    def _stream(self, events: list[Event]) -> None:
        self._head({"content-type": "text/event-stream", "transfer-encoding": "chunked"})
        for number, event in enumerate(events):
            if number == self.reply.cut_after:
                self._cut()
                return
            time.sleep(self.reply.piece_s + self.reply.pause_s * (number == _PAUSE_AT))
            if number == _PAUSE_AT and self.reply.garbled:
                self._piece(Event(event.data[: -len(event.data) // 3] + b"\n\n"))
                break
            self._piece(event)
        self.handler.wfile.write(b"0\r\n\r\n")

    def _piece(self, event: Event) -> None:
        data = event.data
        if event.usage is not None:
            self.server.tells(event.usage, self.known)
            self.known = event.usage
        self.handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.handler.wfile.flush()

    def _head(self, headers: Mapping[str, str]) -> None:
        self.handler.send_response(self.reply.status)
        for name, value in {**headers, **self.reply.headers}.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()

    def _cut(self) -> None:
        self.handler.close_connection = True
        self.handler.connection.shutdown(socket.SHUT_RDWR)


def _form(path: str) -> ModuleType:
    return chat_form if path.endswith("/chat/completions") else messages_form
