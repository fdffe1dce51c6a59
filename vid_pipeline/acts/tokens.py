"""Access tokens, by which people's programs act as them: made, shown once, looked up, revoked.

A token is `vidp_`, forty random characters and six that check them, so that scanners find one that
leaked and tell it from other words. Of it a keyed hash is kept: whoever has the database has none.
"""

import hashlib
import hmac
import re
import secrets
import string
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from pydantic import SecretStr

from vid_pipeline.account_records import Caller
from vid_pipeline.acts import auditing
from vid_pipeline.errors import BadRequest
from vid_pipeline.scopes import SCOPES
from vid_pipeline.store import tokens
from vid_pipeline.store.database import Database
from vid_pipeline.store.keys import Keys
from vid_pipeline.store.tokens import AccessToken

PREFIX = "vidp_"
MOST = 100
_RANDOM, _CHECK, _LAST = 40, 6, 4
_SIGNS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,60}")
_LONGEST = 200


@dataclass(frozen=True)
class Bearer:
    """Whom a token acts as, which one it is, and what it may do."""

    id: UUID
    user: UUID
    scopes: frozenset[str]


@dataclass(frozen=True)
class Made:
    """A new token; the token itself is kept nowhere."""

    token: AccessToken
    secret: SecretStr


def make(
    db: Database,
    user: UUID,
    name: str,
    scopes: Iterable[str],
    *,
    expires_at: datetime | None = None,
    by: UUID | None = None,
) -> Made:
    """A new token for a user, good until `expires_at` or until it is revoked.

    One that is made `by` another token ends with it: at its expiry at the latest, and when it is
    revoked. The caller sees to it that it may do no more.

    Raises:
        BadRequest: no name, no such scope, none at all, a past expiry, too many tokens, or the
            token by which it is made is good no more.
    """
    name, wanted = name.strip(), frozenset(scopes)
    if not _NAME.fullmatch(name):
        raise BadRequest("Name", name[:60], "Give 1 to 60 characters.")
    if unknown := sorted(wanted - set(SCOPES)):
        raise BadRequest("Scope", unknown[0], f"Choose of: {', '.join(SCOPES)}.")
    if not wanted:
        raise BadRequest("Scopes", "", f"Choose at least one of: {', '.join(SCOPES)}.")
    if expires_at is not None and expires_at <= datetime.now(UTC):
        raise BadRequest("Expiry", expires_at.isoformat(), "Give a moment in the future.")
    secret = _new()
    with db.acting(user) as conn:
        tokens.hold(conn, user)
        if by is not None:
            expires_at = _until(tokens.get(conn, by), expires_at)
        if sum(is_good(one) for one in tokens.of_user(conn)) >= MOST:
            raise BadRequest("Access token", name, f"You have {MOST} already: revoke some.")
        made = tokens.add(
            conn,
            name,
            mac=_mac(db.keys, secret),
            last4=secret[-_LAST:],
            scopes=[scope for scope in SCOPES if scope in wanted],
            made_by=by,
            expires_at=expires_at,
        )
    _audit(db, "token_made", made)
    return Made(made, SecretStr(secret))


def of(db: Database, token: str) -> Bearer | None:
    """Whom a token acts as; None if it is unknown, expired or revoked.

    Every token, whatever is wrong with it, takes one look into one index by its hash.
    """
    mac = _mac(db.keys, token[:_LONGEST])
    with db.service() as conn:
        found = tokens.good(conn, mac)
    if found is None:
        return None
    if found.to_note:
        with db.acting(found.owner_id) as conn:
            tokens.note_use(conn, found.id)
    return Bearer(found.id, found.owner_id, frozenset(found.scopes))


def listed(db: Database, user: UUID) -> list[AccessToken]:
    """A user's tokens without the tokens, newest first, revoked and expired ones too."""
    with db.acting(user) as conn:
        return tokens.of_user(conn)


def get(db: Database, user: UUID, token_id: UUID) -> AccessToken:
    """One of them.

    Raises:
        NotFound: the user has no such token.
    """
    with db.acting(user) as conn:
        return tokens.get(conn, token_id)


def revoke(db: Database, user: UUID, token_id: UUID) -> AccessToken:
    """Never take a token again, nor those that it made.

    Raises:
        NotFound: the user has no such token.
    """
    with db.acting(user) as conn:
        tokens.hold(conn, user)
        before = tokens.get(conn, token_id)
        revoked = tokens.revoke(conn, token_id)
    if before.revoked_at is None:
        _audit(db, "token_revoked", revoked)
    return revoked


def revoke_all(
    conn: Connection[Any], user: UUID, *, actor: UUID, caller: Caller | None = None
) -> int:
    """Never take any that a user has, in the caller's transaction; how many (service)."""
    tokens.hold(conn, user)
    revoked = tokens.revoke_all(conn, user)
    if revoked:
        auditing.record(
            conn, "tokens_revoked", actor=actor, owner=user, caller=caller, revoked=revoked
        )
    return revoked


def is_good(token: AccessToken) -> bool:
    """Whether it may be used now."""
    expired = token.expires_at is not None and token.expires_at <= datetime.now(UTC)
    return token.revoked_at is None and not expired


def is_whole(token: str) -> bool:
    """Whether a word is one of our tokens, by its check; for scanners of what has leaked."""
    body = token.removeprefix(PREFIX)
    return (
        token.startswith(PREFIX)
        and len(body) == _RANDOM + _CHECK
        and body[_RANDOM:] == _check(body[:_RANDOM])
    )


def _until(maker: AccessToken, wanted: datetime | None) -> datetime | None:
    """When a token that another one makes ends.

    Raises:
        BadRequest: that one is good no more.
    """
    if not is_good(maker):
        raise BadRequest("Access token", maker.name, "It has ended meanwhile.")
    return min(filter(None, (wanted, maker.expires_at)), default=None)


def _audit(db: Database, act: str, token: AccessToken) -> None:
    with db.service() as conn:
        auditing.record(conn, act, actor=token.owner_id, name=token.name, last4=token.last4)


def _new() -> str:
    random = "".join(secrets.choice(_SIGNS) for _ in range(_RANDOM))
    return f"{PREFIX}{random}{_check(random)}"


def _check(text: str) -> str:
    number, found = zlib.crc32(text.encode()), ""
    for _ in range(_CHECK):
        number, sign = divmod(number, len(_SIGNS))
        found = _SIGNS[sign] + found
    return found


def _mac(keys: Keys, token: str) -> bytes:
    return hmac.digest(keys.derived("access tokens"), token.encode(), hashlib.sha256)
