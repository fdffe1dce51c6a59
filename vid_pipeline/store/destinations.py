"""A user's destinations. What is secret of them is sealed, and unsealed for sending alone."""

from typing import Any
from uuid import UUID, uuid4

from psycopg import Connection, Cursor
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row

from vid_pipeline.destination_records import Destination
from vid_pipeline.destinations import Goes, NewDestination
from vid_pipeline.errors import BadRequest, NotFound
from vid_pipeline.store.keys import Keys
from vid_pipeline.store.sealing import seal, unseal

_COLUMNS = "id, owner_id, name, kind, goes, secret is not null as sealed, enabled, created_at"
_ADD = f"""
insert into vidp.destinations (id, owner_id, name, kind, goes, secret)
values (%(id)s, vidp.uid(), %(name)s, %(kind)s, %(goes)s, %(secret)s)
returning {_COLUMNS}"""  # noqa: S608  (both parts are ours)
_GET = f"""
select {_COLUMNS} from vidp.destinations
where id::text = %(key)s or name = %(key)s
    or (length(%(key)s) >= 6 and right(id::text, length(%(key)s)) = %(key)s)
order by name = %(key)s desc limit 2"""  # noqa: S608
_LISTED = f"select {_COLUMNS} from vidp.destinations order by name"  # noqa: S608
_NAMED = f"select {_COLUMNS} from vidp.destinations where name = %(name)s"  # noqa: S608
_EDIT = f"""
update vidp.destinations
set goes = %(goes)s, secret = case when %(keeps)s then secret else %(secret)s end
where id = %(id)s returning {_COLUMNS}"""  # noqa: S608
_REMOVE = "delete from vidp.destinations where id = %(id)s"
_ENABLE = "update vidp.destinations set enabled = %(enabled)s where id = %(id)s"
_SECRET = "select secret, owner_id from vidp.destinations where id = %(id)s"  # noqa: S105
_HOLD = "select id from vidp.destinations where id = %(id)s for no key update"
_REMEDY = "See `vidp destination list`."


def add(conn: Connection[Any], keys: Keys, new: NewDestination, secret: str | None) -> Destination:
    """A new destination of the acting user.

    Raises:
        BadRequest: another one has its name.
    """
    made_id = uuid4()
    values = {
        "id": made_id,
        "name": new.name,
        "kind": new.goes.kind,
        "goes": new.goes.model_dump_json(),
        "secret": _sealed(conn, keys, made_id, secret),
    }
    try:
        made = _rows(conn).execute(_ADD, values).fetchone()
    except UniqueViolation as twice:
        raise BadRequest("The name", new.name, "Another destination has it.") from twice
    assert made is not None
    return made


def edit(
    conn: Connection[Any],
    keys: Keys,
    destination_id: UUID,
    goes: Goes,
    secret: str | None,
    *,
    keeps: bool,
) -> Destination:
    """Lead a destination of the acting user elsewhere; its secret stays if it `keeps` it.

    Raises:
        NotFound: the user has no such destination.
    """
    values = {
        "id": destination_id,
        "goes": goes.model_dump_json(),
        "secret": _sealed(conn, keys, destination_id, secret),
        "keeps": keeps,
    }
    edited = _rows(conn).execute(_EDIT, values).fetchone()
    if edited is None:
        raise NotFound("destination", str(destination_id), _REMEDY)
    return edited


def get(conn: Connection[Any], key: UUID | str) -> Destination:
    """A destination by its name, its id or the last characters of it.

    Raises:
        NotFound: the user has no such destination.
        BadRequest: several fit.
    """
    text = str(key).strip().lower()
    found = _rows(conn).execute(_GET, {"key": text}).fetchall()
    if not found:
        raise NotFound("destination", str(key), _REMEDY)
    if len(found) > 1 and found[0].name != text:
        raise BadRequest("Destination", str(key), "Several fit: give its name.")
    return found[0]


def named(conn: Connection[Any], name: str) -> Destination:
    """A destination by its name alone, as workflows call it.

    Raises:
        NotFound: the user has no such destination.
    """
    found = _rows(conn).execute(_NAMED, {"name": name}).fetchone()
    if found is None:
        raise NotFound("destination", name, f"Add it with `vidp destination add … {name}`.")
    return found


def listed(conn: Connection[Any]) -> list[Destination]:
    """All of the user's, by name."""
    return _rows(conn).execute(_LISTED).fetchall()


def remove(conn: Connection[Any], destination_id: UUID) -> None:
    """Forget a destination and what was sent there; what lies there stays."""
    conn.execute(_REMOVE, {"id": destination_id})


def enable(conn: Connection[Any], destination_id: UUID, *, enabled: bool) -> None:
    """Send there, or refuse to."""
    conn.execute(_ENABLE, {"id": destination_id, "enabled": enabled})


def hold(conn: Connection[Any], destination_id: UUID) -> None:
    """Wait until nobody else holds it, then hold it until the transaction ends."""
    conn.execute(_HOLD, {"id": destination_id})


def secret(conn: Connection[Any], keys: Keys, destination_id: UUID) -> str | None:
    """What is secret of a destination; None if nothing is.

    Raises:
        NotFound: the acting user has no such destination.
        StoreError: it was sealed with another key.
    """
    row = conn.execute(_SECRET, {"id": destination_id}).fetchone()
    if row is None:
        raise NotFound("destination", str(destination_id), _REMEDY)
    sealed, owner = row
    if sealed is None:
        return None
    return unseal(_key(keys), bytes(sealed), bound_to=f"{owner}|{destination_id}")


def signing_key(keys: Keys, destination_id: UUID) -> str:
    """What a webhook's receiver checks signatures with; derived anew each time."""
    return keys.derived(f"destination:{destination_id}").hex()


def _sealed(
    conn: Connection[Any], keys: Keys, destination_id: UUID, secret: str | None
) -> bytes | None:
    """A secret for the row of this id alone."""
    if secret is None:
        return None
    return seal(_key(keys), secret, bound_to=f"{_acting(conn)}|{destination_id}")


def _key(keys: Keys) -> bytes:
    return keys.derived("destinations")


def _acting(conn: Connection[Any]) -> UUID:
    row = conn.execute("select vidp.uid()").fetchone()
    assert row is not None
    acting: UUID = row[0]
    return acting


def _rows(conn: Connection[Any]) -> Cursor[Destination]:
    return conn.cursor(row_factory=class_row(Destination))
