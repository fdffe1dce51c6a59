"""Coming in and going out: sign-in, sessions, one's own password, name and address."""

import re
import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from vid_pipeline.account_records import Beginning, Caller, Present
from vid_pipeline.acts import auditing, passwords, throttling, tokens
from vid_pipeline.acts.door import Door
from vid_pipeline.errors import AccountError
from vid_pipeline.records import User
from vid_pipeline.store import accounts, audit, sessions, tickets, users
from vid_pipeline.store.database import Database

NOBODY: Final = Caller()

_TOKEN_BYTES = 32
_LIFE = timedelta(days=30)
_LONGEST_ADDRESS = 254
_LONGEST_NAME = 80
_ADDRESS = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f.]{2,}")
_REFUSED = "The address and the password do not belong together. Try again, or reset it."


def begin_session(
    db: Database,
    user: UUID,
    *,
    by: Beginning = "password",
    caller: Caller = NOBODY,
    life: timedelta = _LIFE,
) -> str:
    """Sign a user in without asking for anything; the token of the cookie.

    Whoever calls this has made sure who it is.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with db.service() as conn:
        sessions.begin(conn, user, token, by=by, life=life, caller=caller)
        auditing.record(conn, "signed_in", actor=user, caller=caller, by=by)
    return token


def is_claimed(db: Database) -> bool:
    """Whether anybody has an account: from then on everybody must sign in."""
    with db.service() as conn:
        return accounts.any_yet(conn)


def present(door: Door, token: str) -> Present | None:
    """Whose session a token opens now; None if there is none, or no more."""
    with door.db.service() as conn:
        found = sessions.find(conn, token, idle=door.idle)
        if found is not None and found.stale:
            sessions.see(conn, found.session)
    return found


def sign_in(door: Door, email: str, password: str, *, caller: Caller = NOBODY) -> str:
    """The token of a new session. Costs the same whether the address is known or not.

    Raises:
        AccountError: they do not belong together, or the user may not come in.
        TooManyTries: at that address from there; or by strangers, in a crowd.
    """
    address = _folded(email)
    with door.db.service() as conn:
        wait = throttling.tried(conn, "sign_in", client=caller.client, address=address)
    throttling.refuse(wait)
    with door.db.service() as conn:
        user = accounts.by_address(conn, address)
        whose = user.id if user else None
        hashed = accounts.password_hash(conn, whose)
        crowd = throttling.crowded(conn, "sign_in", client=caller.client, address=address)
        familiar = audit.knows(conn, whose, caller.client)
    if not familiar:
        throttling.refuse(crowd)
    right = door.passwords.match(hashed, password)
    if user is None or hashed is None or not right or user.deactivated_at is not None:
        _note_refusal(door, user, caller)
        throttling.refuse(crowd)  # in a crowd nobody is told who is familiar
        raise AccountError("refused", _REFUSED)
    with door.db.service() as conn:
        throttling.succeeded(conn, "sign_in", client=caller.client, address=address)
        throttling.tidy(conn)
        sessions.clear(conn, idle=door.idle)
        if door.passwords.outdated(hashed):
            accounts.set_password(conn, user.id, door.passwords.hashed(password))
    return begin_session(door.db, user.id, caller=caller, life=door.life)


def sign_out(door: Door, token: str, *, caller: Caller = NOBODY) -> None:
    """End the session that a token opens; nothing if there is none."""
    with door.db.service() as conn:
        user = sessions.end_token(conn, token)
        if user is not None:
            auditing.record(conn, "signed_out", actor=user, caller=caller)


def end_session(db: Database, user: UUID, session: UUID) -> bool:
    """End a session of the user's own; False if it had ended."""
    with db.acting(user) as conn:
        ended = sessions.end(conn, session) is not None
    if ended:
        with db.service() as conn:
            auditing.record(conn, "session_ended", actor=user)
    return ended


