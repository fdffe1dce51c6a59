"""Batches and their items; who lets one go on holds it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import class_row
from pydantic import Field

from vid_pipeline.artifacts import Brief
from vid_pipeline.batch_records import Batch, BatchItem, BatchRules, BatchState, ItemState
from vid_pipeline.errors import BadRequest, NotFound
from vid_pipeline.records import Record, WorkflowVersion

_ADD = """
insert into vidp.batches (owner_id, name, workflow, version, rules, shared)
values (vidp.uid(), %(name)s, %(workflow)s, %(version)s, %(rules)s, %(shared)s) returning *"""
_ITEM = """
insert into vidp.batch_items
    (owner_id, batch_id, input, variant, title, label, brief, reason)
values (vidp.uid(), %(batch)s, %(input)s, %(variant)s, %(title)s, %(label)s, %(brief)s, %(reason)s)
"""
_GET = """
select * from vidp.batches
where id::text = %(key)s or (length(%(key)s) >= 6 and right(id::text, length(%(key)s)) = %(key)s)
limit 2"""
_LISTED = """
select * from vidp.batches order by created_at desc, id desc limit %(limit)s offset %(offset)s"""
_LOCK = "select * from vidp.batches where id = %(id)s for update"
_RUNNING = """
select id, owner_id from vidp.batches where state = 'running' order by random() limit %(limit)s"""
_MOVE = """
update vidp.batches set state = %(state)s, reason = %(reason)s,
    ended_at = case when %(state)s in ('done', 'stopped') then clock_timestamp() end,
    excused = coalesce(%(excused)s, excused)
where id = %(id)s returning *"""
_STATE = """case
    when i.again and p.state in ('failed', 'cancelled') then 'waiting'
    when p.id is null then case when i.brief is null then 'failed' else 'waiting' end
    when p.state in ('done', 'failed', 'cancelled') then p.state
    when p.state = 'waiting' then 'asking' else 'running' end"""
"""As `BatchItem.state`."""
_ITEM_OF = """
select i.*, p.state as production_state, p.error, p.folder,
    extract(epoch from p.ended_at - p.started_at)::float as seconds,
    coalesce(t.cost_usd, 0)::float as cost_usd
from vidp.batch_items i
left join vidp.productions p on p.owner_id = i.owner_id and p.id = i.production_id
left join lateral (
    select sum(cost_usd) as cost_usd
    from vidp.step_traces where owner_id = i.owner_id and production_id = i.production_id) t on true
where i.owner_id = (select vidp.uid()) and i.batch_id = %(batch)s"""
_ITEMS = f"{_ITEM_OF} order by i.input, i.variant"
_PAGE = f"""{_ITEM_OF} and (i.input, i.variant) > (%(input)s, %(variant)s)
    and (%(states)s::text[] is null or {_STATE} = any(%(states)s))
order by i.input, i.variant limit %(limit)s offset %(offset)s"""
_COUNTS = f"""
select {_STATE} as state, count(*)::int as items, count(i.production_id)::int as begun,
    coalesce(sum((select sum(cost_usd) from vidp.step_traces
        where owner_id = i.owner_id and production_id = i.production_id)), 0)::float as cost_usd
