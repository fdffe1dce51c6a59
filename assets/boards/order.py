"""Order in time: steps (`First …`, `Then …`) and timelines (years that rise)."""

import re
from dataclasses import dataclass

from assets.boards.condense import ITEM, Limit, shorten
from assets.boards.languages import lists
from assets.boards.wording import count, one_of, subject_first, tidy

_YEAR = re.compile(
    r"(?<![\w.,$€£-])(1[0-9]{3}|20[0-9]{2})(?![\w%]|[.,]\d|\s(?:km|years|people|tons|m)\b)(s\b)?"
)

_EVENT = Limit(words=10, characters=58)
_LONGEST_EVENT = 68


@dataclass(frozen=True)
class Ordered:
    """Short texts in order; each with the number of its line, and its date if it has one."""

    texts: tuple[str, ...]
    lines: tuple[int, ...]
    marks: tuple[str, ...] = ()


def steps(texts: tuple[str, ...], language: str) -> Ordered | None:
    """Lines or clauses that begin with an ordinal word, two or more."""
    if ordered := _stepped(texts, tuple(range(len(texts))), language):
        return ordered
    if len(texts) == 1:
        clauses = _clauses(texts[0], language)
        return _stepped(clauses, (0,) * len(clauses), language)
    return None


def _stepped(texts: tuple[str, ...], lines: tuple[int, ...], language: str) -> Ordered | None:
    ordinal = re.compile(rf"(?:{one_of(lists(language).ordinals)})\W*\s", re.I)
    bodies = [
        (ordinal.match(text.strip()), text, line) for text, line in zip(texts, lines, strict=True)
    ]
    shift = subject_first if lists(language).verb_second else str
    marked = [(shift(text[match.end() :]), line) for match, text, line in bodies if match]
    first = bodies[0] if bodies else None
    if first and first[0] is None and len(marked) >= 2 and len(marked) == len(bodies) - 1:
        marked = [(first[1], first[2]), *marked]
    if len(marked) < max(2, len(bodies)) or not 2 <= len(marked) <= 5:
        return None
    short = [(shorten(text, language, ITEM), line) for text, line in marked]
    if any(len(one.text) > 46 or one.cost > 7 for one, _ in short):
        return None
    return Ordered(tuple(one.text for one, _ in short), tuple(line for _, line in short))


def _clauses(text: str, language: str) -> tuple[str, ...]:
    ordinal = one_of(lists(language).ordinals)
    ands = one_of(lists(language).ands)
    if len(re.findall(ordinal, text, re.I)) < 2:
        return ()
    parts = re.split(rf"[,;]?\s(?:(?:{ands})\s)?(?={ordinal}\W)", tidy(text), flags=re.I)
    return tuple(part for part in parts if count(part) > 1)


def timeline(texts: tuple[str, ...], language: str) -> Ordered | None:
    """Lines or clauses that each have a year, later ones later; two or more."""
    found = list[tuple[str, str, int]]()
    if not lists(language).in_year:
        return None
    for line, text in enumerate(texts):
        pieces = (
            [text]
            if len(_YEAR.findall(text)) < 2
            else re.split(
                rf"[,;]\s(?:(?:{one_of(lists(language).ands)})\s)?(?=[^,;]*\d{{4}})"
                r"|\s(?:and|und|y)\s(?=(?:in|by|en|im)\s\d{4})",
                text,
            )
        )
        for piece in pieces:
            if event := _event(piece, language):
                found.append((*event, line))
    years = [int(year[:4]) for year, _, _ in found]
    if len(found) < 2 or len(found) > 5 or years != sorted(set(years)):
        return None
    if {line for *_, line in found} != set(range(len(texts))):
        return None
    return Ordered(
        tuple(text for _, text, _ in found),
        tuple(line for *_, line in found),
        tuple(year for year, _, _ in found),
    )


def dated(text: str, language: str) -> tuple[str, str] | None:
    """The year a sentence opens with, and what happened then; None if it opens otherwise."""
    words = lists(language)
    months = "|".join(words.months) or "(?!)"
    opening = rf"(?:{one_of(words.in_year)}|on|am|el)\s(?:the\s)?(?:(?:\d+\.?|{months}|de),?\s)*"
    if not words.known or not re.match(rf"{opening}(?:1[0-9]{{3}}|20[0-9]{{2}})\b", text, re.I):
        return None
    event = _event(text, language, _EVENT)
    longest = _LONGEST_EVENT + (14 if words.verb_second else 0)
    return event if event and len(event[1]) <= longest else None


def _event(text: str, language: str, limit: Limit = ITEM) -> tuple[str, str] | None:
    years = list(_YEAR.finditer(text))
    if len(years) != 1:
        return None
    words = lists(language)
    year = years[0]
    months = "|".join(words.months) or "(?!)"
    month, of = rf"(?:(?:{months})\s)?", r"(?:(?:de|of)\s)?"
    date = rf"{month}(?:\d{{1,2}}\.?,?\s)?{of}{month}(?:\d{{1,2}},\s)?{of}"
    opening = rf",?\s?(?:(?:{one_of(words.in_year)})\s)?(?<!\w)(?:el\s|the\s|den\s)?"
    phrase = rf"{opening}{date}{year.group()}(?:,\s|\s|$)?"
    match = re.search(phrase, text, re.I)
    if match is None:
        return None
    rest = tidy(f"{text[: match.start()]} {text[match.end() :]}")
    if words.verb_second and not text[: match.start()].strip():
        rest = subject_first(rest)
    short = shorten(rest, language, limit)
    if count(short.text) < 2 or len(short.text) > 84 or short.cost > 9.5:
        return None
    return year.group(), short.text
