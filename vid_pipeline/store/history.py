"""What was made, and what it took: filtered, summed and paged in the database."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row
from pydantic import Field

from vid_pipeline.records import ProductionState, Record
from vid_pipeline.store.productions import ONLY_STEP

_FITS = """
    (%(workflow)s::text is null or p.workflow = %(workflow)s)
    and (%(states)s::text[] is null or p.state = any(%(states)s))
    and (%(owner)s::uuid is null or p.owner_id = %(owner)s)
    and (%(since)s::date is null
        or p.created_at >= (%(since)s::date)::timestamp at time zone %(zone)s)
    and (%(until)s::date is null
        or p.created_at < (%(until)s::date + 1)::timestamp at time zone %(zone)s)"""
_ROWS = f"""
select p.id, p.owner_id, p.workflow, p.version, p.state, p.created_at, p.ended_at, p.video_s,
    coalesce(p.brief ->> 'title', p.brief ->> 'name', '') as title, coalesce(p.error, '') as error,
    extract(epoch from p.ended_at - coalesce(p.started_at, p.created_at))::double precision
        as seconds,
    {ONLY_STEP} as only_step, s.tokens, s.cost_usd, s.models
from {{productions}} p
left join lateral (
    select coalesce(sum(j.input_tokens + j.output_tokens + j.cache_tokens), 0)::bigint as tokens,
        coalesce(sum(j.cost_usd), 0) as cost_usd,
        coalesce(string_agg(distinct j.provider || '/' || j.model, ', '), '') as models
    from vidp.journal j where j.owner_id = p.owner_id and j.production_id = p.id) s on true
order by p.created_at desc, p.id desc"""  # noqa: S608 - our own texts
_PAGE = _ROWS.format(
    productions=f"""(
    select * from vidp.productions p where {_FITS}
    order by p.created_at desc, p.id desc limit %(limit)s offset %(offset)s)"""  # noqa: S608
)
_OLDER = _ROWS.format(
    productions=f"""(
    select * from vidp.productions p where {_FITS}
    and (%(than_id)s::uuid is null or (p.created_at, p.id) < (%(than_at)s, %(than_id)s))
    order by p.created_at desc, p.id desc limit %(limit)s)"""  # noqa: S608
)
_SUMS = f"""
with wanted as (
    select p.id, p.owner_id, p.workflow, p.state, p.video_s, {ONLY_STEP} as only_step,
        (p.created_at at time zone %(zone)s)::date as day
    from vidp.productions p where {_FITS}),
calls as (
    select j.production_id, j.provider || '/' || j.model as model,
        sum(j.input_tokens + j.output_tokens + j.cache_tokens) as tokens,
        sum(j.cost_usd) as cost_usd
    from vidp.journal j join wanted w on w.owner_id = j.owner_id and w.id = j.production_id
    group by 1, 2),
spent as (
    select production_id, sum(tokens) as tokens, sum(cost_usd) as cost_usd
    from calls group by 1)
select 'day' as by, w.day::text as name, w.workflow, count(*) as count,
    count(*) filter (where w.state = 'done' and w.only_step is null) as done,
    coalesce(sum(s.tokens), 0)::bigint as tokens, coalesce(sum(s.cost_usd), 0) as cost_usd,
    coalesce(sum(w.video_s), 0) as video_s
from wanted w left join spent s on s.production_id = w.id
group by w.day, w.workflow
union all
select 'model', c.model, '', count(*), 0, sum(c.tokens)::bigint, sum(c.cost_usd), 0
from calls c group by c.model
order by 1, 2, 3"""  # noqa: S608 - our own texts
_OWNERS = "select distinct owner_id from vidp.productions"
_WORKFLOWS = "select distinct workflow from vidp.productions order by workflow"


class Wanted(Record):
    """Which productions: days count in `zone`, both ends included."""

    workflow: str | None = None
    states: tuple[ProductionState, ...] | None = None
    owner: UUID | None = None
    since: date | None = None
    until: date | None = None
    zone: str = Field(default="UTC", description="A name of the IANA time zone database.")


class Made(Record):
    """One production in the list; `seconds` until it ended, people's time to decide included."""

    id: UUID
    owner_id: UUID
    workflow: str
    version: int
    state: ProductionState
    created_at: datetime
    ended_at: datetime | None
    video_s: float | None
    title: str
    error: str
    seconds: float | None
    only_step: str | None
    tokens: int
    cost_usd: float
    models: str

    @property
    def usd_a_minute(self) -> float | None:
        """What a minute of its video cost; None if it has no video."""
        return self.cost_usd / self.video_s * 60 if self.video_s else None


class Sum(Record):
    """What a day took in one workflow, or a model by its name.

    `count` productions, `done` well of those that were run whole.
    """

    by: Literal["day", "model"]
    name: str
    workflow: str
    count: int
    done: int
    tokens: int
    cost_usd: float
    video_s: float


def page(conn: Connection[Any], wanted: Wanted, *, limit: int, offset: int = 0) -> list[Made]:
    """Productions, newest first."""
    values = _values(wanted) | {"limit": limit, "offset": offset}
    return conn.cursor(row_factory=class_row(Made)).execute(_PAGE, values).fetchall()


def older(
    conn: Connection[Any], wanted: Wanted, than: Made | None = None, *, limit: int
) -> list[Made]:
    """The newest of those that are older than another one; of all, if it is None."""
    place = {"than_at": than.created_at if than else None, "than_id": than.id if than else None}
    values = _values(wanted) | place | {"limit": limit}
    return conn.cursor(row_factory=class_row(Made)).execute(_OLDER, values).fetchall()


def sums(conn: Connection[Any], wanted: Wanted) -> list[Sum]:
    """What they took together: by day and workflow, and by model."""
    return conn.cursor(row_factory=class_row(Sum)).execute(_SUMS, _values(wanted)).fetchall()


def workflows(conn: Connection[Any]) -> list[str]:
    """The slugs of workflows that something was made by."""
    return [row[0] for row in conn.execute(_WORKFLOWS)]


def owners(conn: Connection[Any]) -> list[UUID]:
    """Whose productions the user may see."""
    return [row[0] for row in conn.execute(_OWNERS)]


def _values(wanted: Wanted) -> dict[str, object]:
    values = wanted.model_dump()
    return values | {"states": None if wanted.states is None else list(wanted.states)}
