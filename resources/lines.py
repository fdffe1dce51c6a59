"""The connections of an HTTP client: whoever waits on one can be let go from another thread."""

import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import httpx

_MADE = ("connect_tcp.complete", "start_tls.complete")


class Lines:
    """Give `hooks` to the client as its `event_hooks`; `cut` ends every call at once.

    Closing a client does not: a thread that waits on a socket goes on waiting. The far end sees
    the cut too, and may stop working for us.
    """

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self._is_cut = False

    @property
    def hooks(self) -> Mapping[str, list[Callable[[httpx.Request], None]]]:
        return {"request": [self._follow]}

    def cut(self) -> None:
        """End every connection, also one that is being made."""
        self._is_cut = True
        for line in self._sockets:
            _shut(line)

    def _follow(self, request: httpx.Request) -> None:
        request.extensions["trace"] = self._trace

    def _trace(self, event: str, facts: Mapping[str, Any]) -> None:
        if event.endswith(_MADE):
            line = facts["return_value"].get_extra_info("socket")
            self._sockets.append(line)
            if self._is_cut:
                _shut(line)


def _shut(line: socket.socket) -> None:
    with suppress(OSError):  # it has ended, or its TLS form took its place
        line.shutdown(socket.SHUT_RDWR)
