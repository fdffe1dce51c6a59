"""An answer that stayed invalid: where its fault is, and what was said last, in a line or two."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from vid_pipeline.errors import LLMFailed
from vid_pipeline.talk import Message

_LONGEST = 400
_REMEDY = "Run again, or choose another model."


def invalid(model: str, tries: int, fault: BaseException | None, last: Message | None) -> LLMFailed:
    """No try gave an answer of the wanted form: names the path of the fault and the last answer."""
    path, why = _fault(fault, last)
    said = shortened(answered(last)) if last else ""
    where = f" at {path}" if path else ""
    reason = f"no valid answer after {tries} tries; the last one has a fault{where}: {why}"
    remedy = f"It was: {said} {_REMEDY}" if said else _REMEDY
    return LLMFailed(model, "invalid", reason, remedy, path=path, last_answer=said)


def path_of(location: Sequence[int | str]) -> str:
    """A place in an answer as people write it: `scenes[2].seconds`."""
    text = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in location)
    return text.removeprefix(".")


def answered(last: Message) -> str:
    """The answer that a turn holds: its call's input as JSON, else its words."""
    if not last.calls:
        return last.text
    given = last.calls[0].input
    return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)


def shortened(text: str) -> str:
    """A text in one line, its middle left out if it is long."""
    line = " ".join(text.split())
    if len(line) <= _LONGEST:
        return line
    return f"{line[: _LONGEST // 2]} … {line[-_LONGEST // 2 :]}"


def _fault(fault: BaseException | None, last: Message | None) -> tuple[str, str]:
    if last is not None and len(last.calls) != 1:
        told = "several answers instead of one" if last.calls else "words instead of the asked form"
        return "", told
    if not isinstance(fault, ValidationError):
        return "", "it cannot be read"
    first: Any = fault.errors(include_url=False)[0]
    return path_of(first["loc"]), f"{first['msg']} (it has {shortened(repr(first['input']))[:120]})"
