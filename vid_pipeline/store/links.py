"""Links in notices: signed, expiring by the database's clock, good for one opening.

A token is a link's id, its user's id and random bytes, and an HMAC of these under a key of the
installation: what was forged is refused before the database is asked.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import class_row

from vid_pipeline.errors import LinkRefused
from vid_pipeline.notice_records import Where
from vid_pipeline.store.keys import Keys

LIFE = timedelta(days=7)

_NONCE_BYTES = 17  # a token is then whole base64 without padding
_BODY_BYTES = 16 + 16 + _NONCE_BYTES
_MAC_BYTES = 32

_MAKE = """
insert into vidp.links (id, owner_id, notice_id, token_sha, expires_at)
values (%(id)s, vidp.uid(), %(notice)s, %(sha)s, clock_timestamp() + %(life)s)"""
_USE = """
update vidp.links l set used_at = clock_timestamp() from vidp.notices n
where l.id = %(id)s and l.token_sha = %(sha)s and l.owner_id = (select vidp.uid())
    and l.used_at is null and l.expires_at > clock_timestamp()
    and n.id = l.notice_id and n.person_id = l.owner_id
returning l.owner_id as user, n.production_id, n.request_id, n.batch_id, n.trigger_id"""
_WHY = """
select case when used_at is not null then 'used' else 'expired' end
from vidp.links where id = %(id)s and token_sha = %(sha)s and owner_id = (select vidp.uid())"""

_MESSAGES = {
    "forged": "This link was not made here, or a part of it is missing.",
    "other": "This link was sent to somebody else.",
    "used": "This link was used before; each opens once.",
    "expired": "This link is too old.",
}


def make(conn: Connection[Any], keys: Keys, notice_id: UUID, *, life: timedelta = LIFE) -> str:
    """A token that leads the acting user to what a notice is about. Kept nowhere."""
    link_id, user = uuid4(), _acting(conn)
    body = link_id.bytes + user.bytes + secrets.token_bytes(_NONCE_BYTES)
    token = base64.urlsafe_b64encode(body + _mac(keys, body)).decode()
    values = {"id": link_id, "notice": notice_id, "sha": _sha(token), "life": life}
    conn.execute(_MAKE, values)
    return token


def user_of(keys: Keys, token: str) -> UUID:
    """Whom a token is for, told without the database.

    Raises:
        LinkRefused: it was not made with these keys.
    """
    return UUID(bytes=_body(keys, token)[16:32])


def use(conn: Connection[Any], keys: Keys, token: str) -> Where:
    """Where a token of the acting user leads; it is used up by this.

    Raises:
        LinkRefused: forged, somebody else's, used before or expired.
    """
    values = {"id": UUID(bytes=_body(keys, token)[:16]), "sha": _sha(token)}
    where = conn.cursor(row_factory=class_row(Where)).execute(_USE, values).fetchone()
    if where is None:
        row = conn.execute(_WHY, values).fetchone()
        raise refused(str(row[0]) if row else "other")
    return where


def refused(reason: str) -> LinkRefused:
    """The error for one of the reasons: `forged`, `other`, `used`, `expired`."""
    return LinkRefused(reason, _MESSAGES[reason])


def _body(keys: Keys, token: str) -> bytes:
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise refused("forged") from error
    body, mac = raw[:_BODY_BYTES], raw[_BODY_BYTES:]
    canonical = base64.urlsafe_b64encode(raw).decode() == token
    if not canonical or len(mac) != _MAC_BYTES or not hmac.compare_digest(mac, _mac(keys, body)):
        raise refused("forged")
    return body


def _mac(keys: Keys, body: bytes) -> bytes:
    return hmac.digest(keys.derived("links"), body, hashlib.sha256)


def _sha(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _acting(conn: Connection[Any]) -> UUID:
    row = conn.execute("select vidp.uid()").fetchone()
    assert row is not None
    acting: UUID = row[0]
    return acting
