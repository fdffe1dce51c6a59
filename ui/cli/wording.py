"""Artifacts as people read and change them in a terminal."""

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from pydantic import JsonValue
from rich.text import Text

from ui.cli import citing
from ui.cli.tables import ago, console
from vid_pipeline.acts import citing as cited
from vid_pipeline.acts.citing import Citing
from vid_pipeline.acts.reviewing import Review, Thing
from vid_pipeline.acts.verdicts import FIELDS
from vid_pipeline.errors import BadRequest, BadSource
from vid_pipeline.settings import editor

_SHORT = 90
_HIDDEN = {"spoken", "origin", "role", "topic", "look", "canvas", "layout", "cites"}


def tell(review: Review) -> None:
    """Print a request: what, of which production, the things, and how to answer."""
    out, request = console(), review.request
    out.print(Text(request.title, style="bold"))
    about = review.production.title
    facts = f"{about} · production {review.production.short_id} · step {request.step_id}"
    out.print(Text(f"{facts} · round {request.round} · asked {ago(request.asked_at)}", style="dim"))
    for said in review.history:
        if said.feedback:
            out.print(Text(f"round {said.round}, {said.state}: {said.feedback}", style="magenta"))
    for thing in review.things:
        out.print()
        _tell_thing(thing, cited.citing(thing.body, review.beside))
    out.print()
    if request.state != "open":
        out.print(Text(f"It is {request.state}.", style="dim"))
        return
    fields = FIELDS.validate_python(request.form or [])
    for field in fields:
        about = field.label or field.type
        choices = f": {', '.join(field.choices)}" if field.choices else ""
        out.print(Text(f"field {field.name} ({about}{choices})", style="cyan"))
    filled = "".join(f' --form "{field.name}=…"' for field in fields if field.required)
    out.print(Text(f"vidp approve {request.short_id}{filled}", style="green"))
    if review.back_to:
        goes = f"vidp reject {request.short_id} --to {review.back_to[0]} --feedback “…”"
        out.print(Text(goes, style="red"))


def _tell_thing(thing: Thing, seen: Citing | None) -> None:
    out = console()
    sources = {f"lines.{line.id}.text": line for line in seen.lines} if seen else {}
    mark = "  (approved)" if thing.settled else ""
    out.print(Text(f"{thing.type} {thing.key}{mark}".strip(), style="cyan"))
    changed = {change.path for change in thing.changes}
    for path, value in _leaves(thing.body, ""):
        new = path in changed
        line = f"{'~' if new else ' '} {path}: {value}"
        out.print(Text(line, style="yellow" if new else ""), soft_wrap=True)
        if path in sources:
            citing.tell(sources[path])
    if seen:
        citing.tell_whole(seen)
    for change in thing.changes:
        if change.after is None:
            out.print(Text(f"- {change.path}: {_brief(change.before)}", style="red"))


def _leaves(value: JsonValue, path: str) -> list[tuple[str, str]]:
    """Every text, number and choice in it that people decide about, by path."""
    if isinstance(value, dict):
        return [
            leaf
            for name, part in value.items()
            if name not in _HIDDEN and part is not None
            for leaf in _leaves(part, f"{path}.{name}" if path else name)
        ]
    if isinstance(value, list):
        return [
            leaf
            for number, part in enumerate(value)
            for leaf in _leaves(part, f"{path}.{_name(part, number)}" if path else str(number))
        ]
    return [(path, str(value))]


def _name(part: JsonValue, number: int) -> str:
    return str(part["id"]) if isinstance(part, dict) and "id" in part else str(number)


def _brief(value: JsonValue) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


def edited(body: object, changes: Sequence[str], file: Path | None) -> JsonValue:
    """The artifact's JSON as somebody wants it.

    Raises:
        BadSource: what they wrote is no JSON.
        BadRequest: a path leads nowhere.
    """
    if file is not None:
        return _whole(file)
    text = json.dumps(body, indent=2, ensure_ascii=False)
    if not changes:
        return _parsed(_in_editor(text), "the edited text")
    document = json.loads(text)
    for change in changes:
        path, given, value = change.partition("=")
        if not given:
            raise BadRequest("Change", change, "Write it as path=value: lines.l3.text=…")
        _put(document, path, value)
    return _as_json(document)


def _whole(file: Path) -> JsonValue:
    try:
        found = _parsed(file.read_text(encoding="utf-8"), str(file))
    except OSError as error:
        raise BadSource(str(file), f"it cannot be read ({error.strerror})", "Check it.") from error
    except UnicodeDecodeError:
        raise BadSource(str(file), "it is not UTF-8", "Save it as UTF-8.") from None
    if not isinstance(found, dict):
        raise BadSource(str(file), "it holds no artifact", "Give the whole of it as an object.")
    return found


def _as_json(document: Any) -> JsonValue:
    found: JsonValue = document
    return found


def _put(document: Any, path: str, value: str) -> None:
    """Replace what a path leads to; in lists by id or number."""
    *way, last = path.split(".")
    place = document
    for name in way:
        place = _member(place, name, path)
    target = place
    if isinstance(target, list):
        index = _index(target, last, path)
        target[index] = _typed(value, target[index])
    elif isinstance(target, dict) and last in target:
        target[last] = _typed(value, target[last])
    else:
        raise _nowhere(path)


def _member(place: Any, name: str, path: str) -> Any:
    if isinstance(place, list):
        return place[_index(place, name, path)]
    if isinstance(place, dict) and name in place:
        return place[name]
    raise _nowhere(path)


def _index(items: list[Any], name: str, path: str) -> int:
    for number, one in enumerate(items):
        if _name(one, number) == name or str(number) == name:
            return number
    raise _nowhere(path)


def _nowhere(path: str) -> BadRequest:
    return BadRequest("Path", path, "`vidp approvals ID` shows the paths that there are.")


def _typed(value: str, before: object) -> JsonValue:
    """Text stays text; numbers, lists and the like are read as JSON."""
    if isinstance(before, str) or before is None:
        return value
    return _parsed(value, value)


def _parsed(text: str, name: str) -> JsonValue:
    try:
        found: JsonValue = json.loads(text)
    except ValueError as error:
        raise BadSource(name, f"it is not JSON ({error})", "Correct it; nothing changed.") from None
    return found


def _in_editor(text: str) -> str:
    command = editor()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "artifact.json")
        file.write_text(text, encoding="utf-8")
        done = subprocess.run([*command, os.fspath(file)], check=False)
        if done.returncode != 0:
            raise typer.Abort()
        return file.read_text(encoding="utf-8")
