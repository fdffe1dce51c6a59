"""What a notice is on its way out: an address, a message, and the port that takes one to the other.

`resources.notices` has the real senders, by kind; `vid_pipeline.acts.notifying` uses them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, get_args
from uuid import UUID

Kind = Literal["email", "slack", "webhook"]
Event = Literal[
    "asked", "reminder", "escalated", "failed", "done", "expired", "batch_ended", "dead_letter"
]

KINDS: tuple[Kind, ...] = get_args(Kind)
EVENTS: tuple[Event, ...] = get_args(Event)


@dataclass(frozen=True)
class Address:
    """Where a message goes. Shows nothing but its kind: the rest may be secret."""

    kind: Kind
    target: str = field(repr=False)
    signing_key: str | None = field(default=None, repr=False)
    trusted: bool = False
    """Set by the operator: it may be in a private network."""


@dataclass(frozen=True)
class Message:
    """What a person is told. Every try to send it has the same `id`."""

    id: UUID
    event: Event | Literal["test", "account"]
    subject: str
    lines: tuple[str, ...]
    title: str
    link: str = field(repr=False)
    at: datetime
    production: UUID | None = None
    request: UUID | None = None
    batch: UUID | None = None
    trigger: UUID | None = None


class Sender(Protocol):
    """Takes messages to one kind of address, within seconds whatever the other end does."""

    def send(self, address: Address, message: Message) -> None:
        """Return when the other end has taken it.

        Raises:
            NotSent: it has not, or did not say so in time.
        """


Senders = Mapping[Kind, Sender]
