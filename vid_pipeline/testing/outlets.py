"""Destinations for tests: packages are kept, and do not get through when a test says so."""

from collections.abc import Iterable
from datetime import UTC, datetime

from vid_pipeline.artifacts import Receipt
from vid_pipeline.errors import BadRequest, NotDelivered, NotFound
from vid_pipeline.packages import Package


class FakeOutlets:
    """Fills the port `Outlets`: `arrived` has what came, with its destination.

    `failing` counts how often the next sendings to a destination fail; `paused` are those that are,
    and `bans` is what the channel bans.
    """

    def __init__(self, destinations: Iterable[str] = ("main",)) -> None:
        self.destinations = list(destinations)
        self.paused: set[str] = set()
        self.bans: list[str] = []
        self.failing: dict[str, int] = {}
        self.arrived: list[tuple[str, Package]] = []
        self._receipts: dict[tuple[str, str, str], Receipt] = {}

    def banned(self) -> tuple[str, ...]:
        return tuple(self.bans)

    def send(self, destination: str, package: Package) -> Receipt:
        if destination not in self.destinations:
            raise NotFound("destination", destination)
        if destination in self.paused:
            raise BadRequest("Destination", destination, "It is paused.")
        key = (destination, package.production, package.subject)
        if key in self._receipts:
            return self._receipts[key]
        if self.failing.get(destination, 0):
            self.failing[destination] -= 1
            raise NotDelivered(destination, "it broke off", "Retry.")
        self.arrived.append((destination, package))
        where = f"memory://{destination}/{package.production}"
        self._receipts[key] = Receipt(
            destination=destination,
            kind="folder",
            where=where,
            at=datetime.now(UTC),
            sha256=package.subject,
        )
        return self._receipts[key]
