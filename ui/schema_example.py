"""An answer as a drawn form asks for it, to look at."""

from typing import Any

from vid_pipeline.drawn_schema import DrawnField, DrawnSchema, DrawnType

_ITEMS = 2


def example_of(schema: DrawnSchema, words: str) -> dict[str, Any]:
    """One answer that fits the form; `words` stand for texts. Patterns are not looked at."""
    return _object(schema.fields, words)


def _object(fields: tuple[DrawnField, ...], words: str) -> dict[str, Any]:
    return {one.name: _value(one, words, one.name, 1) for one in fields}


def _value(one: DrawnType, words: str, name: str, number: int) -> Any:
    match one.type:
        case "text":
            return f"{name}{number}" if name == "id" else _text(one, words)
        case "integer" | "number":
            return _number(one, whole=one.type == "integer")
        case "boolean":
            return True
        case "enum":
            return one.choices[0]
        case "object":
            return {f.name: _value(f, words, f.name, number) for f in one.fields}
        case "list":
            assert one.items is not None, "a list needs items"
            most = _ITEMS if one.max_items is None else one.max_items
            count = min(max(one.min_items or 0, _ITEMS), most)
            return [_value(one.items, words, name, n + 1) for n in range(count)]


def _text(one: DrawnType, words: str) -> str:
    least = one.min_length or 0
    text = words
    while len(text) < least:
        text += f" {words.lower()}"
    return text if one.max_length is None else text[: one.max_length]


def _number(one: DrawnType, *, whole: bool) -> float:
    low, high = one.minimum, one.maximum
    found = low if low is not None else (min(1, high) if high is not None else 1)
    return int(-(-found // 1)) if whole else found
