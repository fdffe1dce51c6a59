"""A production's live events: server-sent events read, taken up again where they broke off."""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import httpx
from pydantic import TypeAdapter

from vid_pipeline.client.errors import ServerFailed, Unreachable
from vid_pipeline.client.transport import Transport
from vid_pipeline.wire.events import KINDS, Ended, LiveEvent

_SILENCE_S = 60.0
"""The server says something at least every 15 seconds, if only that it is there."""
_LONGEST_PAUSE_S = 10.0


@dataclass
class _Message:
    event: str
    data: str
    id: str | None


def follow(transport: Transport, path: str, *, tries: int, pause_s: float) -> Iterator[LiveEvent]:
    """Events until the last one; a connection that breaks is made again, `tries` times in a row.

    Raises:
        ApiError: the API said no.
        Unreachable: it could not be reached any more.
    """
    last: str | None = None
    failed = 0
    while True:
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
        why = "the stream ended before its last event"
        try:
            with transport.stream(path, headers=headers, read_s=_SILENCE_S) as answer:
                for message in _messages(answer.iter_lines()):
                    failed, last = 0, message.id or last
                    for event in _events(message):
                        yield event
                        if isinstance(event, Ended):
                            return
        except httpx.TransportError as error:
            why = str(error) or type(error).__name__
        except ServerFailed as error:
            why = str(error)
        failed += 1
        if failed >= tries:
            raise Unreachable(path, why)
        time.sleep(min(pause_s * 2 ** (failed - 1), _LONGEST_PAUSE_S))


def _events(message: _Message) -> Iterator[LiveEvent]:
    """What a message says; events that are newer than this client are passed over."""
    kind = KINDS.get(message.event)
    if kind is None:
        return
    data = json.loads(message.data)
    reader = TypeAdapter[LiveEvent](kind)
    for one in data if isinstance(data, list) else [data]:
        yield reader.validate_python(one)


def _messages(lines: Iterable[str]) -> Iterator[_Message]:
    """Messages of a stream.

    Source: HTML Living Standard, section 9.2.6.
    """
    event, data, id_ = "message", list[str](), None
    for line in lines:
        if not line:
            if data:
                yield _Message(event, "\n".join(data), id_)
            event, data = "message", []
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            event = value
        elif name == "data":
            data.append(value)
        elif name == "id":
            id_ = value
