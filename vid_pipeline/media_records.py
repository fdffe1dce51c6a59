"""Rows of files that people brought into their library, as frozen models."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from vid_pipeline.artifacts import MediaRef
from vid_pipeline.ports import LibraryItem, MediaKind
from vid_pipeline.records import Record

UPLOAD = "upload"


class MediaFile(Record):
    """A file that somebody uploaded; its type was found in its bytes, not in its name."""

    id: UUID
    owner_id: UUID
    name: str
    kind: MediaKind
    mime: str
    sha256: str
    size_bytes: int
    width_px: int | None
    height_px: int | None
    duration_s: float | None
    preview: MediaRef | None = Field(description="A picture of it.")
    uploaded_at: datetime
    deleted_at: datetime | None

    @property
    def file(self) -> MediaRef:
        """Its bytes in the store."""
        return MediaRef(sha256=self.sha256, mime=self.mime, size_bytes=self.size_bytes)

    @property
    def item(self) -> LibraryItem:
        """As steps find it."""
        return LibraryItem(
            id=f"{UPLOAD}/{self.id}",
            title=self.name,
            kind=self.kind,
            file=self.file,
            workflow="",
            duration_s=self.duration_s,
        )
