"""Text and layers as HTML: escaped, free of what the shipped fonts cannot draw."""

import re
from html import escape

from vid_pipeline.artifacts import Layer

_UNDRAWABLE = re.compile(
    "["
    "\U0001f000-\U0001faff"  # emoji, cards, flags
    "\u2600-\u26ff\u2700-\u27bf"  # weather signs, dingbats
    "\ufe0e\ufe0f\u200d\u20e3"  # how the character before is drawn
    "\U000e0020-\U000e007f"  # flags of regions
    "\u0000-\u0008\u000b-\u001f\u007f-\u009f"  # control characters
    "\u202a-\u202e\u2066-\u2069"  # direction overrides
    "]"
)
_LONG_WORD = re.compile(r"[^\W\d_]{20,}")
_SYLLABLE = re.compile(
    r"(?<=[^\W\d_]{3})(?<![bcdfghjklmnpqrstvwxz]s)(?<![scpt])"
    r"(?=[bcdfghjklmnpqrstvwxzß][aeiouyäöü][^\W\d_]{2})",
    re.IGNORECASE,
)
_SOFT_HYPHEN = "\N{SOFT HYPHEN}"
_KEPT = frozenset("★☆✓✗")


def text(raw: str) -> str:
    """Text as HTML shows it: no emoji or control characters, white space folded.

    Words of 20 letters and more get soft hyphens, for cards on which they fit in no other way.
    """
    kept = _UNDRAWABLE.sub(lambda found: found[0] if found[0] in _KEPT else " ", raw)
    folded = " ".join(kept.split())
    return escape(_LONG_WORD.sub(lambda word: _SYLLABLE.sub(_SOFT_HYPHEN, word[0]), folded))


def emphasized(raw: str, part: str | None) -> str:
    """Text with one part of it set apart, if it occurs."""
    wanted = " ".join((part or "").split())
    folded = " ".join(raw.split())
    place = folded.lower().find(wanted.lower())
    if not wanted or place < 0:
        return text(raw)
    before, found = folded[:place], folded[place : place + len(wanted)]
    after = folded[place + len(wanted) :]
    gap_before, gap_after = (" " * side.isspace() for side in (before[-1:], after[:1]))
    marked = shaped("em", text(found), "marker", "marker", motion="sweep", said=text(found))
    return f"{text(before)}{gap_before}{marked}{gap_after}{text(after)}"


def words(name: str, html: str, fit: tuple[int, int] | None = None) -> str:
    """A block of text of class `name`; `fit` is its largest and smallest size in px."""
    return f'<div class="{name}" data-text dir="auto"{_fit(fit)}>{html}</div>'


def layer(inside: str, **place: object) -> str:
    """A picture of its own; `place` holds fields of `artifacts.Layer`: motion, line, order, said.

    Raises:
        KeyError: not a field.
    """
    return f'<div class="layer" data-layer{_data(place)}>{inside}</div>'


def shape(kind: str, colour: str, name: str, *, style: str = "", **place: object) -> str:
    """A plain shape of class `name`, behind all text; `colour` is a colour of the palette's tone.

    `place` is as for `layer`; so is the error.
    """
    where = f' style="{style}"' if style else ""
    return (
        f'<div class="{name}" data-layer data-shape="{kind}" data-colour="{colour}"'
        f"{where}{_data(place)}></div>"
    )


def shaped(element: str, inside: str, kind: str, colour: str, **place: object) -> str:
    """Text with a shape behind it, one for each line the text takes."""
    return (
        f'<{element} data-layer data-shape="{kind}" data-colour="{colour}"{_data(place)}>'
        f"{inside}</{element}>"
    )


def _data(place: dict[str, object]) -> str:
    return "".join(
        f' data-{key}="{place[key]}"' for key in place if Layer.model_fields[key] is not None
    )


def group(name: str, inside: str, fit: tuple[int, int] | None = None) -> str:
    """A box of class `name`; all text in it shrinks together when `fit` is given."""
    return f'<div class="{name}"{_fit(fit)}>{inside}</div>'


def _fit(fit: tuple[int, int] | None) -> str:
    return f' data-fit="{fit[0]} {fit[1]}"' if fit else ""
