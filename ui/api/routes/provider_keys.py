"""Keys for providers of models: kept, tried, revoked, never shown."""

from uuid import UUID

from ui.api import shown
from ui.api.callers import Here
from ui.api.routing import needs, router
from vid_pipeline.acts import keys
from vid_pipeline.store import api_keys
from vid_pipeline.wire.base import Page
from vid_pipeline.wire.settings import AddedKey, Key, NewKey, TriedKey

api = router("keys")

_READ, _WRITE = "settings:read", "settings:write"
_ONE = "/keys/{key_id}"


@api.get("/keys", summary="Your keys for providers", **needs(_READ))
def listed(here: Here) -> Page[Key]:
    """By their last four characters, revoked ones too."""
    return Page(items=tuple(shown.key(one) for one in keys.listed(here.db, here.user)))


@api.post("/keys", status_code=201, summary="Keep a key", **needs(_WRITE))
def add(here: Here, new: NewKey) -> AddedKey:
    """One of the same name is revoked: adding again is rotating."""
    added = keys.add(here.db, here.user, new.provider, new.key, name=new.name)
    return AddedKey(key=shown.key(added.key), replaced=added.replaced)


@api.post(
    f"{_ONE}/test", summary="Ask the provider whether it takes a key", **needs(_WRITE, 404, 502)
)
def test(here: Here, key_id: UUID) -> TriedKey:
    """Costs nothing: it asks for the list of models."""
    tried = keys.test(here.db, here.user, here.shop.settings, str(key_id))
    return TriedKey(key=shown.key(tried.key), good=tried.good, said=tried.said)


@api.delete(_ONE, summary="Revoke a key", **needs(_WRITE, 404))
def revoke(here: Here, key_id: UUID) -> Key:
    """What was kept of it is deleted; its row stays. Revoking twice is revoking once."""
    keys.revoke(here.db, here.user, str(key_id))
    with here.acting() as conn:
        return shown.key(api_keys.get(conn, str(key_id)))
