"""Typed values of editing: clips, sounds and stills that came from somewhere or were made here."""

from pydantic import Field

from vid_pipeline.artifacts import Artifact, MediaRef


class Clip(Artifact):
    """A piece of video; what editing makes is MP4 (H.264, AAC 48 kHz stereo)."""

    file: MediaRef
    duration_s: float = Field(gt=0)
    width_px: int = Field(gt=0)
    height_px: int = Field(gt=0)
    fps: float = Field(ge=0, description="Frames a second; 0 if its header does not say.")
    sound: bool = Field(description="Whether it has any.")


class Sound(Artifact):
    """A piece of sound; what editing makes is 48 kHz stereo."""

    file: MediaRef
    duration_s: float = Field(gt=0)


class Still(Artifact):
    """A picture."""

    file: MediaRef
    width_px: int = Field(gt=0)
    height_px: int = Field(gt=0)
