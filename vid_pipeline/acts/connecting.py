"""Coming in by a provider: it names somebody, and they get the same session as by a password."""

from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline.account_records import Caller, Login
from vid_pipeline.acts import accounts as entering
from vid_pipeline.acts import auditing, joining, publishing
from vid_pipeline.acts.accounts import NOBODY
from vid_pipeline.acts.door import Door
from vid_pipeline.errors import AccountError
from vid_pipeline.openid import Person
from vid_pipeline.records import User
from vid_pipeline.store import accounts, sessions, tickets
from vid_pipeline.store.database import Database

_LAST_WAY = "Nothing else lets this user in. A password must be set first."
_CLOSED = "There is no account for you here yet. Ask an administrator to invite you."


def enter(door: Door, person: Person, *, caller: Caller = NOBODY) -> str:
    """The token of a session of whom the provider named; a new user where sign-up allows it.

    An account that has this address already is never entered by it: whoever made that account
    may not have been asked whether the address is theirs. Its user connects the two in the profile.

    Raises:
        AccountError: they may not come in.
    """
    with door.db.service() as conn:
        known = accounts.by_login(conn, person.issuer, person.subject)
    user = known or _joined(door, person, caller)
    if user.deactivated_at is not None:
        raise AccountError("oidc_closed", _CLOSED)
    return entering.begin_session(door.db, user.id, by="provider", caller=caller, life=door.life)


def connect(door: Door, user: UUID, person: Person, *, caller: Caller = NOBODY) -> None:
    """Let a user who is signed in come in by the provider too.

    Raises:
        BadRequest: that person is another user already.
    """
    with door.db.service() as conn:
        known = accounts.by_login(conn, person.issuer, person.subject)
        if known is not None and known.id == user:
            return
        accounts.add_login(conn, user, person.issuer, person.subject, person.email)
        auditing.record(conn, "login_connected", actor=user, caller=caller, issuer=person.issuer)


def connected(db: Database, user: UUID) -> list[Login]:
    """What lets a user in by a provider, oldest first."""
    with db.acting(user) as conn:
        return accounts.logins(conn, user)


def disconnect(
    door: Door, user: UUID, login: Login, *, session: UUID | None, caller: Caller = NOBODY
) -> None:
    """Let somebody at a provider come in as the user no more; all other sessions end.

    Raises:
        AccountError: nothing else would let the user in.
    """
    with door.db.service() as conn:
        forget(conn, user, login, actor=user, but=session, caller=caller)


def forget(
    conn: Connection[Any],
    user: UUID,
    login: Login | None = None,
    *,
    actor: UUID,
    but: UUID | None = None,
    caller: Caller = NOBODY,
) -> None:
    """The same in the caller's transaction, of one login or of all (service).

    Raises:
        AccountError: nothing else would let the user in.
    """
    accounts.lock(conn, user)
    gone = accounts.remove_logins(conn, user, login)
    if gone and accounts.password_hash(conn, user) is None and not accounts.logins(conn, user):
        raise AccountError("last_way", _LAST_WAY)
    for issuer in gone:
        auditing.record(
            conn, "login_disconnected", actor=actor, owner=user, caller=caller, issuer=issuer
        )
    if gone:
        sessions.end_all(conn, user, but=but)


def _joined(door: Door, person: Person, caller: Caller) -> User:
    if person.email is None:
        raise AccountError("oidc_email", "The provider names no confirmed address.")
    address = entering.good_address(person.email)
    with door.db.service() as conn:
        if not accounts.any_yet(conn):
            raise AccountError("oidc_closed", _CLOSED)
        if accounts.by_address(conn, address) is not None:
            raise AccountError("oidc_taken", "There is an account for this address already.")
        ticket = tickets.invited(conn, address)
        may = door.settings.sign_up == "open" or (
            door.settings.sign_up == "invitation" and ticket is not None
        )
        if not may:
            raise AccountError("oidc_closed", _CLOSED)
        name = entering.good_name(person.name or address)
        user = joining.added(conn, name, address, role=(ticket and ticket.role) or "creator")
        if ticket is not None and not tickets.use_up(conn, ticket.id, user=user.id):
            raise AccountError("oidc_closed", _CLOSED)
        accounts.add_login(conn, user.id, person.issuer, person.subject, address)
        auditing.record(
            conn, "account_made", actor=user.id, caller=caller, role=user.role, by="provider"
        )
    publishing.first_start(door.db, user.id)
    return user
