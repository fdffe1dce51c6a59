"""A user's own stream: what waits for them, what is being made for them."""

from uuid import UUID

from ui.live import frames
from ui.live.events import AtWork, Mine
from ui.live.frames import Frame
from vid_pipeline.acts.watching import Watch
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.records import Production, StepTrace
from vid_pipeline.store import productions, requests

_MOST = 12


class MineSource:
    """Fills `Source` for one user."""

    def __init__(self, shop: Workshop, user: UUID) -> None:
        self._shop, self._user = shop, user
        self._watches: dict[UUID, Watch] = {}
        self._read: dict[UUID, tuple[Production, list[StepTrace]]] = {}
        self._waiting = 0
        self._staged: tuple[int, dict[UUID, tuple[Production, list[StepTrace]]]] | None = None
        self._told: Mine | None = None

    @property
    def ticks(self) -> bool:
        return bool(self._read)

    def look(self) -> None:
        with self._shop.db.acting(self._user) as conn:
            found = productions.at_work(conn, _MOST)
            waiting = requests.count_open(conn)
        watches = {one.id: self._watches.get(one.id) or self._watched(one) for one in found}
        with self._shop.db.acting(self._user) as conn:
            read = {key: watch.read(conn) for key, watch in watches.items()}
        for key, watch in watches.items():
            watch.sight(*read[key])  # reads what is new
        self._watches |= watches
        self._staged = waiting, read

    def _watched(self, production: Production) -> Watch:
        return Watch(self._shop.db, self._user, production.id, self._shop.store)

    def news(self) -> list[Frame]:
        if self._staged is not None:
            self._waiting, self._read = self._staged
            self._watches = {key: self._watches[key] for key in self._read}
            self._staged = None
        before, self._told = self._told, self._now()
        return [] if before == self._told else [frames.frame("mine", self._told)]

    def whole(self, after: int | None) -> Frame:  # noqa: ARG002  there are no lines
        return frames.frame("mine", self._told or self._now())

    def end(self, drawn: str) -> Frame | None:  # noqa: ARG002  it never ends
        return None

    def _now(self) -> Mine:
        at_work = tuple(self._one(key, *read) for key, read in self._read.items())
        return Mine(waiting=self._waiting, at_work=at_work)

    def _one(self, key: UUID, production: Production, read: list[StepTrace]) -> AtWork:
        sight = self._watches[key].sight(production, read)
        left_s = sight.view.left_s
        return AtWork(
            id=str(production.id),
            title=production.brief.title or production.brief.name,
            state=production.state,
            share=round(min(1.0, max(0.0, sight.share)), 2),
            left_s=None if left_s is None else round(left_s),
        )
