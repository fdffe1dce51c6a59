"""History: what was made, page by page, what it took, and all of it as a table for elsewhere."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from vid_pipeline.acts import paging
from vid_pipeline.store import history, users
from vid_pipeline.store.database import Database
from vid_pipeline.store.history import Made, Sum, Wanted

__all__ = ["PAGE", "History", "Made", "Sum", "Wanted", "csv_lines", "listed", "people"]

PAGE = 25
_CHUNK = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = (
    "id", "title", "workflow", "version", "state", "created_at", "ended_at", "seconds",
    "video_seconds", "tokens", "cost_usd", "cost_usd_per_minute", "models", "error",
    "only_step",
)  # fmt: skip


@dataclass(frozen=True)
class History:
    """One page of productions, and the sums of all that fit."""

    made: tuple[Made, ...]
    sums: tuple[Sum, ...]
    workflows: tuple[str, ...]
    page: int

    @property
    def days(self) -> tuple[Sum, ...]:
        """By day and workflow."""
        return tuple(one for one in self.sums if one.by == "day")

    @property
    def models(self) -> tuple[Sum, ...]:
        return tuple(one for one in self.sums if one.by == "model")

    @property
    def total(self) -> int:
        return sum(one.count for one in self.days)

    @property
    def done(self) -> int:
        return sum(one.done for one in self.days)

    @property
    def tokens(self) -> int:
        return sum(one.tokens for one in self.days)

    @property
    def cost_usd(self) -> float:
        return sum(one.cost_usd for one in self.days)

    @property
    def video_s(self) -> float:
        return sum(one.video_s for one in self.days)

    @property
    def usd_a_minute(self) -> float | None:
        """All that was spent, by the minutes of video that came of it."""
        return self.cost_usd / self.video_s * 60 if self.video_s else None

    @property
    def pages(self) -> int:
        return paging.count(self.total, PAGE)


def listed(db: Database, user: UUID, wanted: Wanted, *, page: int = 1) -> History:
    """A page of what a user asked for, counted from 1; the last one if there are fewer."""
    with db.acting(user) as conn:
        found = history.sums(conn, wanted)
        total = sum(one.count for one in found if one.by == "day")
        shown = paging.within(page, total, PAGE)
        made = history.page(conn, wanted, limit=PAGE, offset=(shown - 1) * PAGE)
        known = history.workflows(conn)
    return History(tuple(made), tuple(found), tuple(known), shown)


def people(db: Database, user: UUID) -> dict[UUID, str]:
    """Whose productions a user may see, by name."""
    with db.acting(user) as conn:
        found = history.owners(conn)
    with db.service() as conn:
        return users.names(conn, found)


def csv_lines(db: Database, user: UUID, wanted: Wanted) -> Iterator[str]:
    """All that fit as CSV, a header first; texts that a spreadsheet would compute are quoted.

    It holds no connection while it is read, however slowly that is.
    """
    yield _line(_COLUMNS)
    last: Made | None = None
    while True:
        with db.acting(user) as conn:
            found = history.older(conn, wanted, last, limit=_CHUNK)
        yield from (_line(_cells(one)) for one in found)
        if len(found) < _CHUNK:
            return
        last = found[-1]


def _cells(one: Made) -> Sequence[object]:
    ended = one.ended_at.isoformat(timespec="seconds") if one.ended_at else ""
    return (
        one.id, _text(one.title), _text(one.workflow), one.version, one.state,
        one.created_at.isoformat(timespec="seconds"), ended, _round(one.seconds, 1),
        _round(one.video_s, 2), one.tokens, _round(one.cost_usd, 6), _round(one.usd_a_minute, 6),
        _text(one.models), _text(one.error), one.only_step or "",
    )  # fmt: skip


def _line(cells: Sequence[object]) -> str:
    target = io.StringIO()
    csv.writer(target).writerow(cells)
    return target.getvalue()


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _round(value: float | None, digits: int) -> float | str:
    return "" if value is None else round(value, digits)
