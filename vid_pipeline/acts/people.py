"""Whom a request, or a production, concerns; and having them told."""

from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline.acts import notifying
from vid_pipeline.outbox import Event
from vid_pipeline.records import Production, Request
from vid_pipeline.store import users
from vid_pipeline.store.database import Database


def deciders(db: Database, request: Request) -> list[UUID]:
    """The users who may decide a request; its owner where nobody else was named."""
    found = list(request.assignees)
    if request.role is not None:
        with db.service() as conn:
            found += users.of_role(conn, request.role)
            found += users.of_role(conn, "administrator")
    barred = {request.owner_id} if request.author_barred else set()
    return [one for one in dict.fromkeys(found or [request.owner_id]) if one not in barred]


def tell_deciders(
    conn: Connection[Any], event: Event, request: Request, people: list[UUID]
) -> None:
    """Post a notice of a request in its owner's transaction; reminders are told apart by day."""
    occasion = None if request.remind_at is None else f"{request.remind_at:%Y-%m-%d %H}"
    notifying.post(
        conn,
        event,
        owner=request.owner_id,
        production_id=request.production_id,
        request_id=request.id,
        people=people,
        occasion=occasion if event == "reminder" else None,
    )


def tell_author(conn: Connection[Any], event: Event, production: Production) -> None:
    """Post a notice of a production to whoever makes it."""
    notifying.post(
        conn,
        event,
        owner=production.owner_id,
        production_id=production.id,
        people=[production.owner_id],
    )
