"""Streams of events, which end with the session that they were opened by.

All that are open are looked up together, once for each session, and none of them waits for it.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from anyio import to_thread
from starlette.types import ASGIApp, Message, Receive, Send

from ui.calling import Call
from ui.identity import COOKIE
from vid_pipeline.errors import VidPipelineError

_LOG = logging.getLogger(__name__)
_LOOK_AGAIN_S = 5.0
_END: Message = {"type": "http.response.body", "body": b""}


@dataclass(eq=False)
class _Stream:
    """One that is open. `ended` is set when its session is no more."""

    call: Call
    send: Send
    ended: bool = False

    @property
    def by(self) -> tuple[str, str | None, bool]:
        """What it was opened by; of those that are equal one is looked up."""
        call = self.call
        header = call.headers.get("authorization", "")
        return header, call.cookie(COOKIE), call.is_direct_and_local

    async def sending(self, message: Message) -> None:
        if not self.ended:
            await self.send(message)

    async def end(self) -> None:
        """End it at once, whatever its application says after that."""
        self.ended = True
        with suppress(OSError):
            await self.send(_END)


class Streams:
    """Those of one application; `is_known` says, in a thread, whether a session goes on."""

    def __init__(self, app: ASGIApp, is_known: Callable[[Call], bool]) -> None:
        self._app, self._is_known = app, is_known
        self._open = set[_Stream]()
        self._looking: asyncio.Task[None] | None = None

    async def carry(self, call: Call, receive: Receive, send: Send) -> None:
        """Let the application answer a request."""
        stream = _Stream(call, send)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_stream(message):
                self._add(stream)
            await stream.sending(message)

        try:
            await self._app(call.scope, receive, sending)
        finally:
            self._open.discard(stream)

    def _add(self, stream: _Stream) -> None:
        self._open.add(stream)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="sessions of streams")

    async def _look(self) -> None:
        """End those whose session has ended, for as long as any is open."""
        while self._open:
            await asyncio.sleep(_LOOK_AGAIN_S)
            asked = {stream.by: stream.call for stream in self._open}
            try:
                known = await to_thread.run_sync(self._known, asked)
            except VidPipelineError as error:  # whether it goes on is not known: look again later
                _LOG.warning("sessions of streams: %s", error)
                continue
            for stream in [one for one in self._open if not known.get(one.by, True)]:
                await stream.end()
                self._open.discard(stream)

    def _known(self, asked: Mapping[tuple[str, str | None, bool], Call]) -> dict[object, bool]:
        return {by: self._is_known(call) for by, call in asked.items()}


def _is_stream(message: dict[str, Any] | Message) -> bool:
    for name, value in message.get("headers", ()):
        if name.lower() == b"content-type":
            return bool(value.startswith(b"text/event-stream"))
    return False
