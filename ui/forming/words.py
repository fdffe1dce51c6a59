"""What a form calls things: labels, help, choices, and faults in the words of whoever fills it."""

from collections.abc import Mapping
from typing import Any

from ui import texts
from ui.forming.shapes import Shape

_t = texts.of("forms")
_UNITS = {
    "s": "in seconds", "px": "in pixels", "usd": "in US dollars", "db": "in dB",
    "hours": "in hours", "tokens": "in tokens",
}  # fmt: skip


def label(shape: Shape, kind: str = "") -> str:
    """What people read beside a value: ours if we have words for it, else its name."""
    return setting(kind, shape.name)


def setting(kind: str, name: str) -> str:
    """What people call a setting of a kind."""
    known = _t.table("labels")
    return known.get(f"{kind}.{name}") or known.get(name) or _spelled(name)


def section(shape: Shape, kind: str = "") -> str:
    """What people read above a group of values."""
    return _t.table("sections").get(shape.name) or label(shape, kind)


def add(shape: Shape) -> str:
    """What the button says that adds one more."""
    return _t.table("items").get(shape.name) or _t("add")


def aid(shape: Shape, kind: str = "") -> str | None:
    """What helps to fill it in, if there is anything to say."""
    known = _t.table("help")
    found = known.get(f"{kind}.{shape.name}") or known.get(shape.name)
    return found or shape.description or None


def choice(value: object) -> str:
    """A choice as people read it."""
    return _t.table("choices").get(str(value)) or _spelled(str(value))


def fault(error: Mapping[str, Any]) -> str:
    """What is wrong with a value, from a validator's error."""
    name = next((one for one in reversed(error["loc"]) if isinstance(one, str)), "")
    told, kind = _t.table("faults"), str(error["type"])
    if kind == "string_pattern_mismatch" and name in _t.table("patterns"):
        return _t.table("patterns")[name]
    if kind == "value_error":
        return _sentence(str(error["msg"]).removeprefix("Value error, "))
    if (error.get("ctx") or {}).get("min_length") == 1:
        kind = {"string_too_short": "missing", "too_short": "one_needed"}.get(kind, kind)
    try:
        return told[kind].format_map(error.get("ctx") or {})
    except KeyError:
        return told["unknown"].format(message=str(error["msg"]).rstrip("."))


def _sentence(text: str) -> str:
    whole = text[:1].upper() + text[1:]
    return whole if whole.endswith((".", "!", "?")) else f"{whole}."


def _spelled(name: str) -> str:
    """`own_gain_db` → `Own gain, in dB`."""
    head, _, unit = name.rpartition("_")
    if head and unit in _UNITS:
        return f"{_spelled(head)}, {_UNITS[unit]}"
    return _sentence(name.replace("_", " "))[:-1] if name else ""
