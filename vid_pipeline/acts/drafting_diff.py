"""What is different between two documents of a workflow: steps and what they are set to. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import JsonValue

Part = Literal["kind", "setting", "input", "over", "when"]
_PARTS: Mapping[str, Part] = {"params": "setting", "in": "input"}
_TOLD = ("title", "description")


@dataclass(frozen=True)
class Change:
    """A part of a step, by its name if there are several; None where it is not there."""

    part: Part
    name: str
    before: JsonValue
    after: JsonValue


@dataclass(frozen=True)
class Difference:
    """Step ids that came and went, changes by step id, and changed words of the whole by name.

    `looks` says that steps were only moved, or notes and groups changed.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: Mapping[str, tuple[Change, ...]]
    words: Mapping[str, tuple[str, str]]
    looks: bool

    @property
    def nothing(self) -> bool:
        """Whether both would run alike and are called alike."""
        return not (self.added or self.removed or self.changed or self.words)


def difference(before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]) -> Difference:
    """What one has to do to `before` to get `after`; incomplete documents will do."""
    old, new = _steps(before), _steps(after)
    changed = {
        step_id: found
        for step_id in new
        if step_id in old and (found := tuple(_changes(old[step_id], new[step_id])))
    }
    return Difference(
        added=tuple(step_id for step_id in new if step_id not in old),
        removed=tuple(step_id for step_id in old if step_id not in new),
        changed=changed,
        words={
            name: (str(before.get(name, "")), str(after.get(name, "")))
            for name in _TOLD
            if before.get(name, "") != after.get(name, "")
        },
        looks=any(before.get(name) != after.get(name) for name in ("layout", "notes", "groups")),
    )


def merged(before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """A document with the steps of both, to be drawn as one: `after`, and what it has no more."""
    old, new = _steps(before), _steps(after)
    gone: list[JsonValue] = [body for step_id, body in old.items() if step_id not in new]
    return {**after, "steps": [*new.values(), *gone]}


def _steps(document: Mapping[str, JsonValue]) -> dict[str, dict[str, Any]]:
    listed = document.get("steps")
    bodies = [one for one in (listed if isinstance(listed, list) else ()) if isinstance(one, dict)]
    return {str(body["id"]): body for body in bodies if "id" in body}


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for plain in ("kind", "over", "when"):
        if old.get(plain) != new.get(plain):
            yield Change(plain, "", old.get(plain), new.get(plain))
    for field, part in _PARTS.items():
        before, after = _named(old.get(field)), _named(new.get(field))
        for name in before | after:
            if before.get(name) != after.get(name):
                yield Change(part, name, before.get(name), after.get(name))


def _named(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
