"""How a batch is made, as people set it, and the states in which it and its items can be."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from vid_pipeline.artifacts import LONGEST_HOOK

BatchState = Literal["running", "paused", "stopped", "done"]
ItemState = Literal["waiting", "running", "asking", "done", "failed", "cancelled"]


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Variant(_Setting):
    """One way in which every input is made. What is unset is as the input says, or the default."""

    label: str = Field(default="", max_length=40)
    title: str | None = Field(default=None, max_length=200)
    aspect: Literal["9:16", "16:9", "1:1"] | None = None
    seconds: int | None = Field(default=None, ge=15, le=600)
    voice: str | None = Field(default=None, max_length=120)
    language: str | None = Field(default=None, pattern=r"^[a-z]{2}$")
    hook: str | None = Field(
        default=None, max_length=LONGEST_HOOK, description="The line that the script opens with."
    )


class BatchRules(_Setting):
    """How much at once, and when to stop."""

    at_once: int = Field(default=2, ge=1, le=50, description="Videos made side by side.")
    stop_after_failures: int | None = Field(default=10, ge=1, le=10_000)
    cap_usd: float | None = Field(default=None, gt=0, description="Most that all may spend.")
