"""Events as bytes on the wire: `text/event-stream`."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, TypeAdapter

ALIVE = b": alive\n\n"
"""A comment that clients skip; proxies and sockets see that somebody is there."""

_ANY = TypeAdapter[Any](Any)


@dataclass(frozen=True)
class Frame:
    """An event, ready to be sent to any number of viewers; `number` is that of its last line."""

    data: bytes
    number: int = 0


def frame(event: str, data: BaseModel | list[Any], number: int = 0) -> Frame:
    """An event whose id is `number`; 0 leaves the client's id as it is."""
    said = f"id: {number}\n" if number else ""
    head = f"{said}event: {event}\ndata: ".encode()
    return Frame(head + _ANY.dump_json(data) + b"\n\n", number)
