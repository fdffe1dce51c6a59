"""What is different, in words: what went, what came, readable without any colour."""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import JsonValue

from ui import texts
from ui.showing import boards
from ui.showing.looking import markup
from vid_pipeline.acts.reviewing import Change, Thing

_t = texts.of("inbox")

_TOKENS = re.compile(r"\s+|[^\W_]+(?:['’][^\W_]+)*|.", re.DOTALL)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_HIDDEN = {"sha256", "size_bytes", "mime", "spoken", "id", "scenes_rendered", "scenes_reused"}
_HIDDEN |= {"role", "topic", "keywords", "cites", "notes", "frames", "layout"}
_WITHIN = {"origin", "keywords", "notes", "cites"}
_ALIKE = 0.5
_FILES = {"file", "audio", "image", "background"}
_MEMBERS = {"lines": "line", "scenes": "scene", "items": "item", "notes": "note", "cues": "caption"}
_TINT = "color-mix(in srgb, {colour} 22%, transparent)"
_STYLES = {
    "gone": f"background:{_TINT.format(colour='#d1242f')};text-decoration:line-through",
    "new": f"background:{_TINT.format(colour='#1a7f37')};text-decoration:underline;"
    "text-underline-offset:3px",
}
_TAGS = {"gone": "del", "new": "ins"}


@dataclass(frozen=True)
class Piece:
    """Some words, and whether they stayed, went or came."""

    kind: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True)
class Row:
    """One place that differs."""

    place: str
    pieces: tuple[Piece, ...]


def words(before: str, after: str) -> tuple[Piece, ...]:
    """The two texts as one: word by word, or sign by sign where words are not spaced."""
    old, new = _tokens(before), _tokens(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if _alike(old, new) < _ALIKE:  # another text: mingled, neither could be read
        whole = Piece("gone", before), Piece("new", after)
        return tuple(piece for piece in whole if piece.text)
    found = list[Piece]()
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            found.append(Piece("same", "".join(old[a:b])))
        else:
            found.append(Piece("gone", "".join(old[a:b])))
            found.append(Piece("new", "".join(new[c:d])))
    return tuple(piece for piece in found if piece.text)


def rows(thing: Thing) -> list[Row]:
    """What people would call different in a thing since the round before."""
    found = [_row(change, thing) for change in thing.changes if not _is_hidden(change)]
    if any(_FILES & set(change.path.split(".")) for change in thing.changes):
        found.insert(0, Row(_t("file_anew"), ()))
    return [row for row in found if row is not None]


def html(found: Iterable[Row]) -> str:
    """The rows as a list."""
    return "".join(
        '<div style="padding:.55em 0;border-bottom:1px solid '
        'color-mix(in srgb, currentColor 16%, transparent)">'
        f'<div style="font-size:.85em;font-weight:600">{markup(row.place)}</div>'
        f'<div style="line-height:1.6">{"".join(map(_piece, row.pieces))}</div></div>'
        for row in found
    )


def _row(change: Change, thing: Thing) -> Row | None:
    before, after = "".join(_said(change.before)), "".join(_said(change.after))
    pieces = words(before, after)
    return Row(_place(change.path, thing), pieces) if pieces else None


def _is_hidden(change: Change) -> bool:
    names = change.path.split(".")
    return names[-1] in _HIDDEN or bool((_FILES | _WITHIN) & set(names))


def _place(path: str, thing: Thing) -> str:
    """`lines.l3.text` → `Line 3`; of what is gone, where it was."""
    names, held = path.split("."), [thing.body, thing.was]
    said = list[str]()
    for name in names:
        found = [_member(one, name) for one in held]
        number = next((n for n, _ in found if n is not None), None)
        if number is not None:
            what = _t.table("members")[_MEMBERS.get(said[-1], "item")]
            said[-1:] = [_t("place", what=what, n=number + 1)]
        else:
            said.append(name)
        held = [inner for _, inner in found]
    shown = [one for one in said if one not in {"text", "card"}]
    return ", ".join(one.replace("_", " ").capitalize() for one in shown) or _t("all")


def _member(held: JsonValue, name: str) -> tuple[int | None, JsonValue]:
    """An item of a list by its id or place, with its number; or a member of an object."""
    if isinstance(held, dict):
        return None, held.get(name)
    for number, one in enumerate(held if isinstance(held, list) else []):
        if name in {str(number), str(one.get("id")) if isinstance(one, dict) else None}:
            return number, one
    return None, None


def _said(value: Any) -> Iterator[str]:
    """A value as one reads it."""
    if isinstance(value, dict):
        if isinstance(value.get("card"), dict):
            yield ". ".join(boards.words(value["card"]))
        elif value.get("text"):
            yield str(value["text"])
        else:
            yield ", ".join(f"{name}: {one}" for name, one in value.items() if name not in _HIDDEN)
    elif isinstance(value, list):
        yield "; ".join("".join(_said(one)) for one in value)
    elif value is not None:
        yield str(value)


def _tokens(text: str) -> list[str]:
    return list(text) if _UNSPACED.search(text) else _TOKENS.findall(text)


def _alike(old: list[str], new: list[str]) -> float:
    """How much of the words is in both, in order; 0 to 1."""
    before, after = ([one for one in tokens if one.strip()] for tokens in (old, new))
    return difflib.SequenceMatcher(None, before, after, autojunk=False).ratio()


def _piece(piece: Piece) -> str:
    if piece.kind == "same":
        return markup(piece.text)
    tag = _TAGS[piece.kind]
    style = f"{_STYLES[piece.kind]};border-radius:3px;padding:0 2px"
    return f'<{tag} style="{style}">{markup(piece.text)}</{tag}>'
