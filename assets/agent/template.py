"""Instructions with places for what the step is given: `{{article}}`, `{{brief.title}}`.

A place is a name and fields behind dots, nothing else: no expressions, no code. Whatever fills it
was written by others, so it stands between markers.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, JsonValue

from assets.agent.fencing import fence
from vid_pipeline.artifacts import Artifact
from vid_pipeline.errors import BadRequest

Given = Mapping[str, Artifact | tuple[Artifact, ...] | None]
_PLACE = re.compile(r"\{\{\s*([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)\s*\}\}")
_BRACES = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_LONGEST = 60_000


def places(template: str) -> Iterator[str]:
    """Each place's path: `article`, `brief.title`."""
    for found in _PLACE.finditer(template):
        yield found[1]


def strange_places(template: str) -> Iterator[str]:
    """What stands in double braces and is no place."""
    for found in _BRACES.finditer(template):
        if not _PLACE.fullmatch(found[0]):
            yield found[0]


def filled(template: str, given: Given) -> str:
    """The instructions, each place filled; what is given and has no place follows at the end.

    Raises:
        BadRequest: a place names what the step is not given.
    """
    plain = {name: _plain(value) for name, value in given.items()}
    text = _PLACE.sub(lambda found: fence(_words(found[1], plain), found[1]), template)
    used = {path.partition(".")[0] for path in places(template)}
    rest = [fence(_words(name, plain), name) for name in plain if name not in used]
    return "\n\n".join([text, *rest])


def _plain(value: Any) -> JsonValue:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else None


def _words(path: str, given: Mapping[str, JsonValue]) -> str:
    name, *fields = path.split(".")
    if name not in given:
        raise BadRequest("Place in the instructions", path, "Join an input of that name.")
    value = given[name]
    for field in fields:
        value = _member(value, field, path)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n(cut: it is longer)"


def _member(value: JsonValue, field: str, path: str) -> JsonValue:
    if isinstance(value, dict) and field in value:
        return value[field]
    if isinstance(value, list) and field.isdigit() and int(field) < len(value):
        return value[int(field)]
    raise BadRequest("Place in the instructions", path, f"What it is given has no {field!r}.")
