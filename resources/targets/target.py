"""What every target is: one method that brings a package somewhere."""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from vid_pipeline.packages import Package


@dataclass(frozen=True)
class Parcel:
    """A package, its files as they lie here, and what tells one delivery from another.

    `delivery` and `begun_at` are the same at every try.
    """

    package: Package
    files: Mapping[str, Path]
    delivery: str
    begun_at: datetime


class Target(Protocol):
    def deliver(self, parcel: Parcel) -> str:
        """Bring everything there, and say where it is: a URL or path that is no secret.

        Raises:
            NotDelivered: it did not get through.
        """
        ...


class Place(Target, Protocol):
    """A target that holds files side by side, each production's in a folder of its own."""

    def read(self, name: str) -> bytes | None:
        """A file at the top; None if there is none."""
        ...

    def write(self, name: str, data: bytes, mime: str) -> str:
        """Put a file at the top, in place of the one that is there, and say where it is."""
        ...

    def check(self) -> None:
        """Put a small file there and take it away again."""
        ...


def mime_of(name: str, given: str) -> str:
    """The type that a file is served with: the store's, or what its name says."""
    return given or mimetypes.guess_type(name)[0] or "application/octet-stream"
