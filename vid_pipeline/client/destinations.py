"""`client.destinations`: where finished videos go."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from vid_pipeline.client.transport import Transport
from vid_pipeline.destinations import BucketKeys
from vid_pipeline.wire.destinations import (
    AddedDestination,
    Destination,
    Leads,
    PostTo,
    TestedDestination,
)

_PATH = "/destinations"


class Destinations:
    """A user's destinations; what is secret of them is never shown."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Iterator[Destination]:
        """By name, each with what was sent there last."""
        return self._transport.pages(_PATH, Destination, {})

    def add(self, name: str, goes: Leads, *, keys: BucketKeys | None = None) -> AddedDestination:
        """Add one; a bucket's own keys go with it, a webhook's signing key comes back."""
        body = {"name": name, **_body(goes, keys)}
        return self._transport.send("POST", _PATH, AddedDestination, body)

    def get(self, destination: UUID) -> Destination:
        """One of them."""
        return self._transport.get(f"{_PATH}/{destination}", Destination)

    def edit(
        self, destination: UUID, goes: Leads, *, keys: BucketKeys | None = None
    ) -> Destination:
        """Lead it elsewhere; without keys it keeps those it has."""
        path = f"{_PATH}/{destination}"
        return self._transport.send("PUT", path, Destination, _body(goes, keys))

    def enable(self, destination: UUID) -> Destination:
        """Send there again."""
        return self._transport.send("POST", f"{_PATH}/{destination}/enable", Destination)

    def disable(self, destination: UUID) -> Destination:
        """Send nothing there until it is enabled; videos that would go there are not begun."""
        return self._transport.send("POST", f"{_PATH}/{destination}/disable", Destination)

    def test(self, destination: UUID) -> TestedDestination:
        """Put something small there now and take it away."""
        return self._transport.send("POST", f"{_PATH}/{destination}/test", TestedDestination)

    def remove(self, destination: UUID) -> None:
        """Forget it; what lies there stays."""
        self._transport.call("DELETE", f"{_PATH}/{destination}")


def _body(goes: Leads, keys: BucketKeys | None) -> dict[str, Any]:
    """The settings as JSON, what is secret in plain."""
    told = goes.model_dump(mode="json")
    if isinstance(goes, PostTo):
        told["url"] = goes.url.get_secret_value()
    return {"goes": told, "keys": None if keys is None else keys.plain()}
