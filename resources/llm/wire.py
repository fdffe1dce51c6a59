"""What differs between the services' APIs: how a question is put, how a reply is read."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import lru_cache
from types import ModuleType
from typing import Any, Literal, Protocol

from resources.lines import Lines
from resources.llm.faults import Unreadable
from resources.llm.service import Service
from resources.llm.usage import Usage
from vid_pipeline.talk import Message, Question

Body = dict[str, Any]
Stop = Literal["end", "tool_call", "refusal", "max_tokens"]
_TELL_EVERY_S = 0.1


@dataclass
class Heard:
    """What one try has used so far, whatever becomes of it; and who hears its words grow."""

    told: Callable[[str], object] | None = None
    usage: Usage = field(default_factory=Usage)
    _text: list[str] = field(default_factory=list)
    _told_at: float = 0.0

    def more(self, text: str) -> None:
        """Some more words; passed on ten times a second at most."""
        self._text.append(text)
        now = time.monotonic()
        if text and now - self._told_at >= _TELL_EVERY_S:
            self._told_at = now
            self.tell()

    def tell(self) -> None:
        """Pass on all there is so far."""
        if self.told is not None and self._text:
            self.told("".join(self._text))


@lru_cache(maxsize=1)
def trusted() -> ssl.SSLContext:
    """Whom the SDKs' clients trust; reading the certificates takes longer than a local call."""
    import httpx2  # noqa: PLC0415  The SDKs' client, loaded with them.

    return httpx2.create_ssl_context()


def next_of(events: Iterator[Any]) -> Any:
    """The next event of a stream; None after the last.

    Raises:
        Unreadable: the SDK cannot make an event of what came.
    """
    try:
        return next(events, None)
    except (ValueError, RuntimeError) as error:
        raise Unreadable from error


def limit_of(body: Body) -> int:
    """The most tokens that the reply may have."""
    return int(body.get("max_completion_tokens") or body.get("max_tokens") or 0)


class Wire(Protocol):
    """One API, without retries and money. A body is what its SDK takes as keyword arguments."""

    @property
    def instructed_as(self) -> str:
        """What instructor calls this API: a value of its `Provider`."""
        ...

    @property
    def optional(self) -> tuple[str, ...]:
        """Fields without which a call makes sense too: not every model takes them."""
        ...

    def sdk(self) -> ModuleType:
        """The SDK, loaded now: that takes seconds."""
        ...

    def client(self, service: Service, lines: Lines) -> AbstractContextManager[Any]:
        """The SDK's client, which retries nothing itself; `lines` are its connections."""
        ...

    def body(self, service: Service, question: Question, *, answering: bool) -> Body:
        """A question's body; `answering`: without tools, instructor adds the answer's form."""
        ...

    def marked(self, body: Body, *, ongoing: bool) -> Body:
        """The body as it goes out; `ongoing`: it will be sent again with more at its end."""
        ...

    def send(self, client: Any, body: Body, heard: Heard, *, timeout_s: float) -> Any:
        """The reply in one piece.

        Raises:
            Unreadable: it is none.
        """
        ...

    def stream(self, client: Any, body: Body, heard: Heard, *, answering: bool) -> Any:
        """The reply, its words told to `heard` as they come, or `answering` the answer's JSON.

        Raises:
            Unreadable: it is none.
            CutStream: it ended before its end.
        """
        ...

    def stop(self, reply: Any) -> Stop:
        """Why the reply ended."""
        ...

    def message(self, reply: Any) -> Message:
        """The reply as a turn of the conversation."""
        ...