from vidp.batch_items i
left join vidp.productions p on p.owner_id = i.owner_id and p.id = i.production_id
where i.owner_id = (select vidp.uid()) and i.batch_id = %(batch)s group by 1"""  # noqa: S608
_RULES = "update vidp.batches set rules = %(rules)s where id = %(id)s"
_BEGUN = """
update vidp.batch_items set production_id = %(production)s, again = false where id = %(id)s"""
_AGAIN = "update vidp.batch_items set again = true where id = any(%(ids)s)"
_REMOVE = "delete from vidp.batches where id = %(id)s"


class StateCount(Record):
    """The items of a batch that are in one state."""

    state: ItemState
    items: int
    begun: int = Field(description="Those of which there is a production.")
    cost_usd: float


class Whose(Record):
    """A batch, and whose it is."""

    id: UUID
    owner_id: UUID


def add(
    conn: Connection[Any],
    version: WorkflowVersion,
    name: str,
    *,
    rules: BatchRules,
    shared: Sequence[str],
) -> Batch:
    """A new batch without items."""
    values = {
        "name": name,
        "workflow": version.slug,
        "version": version.version,
        "rules": rules.model_dump_json(),
        "shared": list(shared),
    }
    made = _rows(conn).execute(_ADD, values).fetchone()
    assert made is not None
    return made


def add_item(
    conn: Connection[Any],
    batch_id: UUID,
    place: tuple[int, int],
    *,
    title: str,
    label: str,
    brief: Brief | None,
    reason: str | None = None,
) -> None:
    """One more item; `place` is its input, counted from 1, and its variant, from 0."""
    values = {
        "batch": batch_id,
        "input": place[0],
        "variant": place[1],
        "title": title,
        "label": label,
        "brief": brief.model_dump_json() if brief else None,
        "reason": reason,
    }
    conn.execute(_ITEM, values)


def get(conn: Connection[Any], key: UUID | str) -> Batch:
    """A batch by its id or the last characters of it.

    Raises:
        NotFound: the user has no such batch.
        BadRequest: several fit.
    """
    text = str(key).strip().lower()
    found = _rows(conn).execute(_GET, {"key": text}).fetchall()
    if not found:
        raise NotFound("batch", str(key), "See `vidp batch list`.")
    if len(found) > 1:
        raise BadRequest("Batch", str(key), "Several fit: give its whole id.")
    return found[0]


def listed(conn: Connection[Any], *, limit: int = 50, offset: int = 0) -> list[Batch]:
    """The user's batches, newest first."""
    return _rows(conn).execute(_LISTED, {"limit": limit, "offset": offset}).fetchall()


def locked(conn: Connection[Any], batch_id: UUID) -> Batch:
    """A batch, held until the transaction ends."""
    found = _rows(conn).execute(_LOCK, {"id": batch_id}).fetchone()
    if found is None:
        raise NotFound("batch", str(batch_id), "See `vidp batch list`.")
    return found


def running(conn: Connection[Any], *, limit: int = 50) -> list[Whose]:
    """Some batches that go on, others each time, so that none is left out for long (service)."""
    cursor = conn.cursor(row_factory=class_row(Whose))
    return cursor.execute(_RUNNING, {"limit": limit}).fetchall()


def move(
    conn: Connection[Any],
    batch_id: UUID,
    state: BatchState,
    *,
    reason: str | None = None,
    excused: int | None = None,
) -> Batch:
    """Say how a batch stands from now on, and why."""
    values = {"id": batch_id, "state": state, "reason": reason, "excused": excused}
    moved = _rows(conn).execute(_MOVE, values).fetchone()
    assert moved is not None
    return moved


def set_rules(conn: Connection[Any], batch_id: UUID, rules: BatchRules) -> None:
    """Set a batch's rules anew."""
    conn.execute(_RULES, {"id": batch_id, "rules": rules.model_dump_json()})


def items(conn: Connection[Any], batch: Batch) -> list[BatchItem]:
    """All of a batch, by input and variant."""
    cursor = conn.cursor(row_factory=class_row(BatchItem))
    return cursor.execute(_ITEMS, {"batch": batch.id}).fetchall()


def page(
    conn: Connection[Any],
    batch: Batch,
    *,
    limit: int,
    after: tuple[int, int] = (0, 0),
    states: Sequence[ItemState] = (),
    offset: int = 0,
) -> list[BatchItem]:
    """Some of its items, by input and variant: those `after` one, in any of these states."""
    values = {
        "batch": batch.id,
        "input": after[0],
        "variant": after[1],
        "states": list(states) or None,
        "limit": limit,
        "offset": offset,
    }
    return conn.cursor(row_factory=class_row(BatchItem)).execute(_PAGE, values).fetchall()


def counts(conn: Connection[Any], batch_id: UUID) -> list[StateCount]:
    """How many of its items stand how, and what those have cost."""
    cursor = conn.cursor(row_factory=class_row(StateCount))
    return cursor.execute(_COUNTS, {"batch": batch_id}).fetchall()


def begun(conn: Connection[Any], item_id: UUID, production_id: UUID) -> None:
    """Say which production an item has become, or goes on with."""
    conn.execute(_BEGUN, {"id": item_id, "production": production_id})


def again(conn: Connection[Any], item_ids: Sequence[UUID]) -> None:
    """Let items that have ended wait to be retried."""
    conn.execute(_AGAIN, {"ids": list(item_ids)})


def remove(conn: Connection[Any], batch_id: UUID) -> None:
    """Forget a batch; its videos stay."""
    conn.execute(_REMOVE, {"id": batch_id})


def _rows(conn: Connection[Any]) -> Cursor[Batch]:
    return conn.cursor(row_factory=class_row(Batch))
