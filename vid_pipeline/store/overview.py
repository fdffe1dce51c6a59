"""What a user's first page shows of many rows, each read by one query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from vid_pipeline.records import Production, ProductionState
from vid_pipeline.store.productions import COLUMNS, ONLY_STEP

_SHOWN = f"""
(select {COLUMNS} from vidp.productions p where state in ('draft', 'queued', 'running')
    order by created_at desc limit %(running)s)
union all
(select {COLUMNS} from vidp.productions p where state = 'failed'
    and created_at > now() - %(failed_for)s::interval
    order by created_at desc limit %(failed)s)
union all
(select * from (select {COLUMNS} from vidp.productions p where state = 'done') p
    where only_step is null order by created_at desc limit %(made)s)"""  # noqa: S608
_LAST = f"""
select w.slug, p.id, p.state, p.created_at
from vidp.workflows w left join lateral (
    select id, state, created_at from vidp.productions p
    where owner_id = w.owner_id and workflow = w.slug and {ONLY_STEP} is null
    order by created_at desc limit 1) p on true"""  # noqa: S608
_NAMES = """
select id, coalesce(brief ->> 'title', brief ->> 'name') from vidp.productions
where id = any(%(ids)s)"""


@dataclass(frozen=True)
class Last:
    """The newest whole production of a workflow; None throughout if there is none."""

    slug: str
    id: UUID | None
    state: ProductionState | None
    created_at: datetime | None


def shown(
    conn: Connection[Any], *, running: int, failed: int, made: int, failed_for_days: int
) -> list[Production]:
    """At most so many that are at work, that failed lately, and that are whole; newest first."""
    values = {
        "running": running,
        "failed": failed,
        "made": made,
        "failed_for": f"{failed_for_days} days",
    }
    return conn.cursor(row_factory=class_row(Production)).execute(_SHOWN, values).fetchall()


def last_of_each(conn: Connection[Any]) -> dict[str, Last]:
    """The newest whole production of each workflow, by slug."""
    found = conn.cursor(row_factory=class_row(Last)).execute(_LAST).fetchall()
    return {one.slug: one for one in found}


def names(conn: Connection[Any], ids: list[UUID]) -> dict[UUID, str]:
    """What productions are called, for those of them that are the user's."""
    return dict(conn.execute(_NAMES, {"ids": ids}).fetchall())
