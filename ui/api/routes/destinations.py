"""Where finished videos go: added, led elsewhere, paused, tried out; secrets are never shown."""

from uuid import UUID

from fastapi import Response
from pydantic import SecretStr

from ui.api import shown
from ui.api.callers import Caller, Here
from ui.api.routing import needs, router, tells
from vid_pipeline.acts import destinations
from vid_pipeline.destinations import BucketKeys, NewDestination
from vid_pipeline.wire import destinations as wire
from vid_pipeline.wire.base import Page

api = router("destinations")

_READ, _WRITE = "settings:read", "settings:write"
_ONE = "/destinations/{destination_id}"


@api.get("/destinations", summary="Where your videos go", **needs(_READ))
def listed(here: Here) -> Page[wire.Destination]:
    """By name, each with what was sent there last."""
    found = destinations.standing(here.db, here.user)
    return Page(items=tuple(shown.destination(one) for one in found))


@api.post(
    "/destinations",
    status_code=201,
    summary="Add a destination",
    **needs(_WRITE, gives=tells(201, "Location")),
)
def add(here: Here, response: Response, new: wire.NewDestination) -> wire.AddedDestination:
    """Workflows may name it from now on. Of a webhook the answer has its signing key, this once."""
    goes, secret = _opened(new.name, new.goes, new.keys)
    added = destinations.add(here.db, here.user, goes, secret)
    response.headers["Location"] = f"/api/v1/destinations/{added.destination.id}"
    return wire.AddedDestination(
        destination=_found(here, added.destination.id), signing_key=added.signing_key
    )


@api.get(_ONE, summary="A destination", **needs(_READ, 404))
def get(here: Here, destination_id: UUID) -> wire.Destination:
    """Where it leads, whether it is paused, and what was sent there last."""
    return _found(here, destination_id)


@api.put(_ONE, summary="Lead a destination elsewhere", **needs(_WRITE, 404))
def edit(here: Here, destination_id: UUID, change: wire.DestinationChange) -> wire.Destination:
    """Its name and kind stay, and so do a bucket's keys unless others are given."""
    name = _found(here, destination_id).name
    new, secret = _opened(name, change.goes, change.keys)
    destinations.edit(here.db, here.user, str(destination_id), new.goes, secret)
    return _found(here, destination_id)


@api.delete(_ONE, status_code=204, summary="Forget a destination", **needs(_WRITE, 404))
def remove(here: Here, destination_id: UUID) -> None:
    """With its secrets and what was sent there; what lies there stays."""
    destinations.remove(here.db, here.user, str(destination_id))


@api.post(f"{_ONE}/enable", summary="Send there again", **needs(_WRITE, 404))
def enable(here: Here, destination_id: UUID) -> wire.Destination:
    """Videos that are to go there can be begun again."""
    return _switched(here, destination_id, enabled=True)


@api.post(f"{_ONE}/disable", summary="Send nothing there for now", **needs(_WRITE, 404))
def disable(here: Here, destination_id: UUID) -> wire.Destination:
    """Videos that are to go there are not begun until it is enabled."""
    return _switched(here, destination_id, enabled=False)


@api.post(f"{_ONE}/test", summary="Try whether it can be sent to", **needs(_WRITE, 404, 502))
def test(here: Here, destination_id: UUID) -> wire.TestedDestination:
    """Puts something small there and takes it away; a webhook is posted a test."""
    tested = destinations.test(here.shop.settings, here.db, here.user, str(destination_id))
    return wire.TestedDestination(good=tested.fault is None, reason=tested.fault)


def _opened(
    name: str, goes: wire.Leads, keys: BucketKeys | None
) -> tuple[NewDestination, SecretStr | None]:
    """Settings and what is secret of them, apart."""
    secret = None if keys is None else destinations.bucket_keys(**keys.plain())
    if isinstance(goes, wire.PostTo):
        return destinations.webhook(name, goes.url), secret or goes.url
    return NewDestination(name=name, goes=goes), secret


def _switched(here: Caller, destination_id: UUID, *, enabled: bool) -> wire.Destination:
    destinations.enable(here.db, here.user, str(destination_id), enabled=enabled)
    return _found(here, destination_id)


def _found(here: Caller, destination_id: UUID) -> wire.Destination:
    return shown.destination(destinations.stands(here.db, here.user, str(destination_id)))
