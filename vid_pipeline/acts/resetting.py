"""A forgotten password: a link by e-mail for an hour, or from an administrator; good once.

Anybody may ask for a mail to an address, so asking spoils no link that somebody has already: it is
one's use, a changed password or address, or an administrator that makes the others worthless.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from vid_pipeline.account_records import Caller, Ticket
from vid_pipeline.acts import accounts as entering
from vid_pipeline.acts import auditing, connecting, passwords, throttling, tokens
from vid_pipeline.acts.accounts import NOBODY
from vid_pipeline.acts.door import Door
from vid_pipeline.errors import AccountError
from vid_pipeline.store import accounts, sessions, tickets, users
from vid_pipeline.store.database import Database

BY_MAIL = timedelta(hours=1)
BY_ADMINISTRATOR = timedelta(hours=24)
MAIL_EVERY = timedelta(minutes=5)
"""Between two mails to a user, however often and by whom they are asked for."""

_TOKEN_BYTES = 32
_SPENT = "This link was used or is too old. Ask for another one."

Send = Callable[[str, str], bool]
"""Sends a token to an address; whether a mail server took it."""


def ask(door: Door, email: str, send: Send, *, caller: Caller = NOBODY) -> Callable[[], None]:
    """Have a link sent, if the address is somebody's; nobody can tell from here whether it is.

    None is sent where one was within `MAIL_EVERY`: that one is good still.

    What is returned does it, and is called once the answer is out: so the answer takes as long for
    an address that is nobody's.

    Raises:
        AccountError: it is no address.
        TooManyTries: from there.
    """
    address = entering.good_address(email)
    with door.db.service() as conn:
        wait = throttling.tried(conn, "reset", client=caller.client, address=address)
        crowd = throttling.crowded(conn, "reset", client=caller.client)
    throttling.refuse(wait or crowd)

    def rest() -> None:
        with door.db.service() as conn:
            user = accounts.by_address(conn, address)
            whose = user.id if user else None
            auditing.record(conn, "reset_asked", actor=None, owner=whose, caller=caller)
        if user is not None and user.email and user.deactivated_at is None:
            _mail(door.db, user.id, user.email, send)

    return rest


def make_link(db: Database, administrator: UUID, user: UUID) -> str:
    """A token with which a user chooses a new password, for an administrator to hand over.

    Those made before are good for nothing then. The caller makes sure who the administrator is.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with db.service() as conn:
        tickets.withdraw_all(conn, user, "reset")
        tickets.make(conn, user, "reset", token, life=BY_ADMINISTRATOR, made_by=administrator)
        auditing.record(conn, "reset_link_made", actor=administrator, owner=user)
    return token


def look(db: Database, token: str) -> Ticket | None:
    """What a reset's token is good for; None if for nothing."""
    with db.service() as conn:
        return tickets.look(conn, "reset", token)


def reset(door: Door, token: str, password: str, *, caller: Caller = NOBODY) -> str:
    """Choose a new password; the token of a session is returned.

    Whatever else let somebody in ends: sessions, access tokens, sign-ins by a provider.

    Raises:
        AccountError: the link is not good, or the password is weak; then the link stays good.
        TooManyTries: from there.
    """
    with door.db.service() as conn:
        wait = throttling.tried(conn, "reset_use", client=caller.client, address=token)
        crowd = throttling.crowded(conn, "reset_use", client=caller.client)
        ticket = tickets.look(conn, "reset", token)
        user = users.get(conn, ticket.owner_id) if ticket else None
    throttling.refuse(wait)
    if user is None or user.deactivated_at is not None:
        throttling.refuse(crowd)
        raise AccountError("spent", _SPENT)
    passwords.refuse_weak(password, email=user.email or "", name=user.display_name)
    hashed = door.passwords.hashed(password)
    with door.db.service() as conn:
        if tickets.use(conn, "reset", token, user=user.id) is None:
            raise AccountError("spent", _SPENT)
        tickets.withdraw_all(conn, user.id, "reset")
        accounts.set_password(conn, user.id, hashed)
        sessions.end_all(conn, user.id)
        tokens.revoke_all(conn, user.id, actor=user.id, caller=caller)
        connecting.forget(conn, user.id, actor=user.id, caller=caller)
        auditing.record(conn, "password_reset", actor=user.id, caller=caller)
    return entering.begin_session(door.db, user.id, by="reset", caller=caller, life=door.life)


def _mail(db: Database, user: UUID, address: str, send: Send) -> None:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with db.service() as conn:
        accounts.lock(conn, user)
        if tickets.was_mailed(conn, user, within=MAIL_EVERY):
            return
        ticket = tickets.make(conn, user, "reset", token, life=BY_MAIL, made_by=None)
    if not send(address, token):
        with db.service() as conn:  # the next one who asks need not wait
            tickets.withdraw(conn, ticket.id)