def sign_out_everywhere(
    db: Database, user: UUID, *, but: UUID | None = None, with_tokens: bool = False
) -> int:
    """End all sessions of a user, except one if it is named; how many ended.

    Access tokens go on, unless they are to end `with_tokens`.
    """
    with db.service() as conn:
        ended = sessions.end_all(conn, user, but=but)
        if with_tokens:
            tokens.revoke_all(conn, user, actor=user)
        auditing.record(conn, "signed_out_everywhere", actor=user, ended=ended)
    return ended


def has_password(db: Database, user: UUID) -> bool:
    """Whether a user can sign in by one; others came by a provider."""
    with db.service() as conn:
        return accounts.password_hash(conn, user) is not None


def change_password(
    door: Door,
    user: UUID,
    old: str,
    new: str,
    *,
    session: UUID | None,
    with_tokens: bool = False,
    caller: Caller = NOBODY,
) -> None:
    """Choose another password; all other sessions end, and access tokens `with_tokens`.

    Raises:
        AccountError: the old one is not right, or the new one is weak.
        TooManyTries: the old one was guessed too often.
    """
    confirm(door, user, old, caller=caller)
    with door.db.service() as conn:
        whose = users.get(conn, user)
    passwords.refuse_weak(new, email=whose.email or "", name=whose.display_name)
    hashed = door.passwords.hashed(new)
    with door.db.service() as conn:
        accounts.set_password(conn, user, hashed)
        sessions.end_all(conn, user, but=session)
        tickets.withdraw_all(conn, user, "reset")
        if with_tokens:
            tokens.revoke_all(conn, user, actor=user, caller=caller)
        auditing.record(conn, "password_changed", actor=user, caller=caller)


def confirm(door: Door, user: UUID, password: str, *, caller: Caller = NOBODY) -> None:
    """Return if it is the user's password; a user who has none has nothing to confirm.

    Raises:
        AccountError: it is not.
        TooManyTries: it was guessed too often.
    """
    with door.db.service() as conn:
        hashed = accounts.password_hash(conn, user)
        wait = throttling.tried(conn, "confirm", client=caller.client, address=str(user))
    if hashed is None:
        return
    throttling.refuse(wait)
    if not door.passwords.match(hashed, password):
        raise AccountError("refused", "That is not your password.")
    with door.db.service() as conn:
        throttling.succeeded(conn, "confirm", client=caller.client, address=str(user))


def rename(
    door: Door, user: UUID, *, name: str, email: str, password: str, caller: Caller = NOBODY
) -> User:
    """Change one's name and address; another address needs the password.

    Raises:
        AccountError: the name or address cannot be used, or the password is wrong.
        BadRequest: the address is somebody else's.
    """
    name, address = good_name(name), good_address(email)
    with door.db.service() as conn:
        before = users.get(conn, user)
    moved = address != _folded(before.email or "")
    if moved:
        confirm(door, user, password, caller=caller)
    with door.db.service() as conn:
        after = accounts.rename(conn, user, name=name, email=address)
        if moved:
            tickets.withdraw_all(conn, user, "reset")  # they went to the old one
            auditing.record(conn, "address_changed", actor=user, caller=caller)
    return after


def good_address(email: str) -> str:
    """An e-mail address, in small letters.

    Raises:
        AccountError: it is none.
    """
    address = _folded(email)
    if len(address) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise AccountError("address", "Please give a whole e-mail address, like ada@example.org.")
    return address


def good_name(name: str) -> str:
    """A name that people are shown, on one line.

    Raises:
        AccountError: there is none, or it is endless.
    """
    plain = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not plain or len(plain) > _LONGEST_NAME:
        raise AccountError("name", f"Please give a name of 1 to {_LONGEST_NAME} letters.")
    return plain


def _folded(email: str) -> str:
    return email.strip().lower()[: _LONGEST_ADDRESS + 1]


def _note_refusal(door: Door, user: User | None, caller: Caller) -> None:
    with door.db.service() as conn:
        whose = user.id if user else None
        auditing.record(conn, "sign_in_refused", actor=None, owner=whose, caller=caller)
