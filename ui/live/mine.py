"""A user's own stream: what waits for them, what is being made for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from psycopg import Connection

from ui.live import frames
from ui.live.frames import Frame
from vid_pipeline.acts.watching import Sight, Watch
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.records import Production, StepTrace
from vid_pipeline.store import inbox, productions
from vid_pipeline.store.inbox import Waiting
from vid_pipeline.wire.events import AtWork, Mine

_MOST = 12
_LEFT_S = 5
"""Steps in which the time left is told: it is a guess, and each change of it is an event."""


def standing(conn: Connection[Any]) -> tuple[Waiting, list[Production]]:
    """What waits for the acting user, and what is being made for them."""
    return inbox.waiting(conn), productions.at_work(conn, _MOST)


def mark(waiting: Waiting, at_work: Iterable[Production]) -> str:
    """Another one as soon as something begins, asks, or has ended."""
    ids = sorted(str(one.id) for one in at_work)
    newest = waiting.newest.timestamp() if waiting.newest else 0
    basis = " ".join([str(waiting.count), str(newest), *ids])
    return sha256(basis.encode()).hexdigest()[:16]


def at_work(sight: Sight) -> AtWork:
    """A production as its owner sees it in a list."""
    production, left_s = sight.production, sight.view.left_s
    return AtWork(
        id=str(production.id),
        title=production.brief.title or production.brief.name,
        state=production.state,
        share=round(min(1.0, max(0.0, sight.share)), 2),
        left_s=None if left_s is None else round(left_s / _LEFT_S) * _LEFT_S,
        doing=", ".join(step.title for step in sight.view.at_work),
        ended=sight.view.ended,
        steps=len(sight.view.steps),
    )


@dataclass(frozen=True)
class _Read:
    """What one look has found."""

    waiting: Waiting
    made: dict[UUID, tuple[Production, list[StepTrace]]]


class MineSource:
    """Fills `Source` for one user."""

    def __init__(self, shop: Workshop, user: UUID) -> None:
        self._shop, self._user = shop, user
        self._watches: dict[UUID, Watch] = {}
        self._read = _Read(Waiting(count=0, newest=None), {})
        self._staged: _Read | None = None
        self._told: Mine | None = None

    @property
    def ticks(self) -> bool:
        return bool(self._read.made)

    def look(self) -> None:
        with self._shop.db.acting(self._user) as conn:
            waiting, found = standing(conn)
        watches = {one.id: self._watches.get(one.id) or self._watched(one) for one in found}
        with self._shop.db.acting(self._user) as conn:
            made = {key: watch.read(conn) for key, watch in watches.items()}
        for key, watch in watches.items():
            watch.sight(*made[key])  # reads what is new
        self._watches |= watches
        self._staged = _Read(waiting, made)

    def _watched(self, production: Production) -> Watch:
        return Watch(self._shop.db, self._user, production.id, self._shop.store)

    def news(self) -> list[Frame]:
        if self._staged is not None:
            self._read, self._staged = self._staged, None
            self._watches = {key: self._watches[key] for key in self._read.made}
        before, self._told = self._told, self._now()
        return [] if before == self._told else [frames.frame("mine", self._told)]

    def whole(self, after: int | None) -> Frame:  # noqa: ARG002  there are no lines
        return frames.frame("mine", self._told or self._now())

    def end(self, drawn: str) -> Frame | None:  # noqa: ARG002  it never ends
        return None

    def _now(self) -> Mine:
        waiting, made = self._read.waiting, self._read.made
        return Mine(
            waiting=waiting.count,
            at_work=tuple(at_work(self._watches[key].sight(*read)) for key, read in made.items()),
            mark=mark(waiting, (production for production, _ in made.values())),
        )
