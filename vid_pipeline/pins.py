"""Pins: remarks that belong to a scene, a line or a moment of what is shown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from vid_pipeline.artifacts import Id, MediaRef

MOST = 100
_LONGEST = 2_000
_PINS = "pins"


class Pin(BaseModel):
    """One remark, at exactly one place; `item` is the key of the thing, if there are several."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note: Annotated[str, Field(min_length=1, max_length=_LONGEST)]
    item: str = Field(default="", max_length=200)
    scene: Id | None = None
    line: Id | None = None
    time_s: float | None = Field(default=None, ge=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(place is not None for place in (self.scene, self.line, self.time_s)) != 1:
            raise ValueError("a pin is at a scene, a line or a time, and at one of them")
        if not self.note.strip():
            raise ValueError("a pin says something")
        return self

    @property
    def place(self) -> str:
        """Where it is, in a word: `Scene s2`, `Line l3`, `At 1:05`."""
        if self.time_s is not None:
            minutes, seconds = divmod(int(self.time_s), 60)
            return f"At {minutes}:{seconds:02d}"
        return f"Scene {self.scene}" if self.scene else f"Line {self.line}"

    def __str__(self) -> str:
        return f"{self.place}: {' '.join(self.note.split())}"


class Places(BaseModel):
    """Where pins may be on a thing; `length_s` is None if it does not play."""

    model_config = ConfigDict(frozen=True)

    scenes: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    length_s: float | None = None

    def fit(self, pin: Pin) -> bool:
        """Whether there is such a place."""
        if pin.time_s is not None:
            return self.length_s is not None and pin.time_s <= self.length_s
        return pin.scene in self.scenes if pin.scene is not None else pin.line in self.lines


def places_of(body: JsonValue) -> Places:
    """The places of an artifact's JSON: its scenes and lines by id, its length if it plays."""
    if not isinstance(body, dict):
        return Places()
    scenes = body.get("scenes")
    inner = scenes if isinstance(scenes, list) else []
    own = [body] if "card" in body else []
    holders: list[Any] = [body, *inner]
    lines = [one for held in holders if isinstance(held, dict) for one in _ids(held.get("lines"))]
    return Places(scenes=(*_ids(own), *_ids(inner)), lines=tuple(lines), length_s=_length_s(body))


def about(artifact: JsonValue, pins: Sequence[Pin]) -> JsonValue:
    """What a turn of feedback is about: the artifact's `MediaRef`, and the pins on it."""
    if not pins or not isinstance(artifact, dict):
        return artifact
    return {**artifact, _PINS: [pin.model_dump(mode="json", exclude_none=True) for pin in pins]}


def artifact_of(said: JsonValue) -> MediaRef | None:
    """The artifact that a turn is about; None if it names none."""
    if not isinstance(said, dict):
        return None
    try:
        return MediaRef.model_validate({k: v for k, v in said.items() if k != _PINS})
    except ValidationError:
        return None


def pins_of(said: JsonValue) -> tuple[Pin, ...]:
    """The pins of a turn."""
    found = said.get(_PINS) if isinstance(said, dict) else None
    return tuple(Pin.model_validate(one) for one in found) if isinstance(found, list) else ()


def _ids(found: Any) -> Iterator[str]:
    for one in found if isinstance(found, list) else []:
        if isinstance(one, dict):
            key = one.get("id") or one.get("scene_id") or one.get("line_id")
            if isinstance(key, str):
                yield key


def _length_s(body: Mapping[str, Any]) -> float | None:
    """In seconds: as it says, or frames by their rate."""
    if isinstance(body.get("duration_s"), (int, float)):
        return float(body["duration_s"])
    canvas = body.get("canvas")
    fps = canvas.get("fps") if isinstance(canvas, dict) else body.get("fps")
    frames = body.get("frames")
    return frames / fps if isinstance(frames, int) and isinstance(fps, int) and fps else None
