"""Becoming a user: the first account, sign-up as the settings allow it, invitations."""

import re
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline.account_records import Caller, Ticket
from vid_pipeline.acts import accounts as entering
from vid_pipeline.acts import auditing, passwords, publishing, throttling
from vid_pipeline.acts.accounts import NOBODY
from vid_pipeline.acts.door import Door
from vid_pipeline.asking import Role
from vid_pipeline.errors import AccountError, BadRequest
from vid_pipeline.records import User
from vid_pipeline.store import accounts, tickets, users
from vid_pipeline.store.database import Database

INVITATION = timedelta(days=7)

_TOKEN_BYTES = 32
_TAKEN = "That address cannot be used. If it is yours, sign in or reset your password."
_CLOSED = "Accounts are made by invitation here. Ask an administrator for one."
_SPENT = "This invitation was used, withdrawn or is too old. Ask for another one."


def sign_up(
    door: Door,
    *,
    name: str,
    email: str,
    password: str,
    ticket: str = "",
    first: bool = False,
    caller: Caller = NOBODY,
) -> str:
    """Make an account; the token of its first session.

    `first` says that whoever asks may make the administrator's, which takes over the local user
    and all that is theirs. `ticket` is an invitation's token.

    Raises:
        AccountError: nobody may, the invitation is not good, the address is taken, or what was
            given cannot be used.
        TooManyTries: from there.
    """
    called, address = entering.good_name(name), entering.good_address(email)
    passwords.refuse_weak(password, email=address, name=called)
    with door.db.service() as conn:
        wait = throttling.tried(conn, "sign_up", client=caller.client, address=ticket or address)
        crowd = throttling.crowded(conn, "sign_up", client=caller.client)
    throttling.refuse(wait)
    first = first and not entering.is_claimed(door.db)
    if first or allowed(door, ticket, address) is None:
        throttling.refuse(crowd)  # whoever has a good invitation is no stranger
    hashed = door.passwords.hashed(password)
    with door.db.service() as conn:
        claim = _claimed if first else admitted
        user = claim(conn, called, address, ticket)
        accounts.set_password(conn, user.id, hashed)
        auditing.record(conn, "account_made", actor=user.id, caller=caller, role=user.role)
    publishing.first_start(door.db, user.id)
    return entering.begin_session(door.db, user.id, caller=caller, life=door.life)


def allowed(door: Door, ticket: str, address: str) -> Ticket | None:
    """Return if somebody may become a user; the invitation they have, if any.

    Raises:
        AccountError: they may not.
    """
    with door.db.service() as conn:
        claimed = accounts.any_yet(conn)
        found = tickets.look(conn, "invitation", ticket) if ticket else None
    if not claimed:
        raise AccountError("closed", "The first account is the administrator's.")
    if door.settings.sign_up == "closed" or (door.settings.sign_up != "open" and not ticket):
        raise AccountError("closed", _CLOSED)
    if ticket and (found is None or (found.email or address) != address):
        raise AccountError("invitation", _SPENT)
    return found


def admitted(conn: Connection[Any], name: str, address: str, ticket: str = "") -> User:
    """A new user in the caller's transaction; the invitation is used up by it (service).

    Raises:
        AccountError: the address is taken, or the invitation not good.
    """
    look = tickets.look(conn, "invitation", ticket) if ticket else None
    user = added(conn, name, address, role=(look.role if look else None) or "creator")
    if ticket and tickets.use(conn, "invitation", ticket, user=user.id) is None:
        raise AccountError("invitation", _SPENT)
    return user


def added(conn: Connection[Any], name: str, address: str, *, role: Role) -> User:
    """A new user in the caller's transaction (service).

    Raises:
        AccountError: the address is taken.
    """
    if accounts.by_address(conn, address) is not None:
        raise AccountError("taken", _TAKEN)
    try:
        return users.add(conn, _handle(conn, address), display_name=name, email=address, role=role)
    except BadRequest as error:
        raise AccountError("taken", _TAKEN) from error


def invite(
    door: Door, administrator: UUID, *, email: str = "", role: Role = "creator"
) -> tuple[Ticket, str]:
    """An invitation, and the token for its link, which is shown this once.

    With an address it is good for that one alone. The caller makes sure who the administrator is.

    Raises:
        AccountError: the address is none.
    """
    address = entering.good_address(email) if email.strip() else None
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with door.db.service() as conn:
        ticket = tickets.make(
            conn,
            administrator,
            "invitation",
            token,
            life=INVITATION,
            made_by=administrator,
            email=address,
            role=role,
        )
        auditing.record(
            conn, "invitation_made", actor=administrator, role=role, address=address or ""
        )
    return ticket, token


def invitation(db: Database, token: str) -> Ticket | None:
    """What an invitation's token is good for; None if for nothing."""
    with db.service() as conn:
        return tickets.look(conn, "invitation", token)


def _claimed(conn: Connection[Any], name: str, address: str, _: str) -> User:
    """The local user, who is the administrator, under a new name.

    Raises:
        AccountError: somebody was quicker.
    """
    local = accounts.lock_local(conn)
    if accounts.any_yet(conn):
        raise AccountError("closed", _CLOSED)
    accounts.set_role(conn, local.id, "administrator")
    return accounts.rename(conn, local.id, name=name, email=address)


def _handle(conn: Connection[Any], address: str) -> str:
    """A handle like the address's beginning, that nobody has."""
    plain = re.sub(r"[^a-z0-9]+", "_", address.partition("@")[0].lower()).strip("_")[:24].strip("_")
    stem = plain if plain[:1].isalpha() else f"u_{plain}".rstrip("_")
    taken = users.by_handle(conn, [stem])
    return f"{stem}_{secrets.token_hex(3)}" if taken else stem
