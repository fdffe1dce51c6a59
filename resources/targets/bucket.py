"""An S3-compatible bucket: media first, the manifest last, nothing that is there sent again."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import obstore
from obstore.exceptions import BaseError, NotFoundError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from resources.targets.target import Parcel, mime_of
from vid_pipeline.errors import NotDelivered
from vid_pipeline.packages import MANIFEST, Package

CHUNK_BYTES = 8 * 1024 * 1024  # S3 takes parts of 5 MiB and more, and 10,000 of them
_CONCURRENT = 4
_MOST_BYTES = 50_000_000
_LONGEST_TITLE = 600  # S3 takes 2 KB of metadata in all

Opened = Callable[[], AbstractContextManager[S3Store]]


@dataclass(frozen=True)
class BucketTarget:
    """Fills `<url>/<production>/`.

    An object has its Content-Type, and as metadata its `sha256`, the `title` (percent-encoded
    UTF-8) and the `production`; the manifest has the package's `subject` too.

    `refused` says, after a failure, whether the address was not one to connect to.
    """

    name: str
    url: str
    opened: Opened
    refused: Callable[[], bool] = lambda: False
    chunk_bytes: int = CHUNK_BYTES

    def deliver(self, parcel: Parcel) -> str:
        """Put what is not there yet; whoever sees the manifest sees all that it lists."""
        package = parcel.package
        folder = package.production
        with self._translated(), self.opened() as store:
            missing = [name for name in package.media if not self._has(store, package, name)]
            listed = f"{folder}/{MANIFEST}"
            there = self._metadata(store, listed)
            if missing or there.get("subject") != package.subject:
                if there:  # it lists what is about to be replaced
                    obstore.delete(store, listed)
                for name in missing:
                    self._put(store, package, name, parcel.files[name])
                self._put(store, package, MANIFEST, parcel.files[MANIFEST])
        return f"{self.url.rstrip('/')}/{folder}/"

    def read(self, name: str) -> bytes | None:
        """An object at the top; None if there is none."""
        with self._translated(), self.opened() as store:
            try:
                found = obstore.get(store, name)
            except (NotFoundError, FileNotFoundError):
                return None
            if found.meta["size"] > _MOST_BYTES:
                raise NotDelivered(self.name, f"{name} is too large", "Move it away, then retry.")
            return bytes(found.bytes())

    def write(self, name: str, data: bytes, mime: str) -> str:
        """Put an object at the top, in place of the one that is there."""
        with self._translated(), self.opened() as store:
            obstore.put(store, name, data, attributes={"Content-Type": mime}, use_multipart=False)
        return f"{self.url.rstrip('/')}/{name}"

    def check(self) -> None:
        """Put a small object there and take it away again."""
        name = f"vidp-test-{secrets.token_hex(4)}"
        with self._translated(), self.opened() as store:
            obstore.put(store, name, b"test")
            obstore.delete(store, name)

    def _put(self, store: S3Store, package: Package, name: str, file: Path) -> None:
        about = {"Content-Type": mime_of(name, package.files[name].mime), **_about(package, name)}
        key = f"{package.production}/{name}"
        obstore.put(
            store, key, file, attributes=about, chunk_size=self.chunk_bytes,
            max_concurrency=_CONCURRENT,
        )  # fmt: skip

    def _has(self, store: S3Store, package: Package, name: str) -> bool:
        """Whether an object is there in full, about the same: stores show none before."""
        try:
            found = obstore.get(store, f"{package.production}/{name}", options={"head": True})
        except (NotFoundError, FileNotFoundError):
            return False
        same = _about(package, name).items() <= dict(found.attributes).items()
        return bool(same and found.meta["size"] == package.files[name].size_bytes)

    def _metadata(self, store: S3Store, key: str) -> dict[str, str]:
        try:
            return dict(obstore.get(store, key, options={"head": True}).attributes)
        except (NotFoundError, FileNotFoundError):
            return {}

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn what goes wrong outside into ours, without a word of the answer or the address.

        Either may quote keys, so neither they nor the error they came with are kept.
        """
        try:
            yield
        except NotDelivered:
            raise
        except (BaseError, OSError, ValueError) as error:
            why, remedy, again = self._why(error)
        else:
            return
        raise NotDelivered(self.name, why, remedy, retryable=again) from None

    def _why(self, error: Exception) -> tuple[str, str, bool]:
        """What went wrong, what to do, and whether trying again may help."""
        if self.refused():
            return "its endpoint is no public address", "Give another endpoint.", False
        if "NoSuchBucket" in str(error):
            return "there is no such bucket", "Make it, or correct the address.", False
        if isinstance(error, PermissionDeniedError | UnauthenticatedError | PermissionError):
            remedy = "Add it again with keys that may list, read, write and delete there."
            return "the bucket does not take these keys", remedy, False
        # An upload that cannot be found any more is one of them: it had ended, its answer was lost.
        remedy = "Retry: what has arrived is not sent again."
        return "the bucket broke off or cannot be reached", remedy, True


def _about(package: Package, name: str) -> dict[str, str]:
    """What an object says of itself; the manifest also says which package is there."""
    about = {
        "sha256": package.files[name].sha256,
        "title": quote(package.title, safe=" ,.!?'()-:")[:_LONGEST_TITLE],
        "production": package.production,
    }
    return about | ({"subject": package.subject} if name == MANIFEST else {})
