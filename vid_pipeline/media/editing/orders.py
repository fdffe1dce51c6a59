"""What can be asked of an edit: numbers within ranges, choices from lists, never free text."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MOST_S = 4 * 3600
_ASPECTS = {"9:16": (9, 16), "16:9": (16, 9), "1:1": (1, 1), "4:5": (4, 5), "4:3": (4, 3)}


class Order(BaseModel):
    """Base of every edit. Times are seconds from the start of what is edited."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Trim(Order):
    start_s: float = Field(default=0, ge=0, le=MOST_S, description="Where the piece starts.")
    end_s: float = Field(gt=0, le=MOST_S, description="Where it ends, in seconds of the source.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end_s <= self.start_s:
            raise ValueError("end_s must come after start_s")
        return self


class Join(Order):
    """The result has the first clip's size and frame rate; others are fitted with bars."""


class Speed(Order):
    factor: float = Field(ge=0.25, le=4, description="2 plays twice as fast; the pitch stays.")


class SilenceCut(Order):
    quieter_than_db: float = Field(
        default=-40, ge=-80, le=-10, description="What counts as silence, in dB of full scale."
    )
    longer_than_s: float = Field(default=0.6, ge=0.2, le=30, description="Shorter pauses stay.")
    keep_s: float = Field(default=0.15, ge=0, le=2, description="Left of a pause at both ends.")


class Resize(Order):
    aspect: Literal["9:16", "16:9", "1:1", "4:5", "4:3"] = Field(
        default="9:16", description="Shape of the result, width to height."
    )
    short_side_px: int = Field(
        default=1080, ge=64, le=2160, multiple_of=4, description="Length of its shorter side."
    )
    how: Literal["crop", "pad"] = Field(
        default="crop", description="Fill the shape and cut off the rest, or show all with bars."
    )
    across: float = Field(
        default=0.5, ge=0, le=1, description="What a crop keeps: 0 the left, 1 the right."
    )
    down: float = Field(default=0.5, ge=0, le=1, description="0 the top, 1 the bottom.")

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height, both even."""
        wide, high = _ASPECTS[self.aspect]
        unit = self.short_side_px / min(wide, high)
        return 2 * round(wide * unit / 2), 2 * round(high * unit / 2)


class Overlay(Order):
    across: float = Field(default=0.5, ge=0, le=1, description="Place: 0 left, 1 right.")
    down: float = Field(default=0.5, ge=0, le=1, description="Place: 0 top, 1 bottom.")
    width: float = Field(
        default=0.3, ge=0.02, le=1, description="Its width as a share of the frame's."
    )
    opacity: float = Field(default=1, gt=0, le=1)
    start_s: float = Field(default=0, ge=0, le=MOST_S)
    end_s: float | None = Field(default=None, gt=0, le=MOST_S, description="To the end if unset.")


class BurnSubtitles(Order):
    size: float = Field(
        default=0.045, ge=0.02, le=0.12, description="Letter height as a share of the frame's."
    )
    place: Literal["bottom", "middle", "top"] = Field(default="bottom")


class Thumbnail(Order):
    at_s: float = Field(default=0, ge=0, le=MOST_S, description="Which moment is shown.")
    width_px: int = Field(default=1280, ge=64, le=4096, multiple_of=2)


class Frames(Order):
    count: int = Field(default=6, ge=1, le=30, description="How many, evenly spaced.")
    width_px: int = Field(default=640, ge=64, le=2048, multiple_of=2)


class Waveform(Order):
    width_px: int = Field(default=1200, ge=64, le=4096, multiple_of=2)
    height_px: int = Field(default=240, ge=32, le=2048, multiple_of=2)
    colour: str = Field(default="#3366cc", pattern=r"^#[0-9a-fA-F]{6}$")


class ExtractAudio(Order):
    form: Literal["wav", "m4a"] = Field(default="wav", description="Lossless, or small.")


class Mix(Order):
    at_s: float = Field(default=0, ge=0, le=MOST_S, description="When the added sound starts.")
    gain_db: float = Field(default=0, ge=-60, le=20, description="Of the added sound.")
    own_gain_db: float = Field(default=0, ge=-60, le=20, description="Of the clip's own sound.")
    duck: bool = Field(default=False, description="The added sound gives way to the clip's own.")


class Loudness(Order):
    target_lufs: float = Field(default=-14, ge=-31, le=-6, description="Wanted loudness.")
    peak_dbtp: float = Field(default=-1.5, ge=-9, le=0, description="No true peak above it.")
