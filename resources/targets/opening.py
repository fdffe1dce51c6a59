"""Opening a bucket: its owner's by the filtering proxy, the operator's directly."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from obstore.store import S3Store

from resources.proxy import Limits, Proxy
from resources.public_addresses import Reach
from vid_pipeline.destinations import BucketKeys, ToBucket
from vid_pipeline.errors import BadRequest

_ENDLESS = 1 << 50
_PART_S = 600


@dataclass
class OwnBucket:
    """Opens a bucket with its owner's keys, which go to its endpoint alone.

    Endpoints are what strangers typed: they are reached by the filtering proxy. Nothing of the
    operator's own surroundings is used, neither keys nor a session's token.
    """

    goes: ToBucket
    keys: BucketKeys = field(repr=False)
    private_hosts: tuple[str, ...] = ()
    retries: int = 3
    forbidden: bool = False

    @contextmanager
    def opened(self) -> Iterator[S3Store]:
        """The bucket, with the prefix on it."""
        limits = Limits(most_bytes=_ENDLESS, idle_s=_PART_S)
        with Proxy(Reach.of(self.private_hosts), limits) as proxy:
            by = f"http://{proxy.user}:{proxy.password}@127.0.0.1:{proxy.port}"
            try:
                yield _store(self.goes, self.retries, by=by, credential_provider=self._keys)
            finally:
                self.forbidden = bool(proxy.forbidden)

    def refused(self) -> bool:
        """Whether the endpoint was no public address."""
        return self.forbidden

    def _keys(self) -> dict[str, Any]:
        return {**self.keys.plain(), "token": None, "expires_at": None}


@dataclass(frozen=True)
class OperatorsBucket:
    """Opens a bucket with the operator's keys, as the environment has them (AWS_…)."""

    url: str
    retries: int = 3

    @contextmanager
    def opened(self) -> Iterator[S3Store]:
        """The bucket, with the prefix on it."""
        yield S3Store.from_url(self.url, retry_config=_retry(self.retries), client_options=_CLIENT)


def refuse_bucket(url: str, allowed: str) -> None:
    """Return if the operator lets a bucket be filled with their keys.

    Raises:
        BadRequest: they do not.
    """
    starts = [one.strip().rstrip("/") for one in allowed.split(",") if one.strip()]
    if not any(url == one or url.startswith(f"{one}/") for one in starts):
        raise BadRequest("Bucket", url, "Ask the operator to add it to VIDP_PUBLISH_BUCKETS.")


_CLIENT: Any = {"allow_http": True, "timeout": timedelta(seconds=_PART_S)}


def _store(goes: ToBucket, retries: int, *, by: str, **more: Any) -> S3Store:
    parts = urlsplit(goes.url)
    client: Any = {**_CLIENT, "proxy_url": by}
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        endpoint=goes.endpoint or f"https://s3.{goes.region}.amazonaws.com",
        region=goes.region,
        virtual_hosted_style_request=False,
        client_options=client,
        retry_config=_retry(retries),
        **more,
    )


def _retry(times: int) -> Any:
    return {"max_retries": times, "retry_timeout": timedelta(seconds=120)}
