"""Packages brought to destinations, each once. As a program, it tests a destination.

    python -m resources.dispatch USER DESTINATION

A new kind of destination needs settings in `vid_pipeline.destinations` and a case in `target_of`.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from resources.public_addresses import names
from resources.targets.bucket import CHUNK_BYTES, BucketTarget
from resources.targets.folder import FolderTarget
from resources.targets.opening import OperatorsBucket, OwnBucket, refuse_bucket
from resources.targets.podcast import PodcastTarget
from resources.targets.target import Parcel
from resources.targets.webhook import WebhookTarget
from vid_pipeline.acts.notice_links import studio_url
from vid_pipeline.artifacts import Receipt
from vid_pipeline.cancel import CancelToken, interruptible
from vid_pipeline.destination_records import Destination, Sending
from vid_pipeline.destinations import BucketKeys, ToBucket, ToFolder, ToPodcast, ToWebhook
from vid_pipeline.errors import BadRequest, VidPipelineError
from vid_pipeline.memories import MAIN
from vid_pipeline.outbox import Address
from vid_pipeline.packages import Package
from vid_pipeline.ports import Store
from vid_pipeline.settings import Settings
from vid_pipeline.store import destinations, memories, sendings
from vid_pipeline.store.database import Database, opened

_RETRIES = 3
_MOST_BANNED = 1_000

AnyTarget = FolderTarget | BucketTarget | PodcastTarget | WebhookTarget


@dataclass(frozen=True)
class Outside:
    """What targets are made from. `retries` is how often one request of a bucket is tried again."""

    settings: Settings
    db: Database
    owner: UUID
    retries: int = _RETRIES
    chunk_bytes: int = CHUNK_BYTES


@dataclass(frozen=True)
class OutletDesk:
    """Sends for one owner, what one channel of theirs has made."""

    outside: Outside
    store: Store
    stop: CancelToken
    channel: str = MAIN

    def banned(self) -> tuple[str, ...]:
        """What no text of the channel may say, in the words of its memory."""
        with self._acting() as conn:
            kept = memories.listed(conn, self.channel, kinds=("banned",), limit=_MOST_BANNED)
        return tuple(one.body for one in kept)

    def send(self, destination: str, package: Package) -> Receipt:
        """Bring a package to a destination, once."""
        found, sending = self._begun(destination, package)
        if sending.receipt is not None:
            return sending.receipt
        files = {name: self.store.path(ref) for name, ref in package.files.items()}
        parcel = Parcel(package, files, str(sending.id), sending.begun_at)
        try:
            target = target_of(self.outside, found)
            where = interruptible(lambda: target.deliver(parcel), self.stop, cut=lambda: None)
        except VidPipelineError as fault:
            with self._acting() as conn:
                sendings.failed(conn, sending.id, str(fault))
            raise
        receipt = Receipt(
            destination=found.name,
            kind=found.kind,
            where=where,
            at=datetime.now(UTC),
            sha256=package.subject,
        )
        with self._acting() as conn:
            sendings.sent(conn, sending.id, receipt)
        return receipt

    def _begun(self, destination: str, package: Package) -> tuple[Destination, Sending]:
        """The destination, and a sending that is committed before anything leaves."""
        with self._acting() as conn:
            found = destinations.named(conn, destination)
            if not found.enabled:
                raise BadRequest("Destination", found.name, "It is paused: enable it, then retry.")
            begun = sendings.begin(conn, UUID(package.production), found.id, package.subject)
        return found, begun

    def _acting(self) -> AbstractContextManager[Connection[Any]]:
        return self.outside.db.acting(self.outside.owner)


def target_of(outside: Outside, found: Destination) -> AnyTarget:
    """What brings packages to a destination.

    Raises:
        BadRequest: the operator does not allow where it leads.
    """
    goes = found.goes
    match goes:
        case ToFolder() | ToBucket():
            return _place(outside, found, goes)
        case ToPodcast():
            return PodcastTarget(
                found.name, _place(outside, found, goes.place), goes.feed, _alone(outside, found)
            )
        case ToWebhook():
            key = destinations.signing_key(outside.db.keys, found.id)
            return WebhookTarget(
                found.name,
                Address("webhook", _secret(outside, found), key),
                goes.shown,
                studio_url(outside.settings),
                tuple(names(outside.settings.publish_private_hosts)),
            )


def _place(
    outside: Outside, found: Destination, goes: ToFolder | ToBucket
) -> FolderTarget | BucketTarget:
    owner = str(outside.owner)
    if isinstance(goes, ToFolder):
        return FolderTarget(found.name, outside.settings.published / owner, goes.path)
    if not goes.own_keys:
        refuse_bucket(goes.url, outside.settings.publish_buckets)
        url = f"{goes.url}/{owner}"  # so that nobody overwrites another's
        theirs = OperatorsBucket(url, outside.retries)
        return BucketTarget(found.name, url, theirs.opened, chunk_bytes=outside.chunk_bytes)
    keys = BucketKeys.model_validate_json(_secret(outside, found))
    hosts = tuple(names(outside.settings.publish_private_hosts))
    own = OwnBucket(goes, keys, hosts, outside.retries)
    return BucketTarget(
        found.name, goes.url, own.opened, own.refused, chunk_bytes=outside.chunk_bytes
    )


def _secret(outside: Outside, found: Destination) -> str:
    with outside.db.acting(outside.owner) as conn:
        secret = destinations.secret(conn, outside.db.keys, found.id)
    if secret is None:
        raise BadRequest("Destination", found.name, "Its keys are gone: add it again.")
    return secret


def _alone(outside: Outside, found: Destination) -> Callable[[], AbstractContextManager[None]]:
    """Holds the destination while its feed is read and written."""

    @contextmanager
    def held() -> Iterator[None]:
        with outside.db.acting(outside.owner) as conn:
            destinations.hold(conn, found.id)
            yield

    return held


def main(arguments: list[str] | None = None) -> int:
    """Test a destination of a user; one JSON object says whether it can be sent to."""
    user, key = arguments or sys.argv[1:]
    settings = Settings.read()
    with opened(settings) as db:
        outside = Outside(settings, db, UUID(user), retries=1)
        told: dict[str, object] = {"good": True, "reason": None}
        try:
            with db.acting(outside.owner) as conn:
                found = destinations.get(conn, key)
            target_of(outside, found).check()
        except VidPipelineError as fault:
            told = {"good": False, "reason": str(fault)}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
