"""`client.keys`, `client.budgets` and `client.notice_channels`."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from pydantic import SecretStr

from vid_pipeline.client.transport import Transport
from vid_pipeline.outbox import Event
from vid_pipeline.outbox import Kind as ChannelKind
from vid_pipeline.wire.settings import (
    AddedKey,
    AddedNoticeChannel,
    Budget,
    Budgets,
    Key,
    NoticeChannel,
    Scope,
    TestedNoticeChannel,
    TriedKey,
)


class ProviderKeys:
    """A user's keys for providers; never shown."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Iterator[Key]:
        """By their last four characters, revoked ones too."""
        return self._transport.pages("/keys", Key, {})

    def add(self, provider: str, key: SecretStr, *, name: str = "default") -> AddedKey:
        """Keep a key; one of the same name is revoked."""
        body = {"provider": provider, "key": key.get_secret_value(), "name": name}
        return self._transport.send("POST", "/keys", AddedKey, body)

    def test(self, key: UUID) -> TriedKey:
        """Ask the provider whether it takes it."""
        return self._transport.send("POST", f"/keys/{key}/test", TriedKey)

    def revoke(self, key: UUID) -> Key:
        """Delete what is kept of it."""
        return self._transport.send("DELETE", f"/keys/{key}", Key)


class Caps:
    """What a user may spend."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, production: UUID | None = None) -> tuple[Budget, ...]:
        """How each cap stands."""
        asked = {"production": str(production) if production else None}
        return self._transport.get("/budgets", Budgets, asked).items

    def set_cap(
        self, scope: Scope, limit_usd: float | None, *, production: UUID | None = None
    ) -> tuple[Budget, ...]:
        """Set one, up or down; None takes it away."""
        body = {"limit_usd": limit_usd, "production": str(production) if production else None}
        return self._transport.send("PUT", f"/budgets/{scope}", Budgets, body).items


class NoticeChannels:
    """Where a user is told."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Iterator[NoticeChannel]:
        """With what waits in each."""
        return self._transport.pages("/notice-channels", NoticeChannel, {})

    def add(
        self, kind: ChannelKind, target: str, events: Sequence[Event] | None = None
    ) -> AddedNoticeChannel:
        """Be told there; of all events unless told."""
        body = {
            "kind": kind,
            "target": target,
            "events": None if events is None else [*events],
        }
        return self._transport.send("POST", "/notice-channels", AddedNoticeChannel, body)

    def test(self, channel: UUID) -> TestedNoticeChannel:
        """Send a test notice now."""
        path = f"/notice-channels/{channel}/test"
        return self._transport.send("POST", path, TestedNoticeChannel)

    def remove(self, channel: UUID) -> None:
        """Be told there no more."""
        self._transport.call("DELETE", f"/notice-channels/{channel}")
