"""Where people want their videos to go: checked, sealed, listed, tried out, changed, paused."""

import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import SecretStr, ValidationError

from vid_pipeline import destination_process
from vid_pipeline.acts.subscribing import shortened
from vid_pipeline.destination_records import Destination, Sending
from vid_pipeline.destinations import BucketKeys, Goes, NewDestination, ToBucket, ToWebhook
from vid_pipeline.errors import BadRequest
from vid_pipeline.settings import Settings
from vid_pipeline.store import destinations, sendings
from vid_pipeline.store.database import Database

_LONGEST_URL, _LONGEST_KEY = 2048, 400
_UNFIT = "Use what the bucket's owner gave you, in one line each."

_UNFIT_TYPES = {"string_pattern_mismatch", "string_too_short", "string_type", "missing"}
_ADDRESS = "Give a whole address: https://…."
_REMEDIES = {
    "name": "Use lower case letters, digits and -, at most 40 of them.",
    "path": "Give a folder such as shorts/history.",
    "url": "Give the bucket as s3://bucket/prefix.",
    "endpoint": _ADDRESS,
    "region": "Give one such as eu-central-1.",
    "title": "Give the podcast a title of at most 200 characters.",
    "base_url": _ADDRESS,
    "site": _ADDRESS,
    "image": _ADDRESS,
    "language": "Give one such as en or pt-BR.",
}
"""What to do where pydantic would show a pattern."""


@dataclass(frozen=True)
class Added:
    """A new destination; of a webhook also the key that its receiver checks signatures with."""

    destination: Destination
    signing_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Stands:
    """A destination, and what was sent there last, if anything ever was."""

    destination: Destination
    last: Sending | None


@dataclass(frozen=True)
class Tested:
    """A destination, and why it cannot be sent to, if it cannot."""

    destination: Destination
    fault: str | None


def add(db: Database, user: UUID, new: NewDestination, secret: SecretStr | None = None) -> Added:
    """A new destination of a user, which workflows may name from now on.

    `secret` is a webhook's address, or a bucket's keys as `bucket_keys` packs them.

    Raises:
        BadRequest: another one has its name, or its secret is missing or cannot be one.
    """
    sealed = _checked(new, secret)
    with db.acting(user) as conn:
        made = destinations.add(conn, db.keys, new, sealed)
    key = destinations.signing_key(db.keys, made.id) if made.kind == "webhook" else None
    return Added(made, key)


def edit(
    db: Database, user: UUID, key: str, goes: Goes, secret: SecretStr | None = None
) -> Destination:
    """Lead a destination elsewhere from now on; its name and kind stay.

    Without a `secret` it keeps the one that it has, if it still needs one.

    Raises:
        NotFound: the user has no such destination.
        BadRequest: it is of another kind, or its secret is missing or cannot be one.
    """
    with db.acting(user) as conn:
        found = destinations.get(conn, key)
        if goes.kind != found.kind:
            raise BadRequest("Kind", goes.kind, f"{found.name!r} is a {found.kind}: add another.")
        new = NewDestination(name=found.name, goes=goes)
        keeps = secret is None and found.sealed and needs_secret(new)
        sealed = None if keeps else _checked(new, secret)
        return destinations.edit(conn, db.keys, found.id, goes, sealed, keeps=keeps)


def webhook(name: str, url: SecretStr) -> NewDestination:
    """The settings of a webhook, whose address is the secret.

    Raises:
        BadRequest: it is no address that can be posted to.
    """
    refuse_url(url.get_secret_value())
    goes = {"kind": "webhook", "shown": shortened(url.get_secret_value())}
    return checked({"name": name, "goes": goes})


def checked(settings: dict[str, object]) -> NewDestination:
    """Settings as they came from outside, when they can be used.

    Raises:
        BadRequest: the first that cannot.
    """
    try:
        return NewDestination.model_validate(settings)
    except ValidationError as error:
        fault = error.errors()[0]
        where = str(fault["loc"][-1]) if fault["loc"] else "settings"
        said = f"{fault['msg'].removeprefix('Value error, ')}."
        if fault["type"] in _UNFIT_TYPES:
            said = _REMEDIES.get(where, said)
        raise BadRequest("The destination's", where, said) from None


