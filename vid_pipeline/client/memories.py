"""`client.memories`: what channels remember."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from vid_pipeline.client.transport import Seen, Transport
from vid_pipeline.memories import MAIN, MemoryKind
from vid_pipeline.wire.memories import (
    Document,
    Kept,
    Match,
    Matches,
    Memory,
    MemoryChange,
    NewMemory,
)

_PATH = "/memories"


class Memories:
    """A user's channels' memories."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        channel: str = MAIN,
        kinds: Sequence[MemoryKind] = (),
        pinned: bool = False,
        superseded: bool = False,
    ) -> Iterator[Memory]:
        """Newest first."""
        asked = {
            "channel": channel,
            "kind": tuple(kinds) or None,
            "pinned": pinned,
            "superseded": superseded,
        }
        return self._transport.pages(_PATH, Memory, asked)

    def search(
        self,
        query: str,
        *,
        channel: str = MAIN,
        kinds: Sequence[MemoryKind] = (),
        limit: int = 10,
        rules: bool = False,
    ) -> tuple[Match, ...]:
        """What fits a question, best first; with `rules` the standing ones before them."""
        asked = {
            "query": query,
            "channel": channel,
            "kind": tuple(kinds) or None,
            "limit": limit,
            "rules": rules,
        }
        return self._transport.get(f"{_PATH}/search", Matches, asked).items

    def add(self, new: NewMemory) -> Kept:
        """Remember something, once."""
        body = new.model_dump(mode="json", exclude_unset=True)
        return self._transport.send("POST", _PATH, Kept, body)

    def upload(
        self,
        document: Path | str,
        data: bytes | None = None,
        *,
        channel: str = MAIN,
        expires_at: datetime | None = None,
    ) -> Document:
        """Take in a document in parts: a file, or a name and its bytes."""
        path = Path(document)
        content = path.read_bytes() if data is None else data
        fields = {"channel": channel}
        if expires_at is not None:
            fields["expires_at"] = expires_at.isoformat()
        return self._transport.form(
            f"{_PATH}/documents", Document, file=(path.name, content), fields=fields
        )

    def get(self, memory: UUID) -> Memory:
        """One of them."""
        return self._transport.get(f"{_PATH}/{memory}", Memory)

    def seen(self, memory: UUID) -> Seen[Memory]:
        """The same, to be given back when it is changed."""
        return self._transport.seen(f"{_PATH}/{memory}", Memory)

    def edit(
        self, memory: UUID, change: MemoryChange, *, seen: Seen[Memory] | None = None
    ) -> Memory:
        """Change it; what is null stays."""
        body = change.model_dump(mode="json", exclude_unset=True)
        return self._transport.send("PATCH", f"{_PATH}/{memory}", Memory, body, seen=seen)

    def pin(self, memory: UUID, *, pinned: bool = True) -> Memory:
        """Include it in every recall of rules, or do not any more."""
        return self.edit(memory, MemoryChange(pinned=pinned))

    def forget(self, memory: UUID) -> None:
        """For good."""
        self._transport.call("DELETE", f"{_PATH}/{memory}")
