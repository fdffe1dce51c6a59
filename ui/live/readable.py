"""An agent's half-written answer as people read it: JSON without its braces. Pure."""

import json
from collections.abc import Iterator

_OPEN, _CLOSE = "{[", "}]"


def readable(text: str) -> str:
    """The words of a text; of JSON, however much of it there is, a line for each value."""
    start = text.lstrip()
    if not start.startswith(tuple(_OPEN)):
        return text
    return "\n".join(_lines(start))


def _lines(text: str) -> Iterator[str]:
    within, name, place = "", "", 0
    while place < len(text):
        sign = text[place]
        if sign == '"':
            word, place = _string(text, place)
            if text[place : place + 1] == ":":
                name, place = word, place + 1
            elif word.strip() and (name or within.endswith("[")):
                yield f"{name}: {word}" if name else word
                name = ""
        elif sign in "-0123456789tfn":
            end = _until(text, place, " ,\n\r\t" + _CLOSE)
            if name and text[place:end] != "null":
                yield f"{name}: {text[place:end]}"
            name, place = "", end
        else:
            within = within + sign if sign in _OPEN else within[: -1 if sign in _CLOSE else None]
            name = "" if sign in "{" + _CLOSE else name
            place += 1


def _string(text: str, start: int) -> tuple[str, int]:
    """A string that begins at a quote, to its end or to where the text breaks off."""
    end = start + 1
    while end < len(text) and text[end] != '"':
        end += 2 if text[end] == "\\" else 1
    raw = text[start + 1 : end]
    for cut in range(7):  # an escape may be half there
        try:
            return str(json.loads(f'"{raw[: len(raw) - cut]}"', strict=False)), end + 1
        except ValueError:
            continue
    return raw, end + 1


def _until(text: str, start: int, signs: str) -> int:
    return next((n for n in range(start, len(text)) if text[n] in signs), len(text))
