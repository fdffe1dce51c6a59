"""Notices and their deliveries: posted by whose the thing is, spread and sent as who is told.

A delivery that is claimed is out of reach of others for `CLAIM`, twelve times as long as a send may
take. Who claimed it marks it; a sender that died leaves it to be claimed again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from vid_pipeline.notice_records import Delivery, Due, Notice, Told
from vid_pipeline.outbox import Event, Kind

CLAIM = timedelta(minutes=2)

_POST = """
insert into vidp.notices (owner_id, production_id, request_id, event, occasion, person_id, about,
    what, detail, deadline_at)
select p.owner_id, p.id, r.id, %(event)s,
    coalesce(%(occasion)s, case when r.id is null then p.run_id end, ''), person,
    left(coalesce(nullif(p.brief->>'title', ''), p.brief->>'name'), 200), left(r.title, 200),
    left(case when %(event)s = 'failed' then p.error end, 500), r.deadline_at
from vidp.productions p
    left join vidp.requests r on r.owner_id = p.owner_id and r.production_id = p.id
        and r.id = %(request)s
    cross join unnest(%(people)s::uuid[]) as person
where p.id = %(production)s and p.owner_id = %(owner)s
on conflict do nothing"""
_POST_OF = """
insert into vidp.notices
    (owner_id, batch_id, trigger_id, event, occasion, person_id, about, what, detail)
values (vidp.uid(), %(batch)s, %(trigger)s, %(event)s, %(occasion)s, vidp.uid(),
    left(%(about)s, 200), left(%(what)s, 200), left(%(detail)s, 500))
on conflict do nothing"""
_TO_SPREAD = """
select distinct person_id from vidp.notices where spread_at is null limit %(limit)s"""
_SPREAD = """
with fresh as materialized (
    select id, event from vidp.notices
    where person_id = (select vidp.uid()) and spread_at is null
    order by posted_at, id limit %(limit)s for update skip locked),
mine as (
    select f.id as notice_id, c.id as channel_id, null as operator
    from fresh f join vidp.channels c on c.owner_id = (select vidp.uid())
        and c.enabled and f.event = any (c.events)),
theirs as (
    select f.id, null::uuid, o from fresh f cross join unnest(%(operators)s::text[]) as o
    where not exists (select from vidp.channels c where c.owner_id = (select vidp.uid()))),
added as (
    insert into vidp.deliveries (owner_id, notice_id, channel_id, operator, next_at)
    select vidp.uid(), w.*, coalesce(%(now)s, clock_timestamp())
    from (select * from mine union all select * from theirs) as w
    on conflict do nothing)
update vidp.notices n set spread_at = clock_timestamp() from fresh where n.id = fresh.id"""
_DUE = """
select id, owner_id, channel_id, operator from (
    select *, row_number() over (partition by coalesce(channel_id::text, operator)
        order by next_at, id) as nth
    from (select id, owner_id, channel_id, operator, tries, next_at from vidp.deliveries
        where state in ('due', 'failed') and next_at <= coalesce(%(now)s, clock_timestamp())) as d
    ) as d
order by nth, tries, next_at, id limit %(limit)s"""
_LEFT = "select count(*) from vidp.deliveries where state in ('due', 'failed')"
_CLAIM = """
update vidp.deliveries set tries = tries + 1,
    next_at = coalesce(%(now)s, clock_timestamp()) + %(claim)s
where id = (select id from vidp.deliveries
    where id = %(id)s and owner_id = (select vidp.uid()) and state in ('due', 'failed')
        and next_at <= coalesce(%(now)s, clock_timestamp()) for update skip locked)
returning *"""
_NOTICE = "select * from vidp.notices where id = %(id)s and person_id = (select vidp.uid())"
_DECIDED = """
select exists (select from vidp.requests where id = %(request)s and state <> 'open')"""
_SENT = """
update vidp.deliveries set state = %(state)s, error = null,
    sent_at = case when %(state)s = 'sent' then clock_timestamp() end
where id = %(id)s and tries = %(tries)s and state in ('due', 'failed')"""
_FAILED = """
update vidp.deliveries set state = %(state)s, error = left(%(error)s, 500),
    next_at = coalesce(%(now)s, clock_timestamp()) + %(pause)s
where id = %(id)s and tries = %(tries)s and state in ('due', 'failed')"""
_POSTPONE = """
update vidp.deliveries set next_at = greatest(next_at,
    coalesce(%(now)s, clock_timestamp()) + %(pause)s)
where id = %(id)s and owner_id = (select vidp.uid()) and state in ('due', 'failed')"""
_OF_USER = """
select d.* from vidp.deliveries d where d.owner_id = (select vidp.uid())
order by d.next_at desc, d.id desc limit %(limit)s"""

_RECENT = """
select d.id, d.state, d.tries, d.next_at, d.error, d.sent_at, d.operator, c.shown, n.event,
    n.about, n.what, n.production_id, n.batch_id, n.trigger_id, n.posted_at
from vidp.deliveries d
    join vidp.notices n on (n.person_id, n.id) = (d.owner_id, d.notice_id)
    left join vidp.channels c on (c.owner_id, c.id) = (d.owner_id, d.channel_id)
