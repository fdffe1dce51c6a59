"""`client.triggers`: what makes videos by itself."""

from collections.abc import Iterator
from uuid import UUID

from vid_pipeline.client.transport import Seen, Transport
from vid_pipeline.wire.triggers import (
    AddedTrigger,
    Find,
    Hook,
    NewTrigger,
    Rehearsal,
    Trigger,
    Would,
)

_PATH = "/triggers"


class Triggers:
    """A user's triggers and what they found."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Iterator[Trigger]:
        """All, by name."""
        return self._transport.pages(_PATH, Trigger, {})

    def add(self, new: NewTrigger) -> AddedTrigger:
        """Set one; of one that takes posts the answer has where they go, and their key."""
        return self._transport.send("POST", _PATH, AddedTrigger, new.model_dump(mode="json"))

    def rehearse(self, new: NewTrigger) -> tuple[Would, ...]:
        """What one would make, if it were set now; nothing is kept."""
        body = new.model_dump(mode="json")
        return self._transport.send("POST", f"{_PATH}/rehearse", Rehearsal, body).items

    def get(self, trigger: UUID) -> Trigger:
        """One of them."""
        return self._transport.get(f"{_PATH}/{trigger}", Trigger)

    def seen(self, trigger: UUID) -> Seen[Trigger]:
        """The same, to be given back when it is set anew."""
        return self._transport.seen(f"{_PATH}/{trigger}", Trigger)

    def edit(self, trigger: UUID, new: NewTrigger, *, seen: Seen[Trigger] | None = None) -> Trigger:
        """Set it anew.

        Raises:
            ChangedMeanwhile: it is not any more as it was `seen`.
        """
        body = new.model_dump(mode="json")
        return self._transport.send("PUT", f"{_PATH}/{trigger}", Trigger, body, seen=seen)

    def remove(self, trigger: UUID) -> None:
        """With what it found; its videos stay."""
        self._transport.call("DELETE", f"{_PATH}/{trigger}")

    def pause(self, trigger: UUID) -> Trigger:
        """Let it rest."""
        return self._transport.send("POST", f"{_PATH}/{trigger}/pause", Trigger)

    def resume(self, trigger: UUID) -> Trigger:
        """Let it go on."""
        return self._transport.send("POST", f"{_PATH}/{trigger}/resume", Trigger)

    def hook(self, trigger: UUID) -> Hook:
        """Where posts to it go, and the key that they are signed with: see `signed`."""
        return self._transport.send("POST", f"{_PATH}/{trigger}/hook", Hook)

    def rotate(self, trigger: UUID) -> Hook:
        """Sign posts to it with a new key from now on; the one before is refused."""
        return self._transport.send("POST", f"{_PATH}/{trigger}/hook/rotate", Hook)

    def finds(self, trigger: UUID, *, dead: bool = False) -> Iterator[Find]:
        """What it found, newest first; its dead letters alone, if asked so."""
        return self._transport.pages(f"{_PATH}/{trigger}/finds", Find, {"dead": dead})

    def retry(self, find: UUID) -> Find:
        """Make a dead letter, or what was passed over, after all."""
        return self._transport.send("POST", f"/finds/{find}/retry", Find)
