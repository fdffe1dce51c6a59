"""A receiver of webhooks on loopback that keeps what arrives, or misbehaves as it is told."""

import ssl
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

from vid_pipeline.testing.served import Served

Manner = Literal["kind", "hang", "drip", "redirect", "flood", "break", "fail"]


@dataclass(frozen=True)
class Arrived:
    """One POST; names of headers in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class WebhookServer(Served):
    """`with WebhookServer(…) as server:` behaves in the given manners in turn, then kindly.

    A path such as `/hang` or `/fail/x` always has the manner of its first part.
    """

    def __init__(self, *manners: Manner, tls: ssl.SSLContext | None = None) -> None:
        self.manners = deque(manners)
        self.arrived: list[Arrived] = []
        handler = type("Handler", (_Handler,), {"hook": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._scheme = "https" if tls else "http"
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._will_serve(self._server)

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    def counts(self) -> Counter[str]:
        """How often each path was posted to."""
        return Counter(one.path for one in self.arrived)


class _Handler(BaseHTTPRequestHandler):
    hook: WebhookServer

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        self._answer(200)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.hook.arrived.append(Arrived(self.path, headers, body))
        named = self.path.split("/")[1]
        queue = self.hook.manners
        manner = named if hasattr(self, f"_{named}") else queue.popleft() if queue else "kind"
        try:
            getattr(self, f"_{manner}")()
        except OSError:
            self.close_connection = True

    def _kind(self) -> None:
        self._answer(200)

    def _fail(self) -> None:
        self._answer(503)

    def _hang(self) -> None:
        self.hook.ending.wait()

    def _break(self) -> None:
        self.wfile.write(f"{self.path} is no HTTP\r\n\r\n".encode())

    def _drip(self) -> None:
        for letter in "HTTP/1.1 200 OK\r\nx-long: " + "x" * 1000:
            self.wfile.write(letter.encode())
            self.wfile.flush()
            if self.hook.ending.wait(0.1):
                return

    def _redirect(self) -> None:
        self.send_response(307)
        self.send_header("location", "/elsewhere")
        self.end_headers()

    def _flood(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nx-long: ")
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            self.wfile.write(b"x" * 4096)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
