"""The artifact store, as a Dagster resource."""

import functools
from pathlib import Path
from typing import Self

import dagster as dg
from pydantic import Field

from vid_pipeline.artifacts import MediaRef
from vid_pipeline.settings import Settings
from vid_pipeline.store.objects import ObjectStore


class StoreResource(dg.ConfigurableResource):
    """Fills the `Store` port, and keeps artifacts' JSON for the IO manager."""

    url: str = Field(description="file:///… or s3://bucket/prefix.")
    cache: str = Field(description="Folder where what comes from s3 is kept.")

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The store that the settings name."""
        cache = settings.home.absolute() / "cache" / "objects"
        return cls(url=settings.objects_url, cache=str(cache))

    @property
    def objects(self) -> ObjectStore:
        """The store itself, one a process."""
        return _opened(self.url, self.cache)

    def put(self, file: Path, mime: str) -> MediaRef:
        return self.objects.put(file, mime)

    def put_bytes(self, data: bytes, mime: str) -> MediaRef:
        return self.objects.put_bytes(data, mime)

    def path(self, ref: MediaRef) -> Path:
        return self.objects.path(ref)

    def recall(self, key: str) -> MediaRef | None:
        return self.objects.recall(key)

    def keep(self, key: str, ref: MediaRef) -> None:
        self.objects.keep(key, ref)

    def put_text(self, key: str, text: str) -> None:
        self.objects.put_text(key, text)

    def get_text(self, key: str) -> str:
        return self.objects.get_text(key)

    def exists(self, key: str) -> bool:
        return self.objects.exists(key)


@functools.cache
def _opened(url: str, cache: str) -> ObjectStore:
    return ObjectStore(url, cache=Path(cache))
