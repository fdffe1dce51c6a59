"""A relay in front of an HTTP server that cuts a chosen request, and knows what was asked."""

import socket
import socketserver
import struct
import threading
from typing import Literal

from vid_pipeline.testing.served import Served

Place = Literal["before", "middle", "after"]

_LINGER = struct.pack("ii", 1, 0)


class CuttingRelay(Served):
    """`with CuttingRelay(port) as relay:` passes requests on to a port of this machine.

    `cut(k, place)` breaks the k-th request from then on: before the server hears of it, in the
    middle of its body, or after the server has done it, so that the answer is lost. `asked` has
    method and target of every request, in order.
    """

    def __init__(self, port: int) -> None:
        self.upstream = port
        self.asked: list[tuple[str, str]] = []
        self._left, self._place = 0, "before"
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"relay": self})
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        self._will_serve(self._server)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def cut(self, request: int, place: Place) -> None:
        with self._lock:
            self._left, self._place = request, place

    def forget(self) -> None:
        """Cut nothing, and begin to count anew."""
        with self._lock:
            self._left = 0
            self.asked.clear()

    def puts(self) -> list[str]:
        """Targets of the requests that brought bytes, or began or completed an upload."""
        return [target for method, target in self.asked if method in {"PUT", "POST"}]

    def taken(self, method: str, target: str) -> str | None:
        """Note a request; where it is to be cut, if it is."""
        with self._lock:
            self.asked.append((method, target))
            self._left -= 1
            return self._place if self._left == 0 else None


class _Handler(socketserver.StreamRequestHandler):
    """One request a connection: whoever sends asks again for the next."""

    relay: CuttingRelay

    def handle(self) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return None
            head += line
        lines = head.split(b"\r\n")
        method, target, _ = lines[0].decode().split(" ", 2)
        place = self.relay.taken(method, target)
        if place == "before":
            return self._reset()
        body = self.rfile.read(_length(lines))
        lines = [one for one in lines if not one.lower().startswith(b"connection:")]
        lines.insert(1, b"Connection: close")
        with socket.create_connection(("127.0.0.1", self.relay.upstream)) as server:
            whole = b"\r\n".join(lines) + body
            server.sendall(whole if place != "middle" else whole[: len(whole) - len(body) // 2 - 1])
            if place == "middle":
                return self._reset()
            answer = b"".join(iter(lambda: server.recv(65_536), b""))
        if place == "after":
            return self._reset()
        self.wfile.write(answer)
        return None

    def _reset(self) -> None:
        """End the connection as a broken line does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)


def _length(lines: list[bytes]) -> int:
    for line in lines:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0
