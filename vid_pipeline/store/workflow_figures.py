"""How each workflow has done: its whole videos in numbers, and the last of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from vid_pipeline.records import ProductionState, Record
from vid_pipeline.store.productions import ONLY_STEP

_FIGURES = f"""
with newest as (
    select id, workflow, state, created_at,
        row_number() over (partition by workflow order by created_at desc, id desc) as nth,
        count(*) over (partition by workflow) as runs
    from vidp.productions p where {ONLY_STEP} is null),
recent as (
    select n.workflow, n.state, w.seconds, c.cost_usd
    from newest n
    left join lateral (
        select extract(epoch from sum(l.ended_at - l.planned_at))::double precision as seconds
        from vidp.launches l where l.production_id = n.id and l.ended_at is not null) w on true
    left join lateral (
        select sum(t.cost_usd) as cost_usd
        from vidp.step_traces t where t.production_id = n.id) c on true
    where n.nth <= 50)
select n.workflow as slug, n.runs, n.id as last_id, n.state as last_state,
    n.created_at as last_at, r.ended, r.done, r.seconds, r.cost_usd
from newest n join (
    select workflow, count(*) filter (where state in ('done', 'failed', 'cancelled')) as ended,
        count(*) filter (where state = 'done') as done,
        percentile_cont(0.5) within group (order by seconds) filter (where state = 'done')
            as seconds,
        percentile_cont(0.5) within group (order by cost_usd) filter (where state = 'done')
            as cost_usd
    from recent group by workflow) r on r.workflow = n.workflow
where n.nth = 1"""  # noqa: S608 - our own texts


class Figures(Record):
    """A workflow's videos: how many in all; of the last 50, how they ended, and medians.

    `seconds` are those that runs took, without the time that people took to decide.
    """

    slug: str
    runs: int
    last_id: UUID
    last_state: ProductionState
    last_at: datetime
    ended: int
    done: int
    seconds: float | None
    cost_usd: float | None


def by_workflow(conn: Connection[Any]) -> dict[str, Figures]:
    """The figures of each workflow that was ever run, by slug."""
    found = conn.cursor(row_factory=class_row(Figures)).execute(_FIGURES).fetchall()
    return {one.slug: one for one in found}
