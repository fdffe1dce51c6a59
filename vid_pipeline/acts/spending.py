"""What was spent, as people look at it: every one of the last days, and each workflow."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from vid_pipeline.store import spending
from vid_pipeline.store.database import Database
from vid_pipeline.store.spending import Spent


@dataclass(frozen=True)
class OfWorkflow:
    """What one workflow's productions spent, and in how many paid calls."""

    workflow: str
    usd: float
    calls: int


@dataclass(frozen=True)
class Spending:
    """The last days, today last: what was spent on each, by workflow; and each workflow's sum."""

    days: tuple[date, ...]
    spent: tuple[Spent, ...]

    @property
    def usd(self) -> float:
        return sum(one.usd for one in self.spent)

    @property
    def calls(self) -> int:
        return sum(one.calls for one in self.spent)

    @property
    def workflows(self) -> tuple[OfWorkflow, ...]:
        """The most expensive first."""
        return tuple(sorted(_summed(self.spent), key=lambda one: -one.usd))


def recent(db: Database, user: UUID, *, days: int = 30, now: datetime | None = None) -> Spending:
    """A user's spending of the last so many days of UTC, today among them."""
    with db.acting(user) as conn:
        spent = spending.by_day(conn, days)
    today = (now or datetime.now(UTC)).astimezone(UTC).date()
    there = tuple(today - timedelta(days=back) for back in reversed(range(days)))
    return Spending(there, tuple(spent))


def _summed(spent: Iterable[Spent]) -> list[OfWorkflow]:
    sums: dict[str, list[Spent]] = defaultdict(list)
    for one in spent:
        sums[one.workflow].append(one)
    return [
        OfWorkflow(name, sum(one.usd for one in ones), sum(one.calls for one in ones))
        for name, ones in sums.items()
    ]