where d.owner_id = (select vidp.uid())
order by coalesce(d.sent_at, d.next_at) desc, d.id desc limit %(limit)s"""


def post(
    conn: Connection[Any],
    event: Event,
    people: Sequence[UUID],
    *,
    owner: UUID,
    production_id: UUID,
    request_id: UUID | None = None,
    occasion: str | None = None,
) -> int:
    """Write down one event for each person, as the production's owner; how many were new.

    `occasion` tells two events of one kind apart; without one, it is the run for what concerns no
    request.
    """
    values = {
        "event": event,
        "owner": owner,
        "production": production_id,
        "request": request_id,
        "people": list(people),
        "occasion": occasion,
    }
    return conn.execute(_POST, values).rowcount


def post_of(
    conn: Connection[Any],
    event: Event,
    *,
    about: str,
    what: str,
    detail: str | None,
    occasion: str,
    batch_id: UUID | None = None,
    trigger_id: UUID | None = None,
) -> int:
    """Write down an event of the acting user's batch or trigger, for them; 1 if it was new."""
    values = {
        "event": event,
        "batch": batch_id,
        "trigger": trigger_id,
        "about": about,
        "what": what,
        "detail": detail,
        "occasion": occasion,
    }
    return conn.execute(_POST_OF, values).rowcount


def people_to_tell(conn: Connection[Any], limit: int) -> list[UUID]:
    """Who has notices that no channel was given yet (service)."""
    return [row[0] for row in conn.execute(_TO_SPREAD, {"limit": limit})]


def spread(
    conn: Connection[Any], *, operators: Sequence[Kind], limit: int, now: datetime | None = None
) -> None:
    """Hand the acting user's new notices to their channels; to the operator's if they have none."""
    conn.execute(_SPREAD, {"operators": list(operators), "limit": limit, "now": now})


def due(conn: Connection[Any], limit: int, *, now: datetime | None = None) -> list[Due]:
    """What should be tried now: of every channel its oldest, then the next of each (service)."""
    cursor = conn.cursor(row_factory=class_row(Due))
    return cursor.execute(_DUE, {"limit": limit, "now": now}).fetchall()


def left(conn: Connection[Any]) -> int:
    """How many are neither sent nor given up (service)."""
    row = conn.execute(_LEFT).fetchone()
    assert row is not None
    return int(row[0])


def claim(
    conn: Connection[Any], delivery_id: UUID, *, now: datetime | None = None
) -> Delivery | None:
    """The acting user's delivery with one try more; None if it is not due or somebody has it."""
    values = {"id": delivery_id, "now": now, "claim": CLAIM}
    return conn.cursor(row_factory=class_row(Delivery)).execute(_CLAIM, values).fetchone()


def told(conn: Connection[Any], notice_id: UUID) -> Notice:
    """What the acting user is told."""
    found = conn.cursor(row_factory=class_row(Notice)).execute(_NOTICE, {"id": notice_id})
    notice = found.fetchone()
    assert notice is not None, "a delivery's notice is its owner's"
    return notice


def is_moot(conn: Connection[Any], notice: Notice) -> bool:
    """Whether it asks for an answer to what the acting user can see to be decided."""
    if notice.request_id is None or notice.event not in {"asked", "reminder", "escalated"}:
        return False
    row = conn.execute(_DECIDED, {"request": notice.request_id}).fetchone()
    return row is not None and bool(row[0])


def sent(conn: Connection[Any], claimed: Delivery) -> None:
    """It got through."""
    conn.execute(_SENT, {"id": claimed.id, "tries": claimed.tries, "state": "sent"})


def moot(conn: Connection[Any], claimed: Delivery) -> None:
    """Nobody needs it any more."""
    conn.execute(_SENT, {"id": claimed.id, "tries": claimed.tries, "state": "moot"})


def failed(
    conn: Connection[Any],
    claimed: Delivery,
    error: str,
    *,
    pause: timedelta | None,
    now: datetime | None = None,
) -> None:
    """It did not get through: again after `pause`, or never when that is None."""
    values = {
        "id": claimed.id,
        "tries": claimed.tries,
        "state": "given_up" if pause is None else "failed",
        "error": error,
        "pause": pause or timedelta(0),
        "now": now,
    }
    conn.execute(_FAILED, values)


def postpone(
    conn: Connection[Any], delivery_id: UUID, pause: timedelta, *, now: datetime | None = None
) -> None:
    """Leave the acting user's delivery alone for a while; it counts as no try."""
    conn.execute(_POSTPONE, {"id": delivery_id, "pause": pause, "now": now})


def deliveries(conn: Connection[Any], limit: int = 100) -> list[Delivery]:
    """The acting user's deliveries, the newest first."""
    cursor = conn.cursor(row_factory=class_row(Delivery))
    return cursor.execute(_OF_USER, {"limit": limit}).fetchall()


def recent(conn: Connection[Any], limit: int = 20) -> list[Told]:
    """What was sent to the acting user lately, or is to be, and how that went."""
    cursor = conn.cursor(row_factory=class_row(Told))
    return cursor.execute(_RECENT, {"limit": limit}).fetchall()
