"""A forgotten password: a link by e-mail, or from an administrator, good once and for an hour."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from vid_pipeline.account_records import Caller, Ticket
from vid_pipeline.acts import accounts as entering
from vid_pipeline.acts import auditing, passwords, throttling
from vid_pipeline.acts.accounts import NOBODY
from vid_pipeline.acts.door import Door
from vid_pipeline.errors import AccountError
from vid_pipeline.store import accounts, sessions, tickets, users
from vid_pipeline.store.database import Database

BY_MAIL = timedelta(hours=1)
BY_ADMINISTRATOR = timedelta(hours=24)

_TOKEN_BYTES = 32
_SPENT = "This link was used or is too old. Ask for another one."

Send = Callable[[str, str], None]
"""Sends a token to an address."""


def ask(door: Door, email: str, send: Send, *, caller: Caller = NOBODY) -> Callable[[], None]:
    """Have a link sent, if the address is somebody's; nobody can tell from here whether it is.

    What is returned does it, and is called once the answer is out: so the answer takes as long for
    an address that is nobody's.

    Raises:
        AccountError: it is no address.
        TooManyTries: from there.
    """
    address = entering.good_address(email)
    with door.db.service() as conn:
        wait = throttling.tried(conn, "reset", client=caller.client, address=address)
    throttling.refuse(wait)

    def rest() -> None:
        with door.db.service() as conn:
            user = accounts.by_address(conn, address)
            whose = user.id if user else None
            auditing.record(conn, "reset_asked", actor=None, owner=whose, caller=caller)
        if user is not None and user.email and user.deactivated_at is None:
            send(user.email, _made(door.db, user.id, life=BY_MAIL, made_by=None))

    return rest


def make_link(db: Database, administrator: UUID, user: UUID) -> str:
    """A token with which a user chooses a new password, for an administrator to hand over.

    The caller makes sure who the administrator is.
    """
    token = _made(db, user, life=BY_ADMINISTRATOR, made_by=administrator)
    with db.service() as conn:
        auditing.record(conn, "reset_link_made", actor=administrator, owner=user)
    return token


def look(db: Database, token: str) -> Ticket | None:
    """What a reset's token is good for; None if for nothing."""
    with db.service() as conn:
        return tickets.look(conn, "reset", token)


def reset(door: Door, token: str, password: str, *, caller: Caller = NOBODY) -> str:
    """Choose a new password; all sessions end, and the token of a new one is returned.

    Raises:
        AccountError: the link is not good, or the password is weak; then the link stays good.
        TooManyTries: from there.
    """
    with door.db.service() as conn:
        wait = throttling.tried(conn, "reset_use", client=caller.client, address="")
        ticket = tickets.look(conn, "reset", token)
        user = users.get(conn, ticket.owner_id) if ticket else None
    throttling.refuse(wait)
    if user is None or user.deactivated_at is not None:
        raise AccountError("spent", _SPENT)
    passwords.refuse_weak(password, email=user.email or "", name=user.display_name)
    hashed = door.passwords.hashed(password)
    with door.db.service() as conn:
        if tickets.use(conn, "reset", token, user=user.id) is None:
            raise AccountError("spent", _SPENT)
        tickets.withdraw_all(conn, user.id, "reset")
        accounts.set_password(conn, user.id, hashed)
        sessions.end_all(conn, user.id)
        auditing.record(conn, "password_reset", actor=user.id, caller=caller)
    return entering.begin_session(door.db, user.id, by="reset", caller=caller, life=door.life)


def _made(db: Database, user: UUID, *, life: timedelta, made_by: UUID | None) -> str:
    """A token; those made before are good for nothing then."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with db.service() as conn:
        tickets.withdraw_all(conn, user, "reset")
        tickets.make(conn, user, "reset", token, life=life, made_by=made_by)
    return token