def bucket_keys(access_key_id: str, secret_access_key: str) -> SecretStr:
    """A bucket's two keys as one secret.

    Raises:
        BadRequest: one is missing, or cannot be one.
    """
    for one in (access_key_id, secret_access_key):
        if not one or len(one) > _LONGEST_KEY or not (one.isascii() and one.isprintable()):
            raise BadRequest("The bucket's key", "(hidden)", _UNFIT)
    keys = {"access_key_id": access_key_id, "secret_access_key": secret_access_key}
    return SecretStr(json.dumps(keys))


def listed(db: Database, user: UUID) -> list[Destination]:
    """A user's destinations, by name."""
    with db.acting(user) as conn:
        return destinations.listed(conn)


def standing(db: Database, user: UUID) -> list[Stands]:
    """A user's destinations by name, each with what was sent there last."""
    with db.acting(user) as conn:
        newest = sendings.latest(conn)
        return [Stands(one, newest.get(one.id)) for one in destinations.listed(conn)]


def stands(db: Database, user: UUID, key: str) -> Stands:
    """One of them, by its name, its id or the end of that.

    Raises:
        NotFound: the user has no such destination.
    """
    with db.acting(user) as conn:
        found = destinations.get(conn, key)
        return Stands(found, next(iter(sendings.of_destination(conn, found.id, limit=1)), None))


def test(settings: Settings, db: Database, user: UUID, key: str) -> Tested:
    """Put something small there now and take it away; a webhook is posted a test.

    Raises:
        NotFound: the user has no such destination.
    """
    with db.acting(user) as conn:
        found = destinations.get(conn, key)
    return Tested(found, destination_process.fault_of(settings, user, found.id))


def remove(db: Database, user: UUID, key: str) -> Destination:
    """Forget a destination; what lies there stays.

    Raises:
        NotFound: the user has no such destination.
    """
    with db.acting(user) as conn:
        found = destinations.get(conn, key)
        destinations.remove(conn, found.id)
    return found


def enable(db: Database, user: UUID, key: str, *, enabled: bool) -> Destination:
    """Send there, or refuse to until it is enabled again.

    Raises:
        NotFound: the user has no such destination.
    """
    with db.acting(user) as conn:
        found = destinations.get(conn, key)
        destinations.enable(conn, found.id, enabled=enabled)
    return found.model_copy(update={"enabled": enabled})


def needs_secret(new: NewDestination) -> bool:
    """Whether something secret belongs to it."""
    place = getattr(new.goes, "place", new.goes)
    return isinstance(new.goes, ToWebhook) or (isinstance(place, ToBucket) and place.own_keys)


def refuse_url(url: str) -> None:
    """Return if an address can be posted to.

    Raises:
        BadRequest: it cannot; it is not shown.
    """
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
        good = good and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        good = False
    if not good or len(url) > _LONGEST_URL or not (url.isascii() and url.isprintable()):
        raise BadRequest(
            "The webhook's URL", "(hidden)", "Give a whole one, without a user: https://…."
        )


def _checked(new: NewDestination, secret: SecretStr | None) -> str | None:
    if not needs_secret(new):
        if secret is not None:
            raise BadRequest("The secret", "(hidden)", "This destination takes none.")
        return None
    if secret is None:
        what = "its address" if isinstance(new.goes, ToWebhook) else "the bucket's keys"
        raise BadRequest("The destination", new.name, f"Give {what}.")
    if isinstance(new.goes, ToWebhook):
        refuse_url(secret.get_secret_value())
    else:
        _refuse_keys(secret.get_secret_value())
    return secret.get_secret_value()


def _refuse_keys(text: str) -> None:
    try:
        BucketKeys.model_validate_json(text)
    except ValidationError:
        raise BadRequest("The bucket's keys", "(hidden)", _UNFIT) from None
