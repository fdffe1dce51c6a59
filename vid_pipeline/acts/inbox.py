"""The inbox: what waits for a user to decide, in their own productions and in those of others."""

from dataclasses import dataclass
from uuid import UUID

from vid_pipeline.acts import paging
from vid_pipeline.store import inbox
from vid_pipeline.store.database import Database
from vid_pipeline.store.inbox import Listed, Wanted

__all__ = ["PAGE", "Inbox", "Wanted", "listed", "workflows"]

PAGE = 20


@dataclass(frozen=True)
class Inbox:
    """One page of requests; `total` fit, `workflows` are those that have any, with how many."""

    requests: tuple[Listed, ...]
    total: int
    workflows: dict[str, int]
    page: int

    @property
    def pages(self) -> int:
        return paging.count(self.total, PAGE)


def listed(db: Database, user: UUID, wanted: Wanted, *, page: int = 1) -> Inbox:
    """A page of what a user asked for, counted from 1; the last one if there are fewer."""
    with db.acting(user) as conn:
        counts = inbox.counts(conn, wanted)
        total = sum(counts.values()) if wanted.workflow is None else counts.get(wanted.workflow, 0)
        shown = paging.within(page, total, PAGE)
        found = inbox.page(conn, wanted, limit=PAGE, offset=(shown - 1) * PAGE)
    return Inbox(tuple(found), total, counts, shown)


def workflows(db: Database, user: UUID, wanted: Wanted) -> dict[str, int]:
    """The workflows that have such requests, with how many."""
    with db.acting(user) as conn:
        return inbox.counts(conn, wanted)
