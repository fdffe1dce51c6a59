"""What the voice says follows what people read, when they edit a line."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import JsonValue


def followed(before: JsonValue, after: JsonValue) -> JsonValue:
    """An edit whose new words are spoken too; a line that says how it is spoken keeps that.

    Lines are known by their ids; a line without a former self is spoken as it reads, if it does not
    say how.
    """
    made: JsonValue = _followed(after, {line["id"]: line for line in _lines(before)})
    return made


def _followed(value: Any, before: Mapping[str, dict[str, Any]]) -> Any:
    if isinstance(value, list):
        return [_followed(one, before) for one in value]
    if not isinstance(value, dict):
        return value
    made = {name: _followed(one, before) for name, one in value.items()}
    if not _is_line(made):
        return made
    old = before.get(made["id"])
    kept = made["spoken"] if old is None or made["spoken"] != old["spoken"] else ""
    same = old is not None and made["text"] == old["text"]
    return made if same else made | {"spoken": kept or made["text"]}


def _lines(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from _lines(one)
    elif isinstance(value, dict):
        if _is_line(value):
            yield value
        for one in value.values():
            yield from _lines(one)


def _is_line(value: Mapping[str, Any]) -> bool:
    return all(isinstance(value.get(name), str) for name in ("id", "text", "spoken"))
