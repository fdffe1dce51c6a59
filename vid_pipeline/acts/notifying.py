"""People are told that something needs them: posted with the fact itself, sent later, retried.

`post` writes a row for each person in the caller's transaction and sends nothing. `deliver`, called
every little while, hands what was posted to each person's channels and sends it: a channel that
hangs or fails delays nobody else and is tried again, ever more rarely, until it is given up.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline.acts.sending import Round
from vid_pipeline.notice_records import Due
from vid_pipeline.outbox import Event, Senders
from vid_pipeline.settings import Settings
from vid_pipeline.store import notices
from vid_pipeline.store.database import Database

_MOST_THREADS = 16


@dataclass(frozen=True)
class Delivered:
    """What one call did. `left` are still to be sent, now or later."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0
    left: int = 0


def post(
    conn: Connection[Any],
    event: Event,
    *,
    owner: UUID,
    production_id: UUID,
    request_id: UUID | None = None,
    people: Iterable[UUID],
    occasion: str | None = None,
) -> int:
    """Have people told of an event, once each, if the caller's transaction holds; how many.

    `conn` acts as `owner`, whose production it is. The same event again is told to nobody twice;
    `occasion` tells two reminders of one request apart. What concerns a production and no request
    is told once a run. It opens no connection and waits for nobody.
    """
    return notices.post(
        conn,
        event,
        list(dict.fromkeys(people)),
        owner=owner,
        production_id=production_id,
        request_id=request_id,
        occasion=occasion,
    )


def deliver(
    settings: Settings,
    db: Database,
    senders: Senders,
    *,
    limit: int = 50,
    now: datetime | None = None,
) -> Delivered:
    """Send what is due, every channel in a thread of its own; safe to call from many at once.

    `limit` is how many are tried at most. `now` is the database's clock unless given.

    Raises:
        StoreError: the database failed; what was claimed is tried again after `notices.CLAIM`.
    """
    spread(settings, db, limit=limit, now=now)
    work = Round(settings, db, senders, now)
    with db.service() as conn:
        queues = _by_channel(notices.due(conn, limit, now=now))
    if not queues:
        return Delivered(left=_left(db))
    with ThreadPoolExecutor(min(len(queues), _MOST_THREADS), "notices") as pool:
        done = [pool.submit(work.through_one_channel, queue) for queue in queues]
    states = [state for future in done for state in future.result()]
    counts = {state: states.count(state) for state in ("sent", "failed", "given_up")}
    return Delivered(**counts, left=_left(db))


def spread(
    settings: Settings, db: Database, *, limit: int = 50, now: datetime | None = None
) -> int:
    """Hand what was posted to people's channels, sending nothing; how many are to be sent."""
    work = Round(settings, db, {}, now)
    with db.service() as conn:
        people = notices.people_to_tell(conn, limit)
    for person in people:
        work.spread(person, limit)
    return _left(db)


def _by_channel(due: Sequence[Due]) -> list[list[Due]]:
    queues: dict[object, list[Due]] = {}
    for item in due:
        queues.setdefault(item.channel_id or item.operator, []).append(item)
    return list(queues.values())


def _left(db: Database) -> int:
    with db.service() as conn:
        return notices.left(conn)
