"""What the acting user has spent: by day and by workflow."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

_SPENT = """
select (date_trunc('day', coalesce(j.done_at, j.sent_at), 'UTC') at time zone 'UTC')::date as day,
    p.workflow, sum(j.cost_usd) as usd, count(*) as calls
from vidp.journal j
    join vidp.productions p on (p.owner_id, p.id) = (j.owner_id, j.production_id)
where j.owner_id = (select vidp.uid()) and j.cost_usd > 0
    and coalesce(j.done_at, j.sent_at) >= date_trunc('day', clock_timestamp(), 'UTC')
        - make_interval(days => %(days)s - 1)
group by 1, 2 order by 1, 2"""


@dataclass(frozen=True)
class Spent:
    """What one workflow's productions spent on one day (UTC), and in how many paid calls."""

    day: date
    workflow: str
    usd: float
    calls: int


def by_day(conn: Connection[Any], days: int) -> list[Spent]:
    """The last so many days, today among them; days without spending are left out."""
    cursor = conn.cursor(row_factory=class_row(Spent))
    return cursor.execute(_SPENT, {"days": days}).fetchall()
