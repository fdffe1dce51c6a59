"""A user's own keys for providers: sealed, one in use for each name, gone when revoked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row
from pydantic import SecretStr

from vid_pipeline.errors import BadRequest, NotFound
from vid_pipeline.records import Record
from vid_pipeline.store.keys import Keys
from vid_pipeline.store.sealing import seal, unseal

_LAST = 4
_COLUMNS = "id, owner_id, provider, name, last4, created_at, last_used_at, revoked_at"
_REVOKE_NAMED = """
update vidp.api_keys set sealed = null, revoked_at = clock_timestamp()
where owner_id = (select vidp.uid()) and provider = %(provider)s and name = %(name)s
    and revoked_at is null"""
_ADD = f"""
insert into vidp.api_keys (owner_id, provider, name, sealed, last4)
values (vidp.uid(), %(provider)s, %(name)s, %(sealed)s, %(last4)s)
returning {_COLUMNS}"""  # noqa: S608  (both parts are ours)
_LIST = f"""
select {_COLUMNS} from vidp.api_keys where owner_id = (select vidp.uid())
    and (%(key)s::text is null or right(id::text, length(%(key)s)) = %(key)s
        or starts_with(id::text, %(key)s))
order by provider, name, created_at"""  # noqa: S608
_REVOKE = """
update vidp.api_keys set sealed = null, revoked_at = coalesce(revoked_at, clock_timestamp())
where id = %(id)s"""
_SEALED = """
select owner_id, provider, name, sealed from vidp.api_keys
where owner_id = (select vidp.uid()) and id = %(id)s and revoked_at is null"""
_NEWEST = """
update vidp.api_keys set last_used_at = clock_timestamp()
where id = (select id from vidp.api_keys where owner_id = (select vidp.uid())
    and provider = %(provider)s and revoked_at is null order by created_at desc, id desc limit 1)
returning owner_id, provider, name, sealed"""


class ApiKey(Record):
    """A key without the key."""

    id: UUID
    owner_id: UUID
    provider: str
    name: str
    last4: str
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def short_id(self) -> str:
        """The last 8 digits of the id, enough for `get`."""
        return str(self.id)[-8:]


def add(
    conn: Connection[Any], keys: Keys, provider: str, key: SecretStr, *, name: str
) -> tuple[ApiKey, bool]:
    """Keep a key of the acting user, and whether it takes the place of one of that name.

    The one it takes the place of is revoked in the same transaction.
    """
    row = conn.execute("select vidp.uid()").fetchone()
    assert row is not None
    text, values = key.get_secret_value(), {"provider": provider, "name": name}
    replaced = conn.execute(_REVOKE_NAMED, values).rowcount > 0
    sealed = seal(_key(keys), text, bound_to=_bound(row[0], provider, name))
    made = (
        conn.cursor(row_factory=class_row(ApiKey))
        .execute(_ADD, values | {"sealed": sealed, "last4": text[-_LAST:]})
        .fetchone()
    )
    assert made is not None
    return made, replaced


def of_user(conn: Connection[Any]) -> list[ApiKey]:
    """The acting user's keys, revoked ones too."""
    return conn.cursor(row_factory=class_row(ApiKey)).execute(_LIST, {"key": None}).fetchall()


def get(conn: Connection[Any], key: str) -> ApiKey:
    """A key of the acting user by its id or either end of it, or by provider if only one fits.

    Raises:
        NotFound: none fits.
        BadRequest: several fit.
    """
    text = key.strip().lower()
    rows = conn.cursor(row_factory=class_row(ApiKey)).execute(_LIST, {"key": text}).fetchall()
    in_use = [one for one in of_user(conn) if one.revoked_at is None]
    found = rows if text and rows else [one for one in in_use if one.provider == text]
    if not found:
        raise NotFound("key", text, "See `vidp keys list`.")
    if len(found) > 1:
        raise BadRequest("Key", text, "Several fit: give more of its id.")
    return found[0]


def revoke(conn: Connection[Any], key_id: UUID) -> None:
    """Never use a key again: what was sealed is deleted, its row stays. Twice is once."""
    if not conn.execute(_REVOKE, {"id": key_id}).rowcount:
        raise NotFound("key", str(key_id), "See `vidp keys list`.")


def key_of(conn: Connection[Any], keys: Keys, provider: str) -> SecretStr | None:
    """The acting user's newest key in use for a provider, noted as used now.

    Raises:
        StoreError: it was sealed with another installation's key, for another row, or changed.
    """
    return _opened(keys, conn.execute(_NEWEST, {"provider": provider}).fetchone())


def opened(conn: Connection[Any], keys: Keys, key_id: UUID) -> SecretStr | None:
    """A key of the acting user, None once it is revoked."""
    return _opened(keys, conn.execute(_SEALED, {"id": key_id}).fetchone())


def _opened(keys: Keys, row: Any) -> SecretStr | None:
    if row is None:
        return None
    owner, provider, name, sealed = row
    text = unseal(_key(keys), bytes(sealed), bound_to=_bound(owner, provider, name))
    return SecretStr(text)


def _key(keys: Keys) -> bytes:
    return keys.derived("api_keys")


def _bound(owner: UUID, provider: str, name: str) -> str:
    return f"{owner}|{provider}|{name}"
