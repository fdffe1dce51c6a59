"""What the door keeps about people: their sessions, the links they were given, what they did."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import JsonValue

from vid_pipeline.asking import Role
from vid_pipeline.records import Record

Beginning = Literal["password", "provider", "reset"]
Purpose = Literal["invitation", "reset"]


class Caller(Record):
    """Where somebody calls from, as the door saw it."""

    client: str = ""
    user_agent: str = ""


class Session(Record):
    """Somebody signed in at a browser."""

    id: UUID
    owner_id: UUID
    began_by: Beginning
    user_agent: str
    client: str
    began_at: datetime
    seen_at: datetime
    expires_at: datetime


class SessionOf(Session):
    """A session, and the name of whose it is."""

    display_name: str


class Present(Record):
    """Whose session a cookie names, at this moment."""

    session: UUID
    user: UUID
    role: Role
    stale: bool


class Ticket(Record):
    """A link that is good once. `owner_id` invites, or is whose password may be chosen anew."""

    id: UUID
    owner_id: UUID
    purpose: Purpose
    email: str | None
    role: Role | None
    made_by: UUID | None
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_by: UUID | None


class Login(Record):
    """Somebody at a provider who comes in as a user. `email` is theirs there."""

    issuer: str
    subject: str
    email: str | None
    made_at: datetime


class Entry(Record):
    """A line of the audit log. `actor_id` did it; it concerns `owner_id`."""

    id: UUID
    at: datetime
    act: str
    actor_id: UUID | None
    owner_id: UUID | None
    client: str
    detail: dict[str, JsonValue]


class Account(Record):
    """A user, as administrators see them."""

    id: UUID
    handle: str
    display_name: str
    email: str | None
    role: Role
    local: bool
    created_at: datetime
    deactivated_at: datetime | None
    has_password: bool
    sessions: int
    seen_at: datetime | None
    logins: int
    tokens: int
