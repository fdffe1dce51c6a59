"""A user's channels: where they are told. Targets are sealed, signing keys derived each time."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import class_row

from vid_pipeline.errors import BadRequest, NotFound
from vid_pipeline.notice_records import Channel
from vid_pipeline.outbox import Address, Event, Kind
from vid_pipeline.store.keys import Keys
from vid_pipeline.store.sealing import seal, unseal

_COLUMNS = "c.id, c.owner_id, c.kind, c.shown, c.events, c.enabled, c.created_at"
_ADD = f"""
insert into vidp.channels as c (id, owner_id, kind, target, shown, events)
values (%(id)s, vidp.uid(), %(kind)s, %(target)s, %(shown)s, %(events)s)
returning {_COLUMNS}"""  # noqa: S608  (both parts are ours)
_LIST = f"""
select {_COLUMNS}, coalesce(d.waiting, 0) as waiting, coalesce(d.given_up, 0) as given_up, d.error
from vidp.channels c left join lateral (
    select count(*) filter (where state in ('due', 'failed')) as waiting,
        count(*) filter (where state = 'given_up') as given_up,
        (array_agg(error order by next_at desc, id desc))[1] as error
    from vidp.deliveries where owner_id = c.owner_id and channel_id = c.id) d on true
where c.owner_id = (select vidp.uid())
    and (%(key)s::text is null or right(c.id::text, length(%(key)s)) = %(key)s
        or starts_with(c.id::text, %(key)s))
order by c.created_at, c.id"""  # noqa: S608
_REMOVE = "delete from vidp.channels where id = %(id)s"
_ENABLE = "update vidp.channels set enabled = %(enabled)s where id = %(id)s"
_CHOOSE = "update vidp.channels set events = %(events)s where id = %(id)s"
_TARGET = "select kind, target, owner_id from vidp.channels where id = %(id)s"


def add(
    conn: Connection[Any],
    keys: Keys,
    kind: Kind,
    target: str,
    *,
    shown: str,
    events: Sequence[Event],
) -> Channel:
    """A new channel of the acting user; `shown` is what of its target people may see."""
    channel_id, owner = uuid4(), _acting(conn)
    values = {
        "id": channel_id,
        "kind": kind,
        "target": seal(_key(keys), target, bound_to=f"{owner}|{channel_id}"),
        "shown": shown,
        "events": list(events),
    }
    made = conn.cursor(row_factory=class_row(Channel)).execute(_ADD, values).fetchone()
    assert made is not None
    return made


def of_user(conn: Connection[Any]) -> list[Channel]:
    """The acting user's channels with what waits in them, oldest first."""
    return conn.cursor(row_factory=class_row(Channel)).execute(_LIST, {"key": None}).fetchall()


def get(conn: Connection[Any], key: UUID | str) -> Channel:
    """A channel of the acting user, by its id or either end of it if only one fits.

    Raises:
        NotFound: none fits.
        BadRequest: several fit.
    """
    text = str(key).strip().lower()
    cursor = conn.cursor(row_factory=class_row(Channel))
    found = cursor.execute(_LIST, {"key": text}).fetchall() if text else []
    if not found:
        raise NotFound("channel", text, "See `vidp channels list`.")
    if len(found) > 1:
        raise BadRequest("Channel", text, "Several ids fit: give more characters.")
    return found[0]


def remove(conn: Connection[Any], channel_id: UUID) -> None:
    """Forget a channel and what still waits in it.

    Raises:
        NotFound: the acting user has no such channel.
    """
    if not conn.execute(_REMOVE, {"id": channel_id}).rowcount:
        raise NotFound("channel", str(channel_id), "See `vidp channels list`.")


def enable(conn: Connection[Any], channel_id: UUID, *, enabled: bool) -> None:
    """Use a channel, or stop using it for what is still to come.

    Raises:
        NotFound: the acting user has no such channel.
    """
    if not conn.execute(_ENABLE, {"id": channel_id, "enabled": enabled}).rowcount:
        raise NotFound("channel", str(channel_id), "See `vidp channels list`.")


def choose(conn: Connection[Any], channel_id: UUID, events: Sequence[Event]) -> None:
    """Tell of these events there, from now on.

    Raises:
        NotFound: the acting user has no such channel.
    """
    if not conn.execute(_CHOOSE, {"id": channel_id, "events": list(events)}).rowcount:
        raise NotFound("channel", str(channel_id), "See `vidp channels list`.")


def address(conn: Connection[Any], keys: Keys, channel_id: UUID) -> Address:
    """Where a channel leads, unsealed; webhooks with their signing key.

    Raises:
        NotFound: the acting user has no such channel.
        StoreError: it was sealed with another key.
    """
    row = conn.execute(_TARGET, {"id": channel_id}).fetchone()
    if row is None:
        raise NotFound("channel", str(channel_id), "See `vidp channels list`.")
    kind, sealed, owner = row
    target = unseal(_key(keys), bytes(sealed), bound_to=f"{owner}|{channel_id}")
    return Address(kind, target, signing_key(keys, channel_id) if kind == "webhook" else None)


def signing_key(keys: Keys, channel_id: UUID) -> str:
    """What a webhook's receiver checks signatures with; derived anew each time."""
    return keys.derived(f"webhook:{channel_id}").hex()


def _key(keys: Keys) -> bytes:
    return keys.derived("channels")


def _acting(conn: Connection[Any]) -> UUID:
    row = conn.execute("select vidp.uid()").fetchone()
    assert row is not None
    acting: UUID = row[0]
    return acting
