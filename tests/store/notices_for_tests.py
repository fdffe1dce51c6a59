"""What tests of notices start from: a production, a request of it, people and their channels."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from tests.store.test_tables import produced
from vid_pipeline.acts import notifying, subscribing
from vid_pipeline.outbox import EVENTS, Event
from vid_pipeline.records import Production, User
from vid_pipeline.store import notices, users
from vid_pipeline.store.database import Database

_ASK = """
insert into vidp.requests (owner_id, production_id, step_id, kind, round, subject, run_id, title,
    shown, assignees, deadline_at)
values (vidp.uid(), %s, 'approve', 'approval', 1, 's', 'run-1', %s, '[]', %s,
    '2026-11-27 14:00+00') returning id"""


def someone(db: Database) -> User:
    with db.service() as conn:
        return users.add(conn, f"n{uuid4().hex}")


def asked(
    db: Database, owner: User, people: Sequence[UUID], title: str = "Approve the script"
) -> tuple[Production, UUID]:
    """A production and an open request of it."""
    production = produced(db, owner)
    with db.acting(owner.id) as conn:
        row = conn.execute(_ASK, [production.id, title, list(people)]).fetchone()
    assert row is not None
    return production, row[0]


def post(
    db: Database,
    owner: User,
    people: Sequence[UUID],
    event: Event = "asked",
    *,
    occasion: str | None = None,
    about: tuple[Production, UUID] | None = None,
) -> int:
    production, request = about or asked(db, owner, people)
    with db.acting(owner.id) as conn:
        return notifying.post(
            conn,
            event,
            owner=owner.id,
            production_id=production.id,
            request_id=request,
            people=people,
            occasion=occasion,
        )


def subscribe(db: Database, user: User, target: str, kind: str = "webhook") -> UUID:
    return subscribing.add(db, user.id, kind, target, EVENTS).channel.id


def states(db: Database, user: User) -> list[tuple[str, int, str | None]]:
    with db.acting(user.id) as conn:
        return [(d.state, d.tries, d.error) for d in notices.deliveries(conn)]
