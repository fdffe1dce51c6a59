"""What a media file is, as far as its header says."""

from pydantic import BaseModel, ConfigDict, Field

from vid_pipeline.media.editing.header import STILLS


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Picture(_Facts):
    codec: str
    width_px: int = Field(gt=0)
    height_px: int = Field(gt=0)
    fps: float = Field(ge=0, description="Frames a second; 0 if the header does not say.")


class Audio(_Facts):
    codec: str
    rate_hz: int = Field(gt=0)
    channels: int = Field(gt=0)


class Facts(_Facts):
    """A file's container, length and first picture and sound streams."""

    container: str
    duration_s: float = Field(ge=0, description="0 for a still picture.")
    size_bytes: int = Field(ge=0)
    streams: int = Field(ge=0)
    picture: Picture | None
    audio: Audio | None

    @property
    def still(self) -> bool:
        return self.container in STILLS
