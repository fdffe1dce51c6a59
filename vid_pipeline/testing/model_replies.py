"""What a scripted model says to one request, and what goes wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

_USAGE = {"input_tokens": 100, "output_tokens": 20}


@dataclass(frozen=True)
class Reply:
    """What the server does with one request, be it for a reply in one piece or a stream.

    What is said: `thinking`, `text`, `calls` of tools by name, and `tool`, the input of a call of
    the tool that the request forces or names first. Its `usage` is counted as Anthropic does.

    What goes wrong: a `status` with `headers`; a raw `body`; `delay_s` before anything; `cut` at
    once, or `cut_after` so many events (in one piece: after half of the body); `garbled` JSON;
    `stream_error`, an error inside a stream of that type; `pause_s` before its third event, and
    `piece_s` before each.
    """

    tool: Mapping[str, JsonValue] | None = None
    text: str | None = None
    calls: tuple[tuple[str, Mapping[str, JsonValue]], ...] = ()
    thinking: str | None = None
    stop_reason: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    delay_s: float = 0.0
    pause_s: float = 0.0
    piece_s: float = 0.0
    cut: bool = False
    cut_after: int | None = None
    garbled: bool = False
    stream_error: str | None = None
    message: str = "scripted fault"
    usage: Mapping[str, int] = field(default_factory=lambda: dict(_USAGE))

    def calls_for(self, tools: list[str], number: int) -> list[tuple[str, str, dict[str, Any]]]:
        """Its calls as (id, name, input); `tools` are the request's, the forced one first."""
        forced = [] if self.tool is None else [(tools[0], self.tool)]
        return [
            (f"call_{number}_{at}", name, dict(given))
            for at, (name, given) in enumerate([*self.calls, *forced])
        ]


def tool(**values: JsonValue) -> Reply:
    """A call of the forced tool."""
    return Reply(tool=values)


def error(status: int, *, retry_after: str | None = None, message: str = "scripted fault") -> Reply:
    """An error status, with its `retry-after`."""
    headers = {"retry-after": retry_after} if retry_after is not None else {}
    return Reply(status=status, headers=headers, message=message)


@dataclass(frozen=True)
class Event:
    """A piece of a stream, and the usage that it tells of: all so far, as Anthropic counts."""

    data: bytes
    usage: Mapping[str, int] | None = None


def pieces(text: str, size: int = 12) -> list[str]:
    """A text as it is streamed."""
    return [text[at : at + size] for at in range(0, len(text), size)]
