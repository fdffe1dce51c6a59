"""Senders that keep what they are given, and fail when they are told to."""

import threading
from dataclasses import dataclass, field

from vid_pipeline.errors import NotSent
from vid_pipeline.outbox import Address, Message


@dataclass
class FakeSender:
    """`sent` holds what got through; `faults` are raised first, one for each call."""

    faults: list[NotSent] = field(default_factory=list)
    sent: list[tuple[Address, Message]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def send(self, address: Address, message: Message) -> None:
        """Keep it.

        Raises:
            NotSent: the next of `faults`.
        """
        with self._lock:
            if self.faults:
                raise self.faults.pop(0)
            self.sent.append((address, message))
