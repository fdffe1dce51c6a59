"""Two things held against each other, and figures that can be drawn side by side."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assets.boards.condense import ITEM, Limit, shorten
from assets.boards.figures import Figure, figures
from assets.boards.languages import lists
from assets.boards.wording import (
    bare,
    count,
    dangles,
    has_verb,
    one_of,
    sentence_case,
    subject_first,
    tidy,
    trimmed,
)
from assets.boards.words import Words

_SIDE = Limit(words=7, characters=40)
_PLAIN_CONDITIONS = frozenset({"at", "bei", "a"})
_YEAR = re.compile(r"(?<![\w.,-])(?:1[0-9]{3}|20[0-9]{2})(?![\w%]|[.,]\d)")


@dataclass(frozen=True)
class Side:
    """One of the two: what it is, its figure, the line it is said in."""

    text: str
    value: str | None
    line: int = 0


@dataclass(frozen=True)
class Measured:
    """A label with its figure."""

    label: str
    figure: Figure


def sides(texts: tuple[str, ...], language: str) -> tuple[Side, Side] | None:
    """The two sides of a contrast, in one line or in two lines of which the second turns."""
    if len(texts) == 1:
        return (
            _from_to(texts[0], language)
            or _conditions(re.split(r";\s", texts[0]), (0, 0), language)
            or _clauses(texts[0], language)
            or _than(texts[0], language)
        )
    if len(texts) == 2:
        if under := _conditions(texts, (0, 1), language):
            return under
        turn = re.match(rf"(?:{one_of(lists(language).whereas)})[,\s]", texts[1], re.I)
        left, right = figures(texts[0], language), figures(texts[1], language)
        if turn and len(left) == len(right) == 1 and left[0].unit == right[0].unit:
            return _pair(texts[0], texts[1][turn.end() :], language, lines=(0, 1))
    return None


def _conditions(
    parts: Sequence[str], lines: tuple[int, int], language: str
) -> tuple[Side, Side] | None:
    """`At 24 °C it takes five hours; at 18 °C it takes eleven`: two figures and what they do."""
    words = lists(language)
    made = list[tuple[str, str, Figure]]()
    for part in parts:
        opened = re.match(rf"(?P<how>{one_of(words.conditions)})\s", part, re.I)
        found = figures(part, language)
        first = found[0] if found else None
        if opened is None or first is None or first.start != opened.end() or not first.unit:
            return None
        plain = opened["how"].lower() in _PLAIN_CONDITIONS
        value = first.shown if plain else f"{sentence_case(opened['how'])} {first.shown}"
        rest = re.sub(r"^\s*,\s*", "", part[first.end :]).strip()
        rest = subject_first(rest) if words.verb_second else rest
        made.append((value, shorten(rest, language, _SIDE).text, first))
    if len(made) != 2 or made[0][0] == made[1][0] or made[0][2].unit != made[1][2].unit:
        return None
    if any(len(text) > 48 or count(text) < 2 for _, text, _ in made):
        return None
    left, right = (Side(made[i][1], made[i][0], lines[i]) for i in (0, 1))
    return left, right


def _clauses(text: str, language: str) -> tuple[Side, Side] | None:
    """`While A, B` and `A, whereas B`; `A, but B` needs a figure in each."""
    words = lists(language)
    turn = one_of(words.whereas)
    opened = re.match(rf"(?:{turn})\s([^,]+),\s(.+)", text, re.I)
    if opened and not re.match(r"(?:but|aber|pero)", text, re.I):
        return _pair(opened.group(1), opened.group(2), language)
    middle = re.search(rf",\s(?:{turn})\s", text, re.I)
    if middle is None:
        return None
    left, right = text[: middle.start()], text[middle.end() :]
    weak = bool(re.search(r"but|aber|pero", middle.group(), re.I))
    both = len(figures(left, language)) == len(figures(right, language)) == 1
    return _pair(left, right, language) if both or not weak else None


def _pair(
    left: str, right: str, language: str, *, lines: tuple[int, int] = (0, 0)
) -> tuple[Side, Side] | None:
    made = [_side(part, language, line) for part, line in zip((left, right), lines, strict=True)]
    if made[0] is None or made[1] is None or made[0].text == made[1].text:
        return None
    if (made[0].value is None) != (made[1].value is None):
        made = [
            _side(part, language, line, plain=True)
            for part, line in zip((left, right), lines, strict=True)
        ]
    return (made[0], made[1]) if made[0] and made[1] else None


def _side(text: str, language: str, line: int, *, plain: bool = False) -> Side | None:
    words = lists(language)
    if not has_verb(text, words):
        return None
    found = figures(text, language)
    if len(found) == 1 and not plain:
        label = label_of(text, found[0], language)
        if label:
            return Side(label, found[0].shown, line)
    short = shorten(text, language, _SIDE)
    return Side(short.text, None, line) if len(short.text) <= 52 and short.cost < 6 else None


def _from_to(text: str, language: str) -> tuple[Side, Side] | None:
    """`from 50% in 1990 to 20% in 2020`; labels are the years, or words for before and after."""
    words = lists(language)
    found = figures(text, language)
    if len(found) != 2 or found[0].unit != found[1].unit or not words.from_to[0]:
        return None
    first, last = found
    before = text[: first.start].rstrip().lower()
    between = text[first.end : last.start].lower()
    start, end = words.from_to
    if not re.search(rf"\b{start}(?:\s\w+){{0,2}}$", before) or not re.search(
        rf"\b{end}\b", between
    ):
        return None
    years = [_YEAR.search(part) for part in (text[first.end : last.start], text[last.end :])]
    labels = [year.group() for year in years if year] if all(years) else list(words.labels)
    return Side(labels[0], first.shown), Side(labels[1], last.shown)


def _than(text: str, language: str) -> tuple[Side, Side] | None:
    """Two figures of one unit around `than` or `compared with`."""
    words = lists(language)
    match = re.search(rf",?\s(?:{one_of(words.than)})\s", text, re.I)
    if match is None:
        return None
    left, right = text[: match.start()], text[match.end() :]
    one, other = figures(left, language), figures(right, language)
    if len(one) == len(other) == 1 and one[0].unit == other[0].unit:
        labels = [label_of(left, one[0], language), label_of(right, other[0], language)]
        if labels[0] and labels[1]:
            return Side(labels[0], one[0].shown), Side(labels[1], other[0].shown)
    return None


def label_of(text: str, figure: Figure, language: str) -> str | None:
    """What a figure belongs to: the subject of its clause, or the year it was true."""
    words = lists(language)
    rest = f"{text[: figure.start]} {text[figure.end :]}"
    years = _YEAR.findall(rest)
    subject = _subject(text[: figure.start], language)
    if subject is None and len(years) == 1:
        return str(years[0])
    if subject:
        return subject
    after = trimmed(re.sub(rf"^\s*(?:{one_of(words.of)})\s", "", text[figure.end :]), words)
    short = shorten(after, language, ITEM, clause=False)
    return short.text if after and count(short.text) <= 4 and not has_verb(after, words) else None


def _subject(before: str, language: str) -> str | None:
    """The words before the first verb, if they are a thing and not a pronoun."""
    words = lists(language)
    clean = re.sub(rf"^(?:{one_of(words.openers)}),?\s", "", tidy(before), flags=re.I)
    parts = re.split(r",\s", clean)[-1].split()
    until = next((i for i in range(1, len(parts)) if _is_main_verb(parts, i, words)), len(parts))
    kept = parts[:until]
    if until == len(parts):
        kept = trimmed(" ".join(kept), words).split()
    while kept and bare(kept[0]) in words.articles | words.conjunctions:
        kept = kept[1:]
    text = sentence_case(tidy(" ".join(kept)))
    if not kept or count(text) > 5 or len(text) > 34 or dangles(text, words):
        return None
    first = bare(kept[0])
    return None if first in words.pronouns | words.prepositions | words.fillers else text


def _is_main_verb(parts: list[str], index: int, words: Words) -> bool:
    """A verb, and not a noun that looks like one (`free trade agreements raised`)."""
    followers = parts[index + 1 : index + 3]
    noun = parts[index][-2:] not in {"ed", "es"} and any(
        words.is_verb(word) and word.endswith("ed") for word in followers
    )
    return words.is_verb(parts[index]) and not noun


def bars(texts: tuple[str, ...], language: str) -> tuple[Measured, ...]:
    """Labels with figures of one unit, two to six of them, labels all different; else nothing."""
    made: list[Measured] = []
    words = lists(language)
    if not words.known or (len(texts) > 1 and not _about_the_same(texts, words)):
        return ()
    for text in texts:
        found = [figure for figure in figures(text, language) if figure.unit or figure.strong]
        if not found or any("–" in figure.shown for figure in found):
            return ()
        pieces = _pieces(text, found)
        years = [_YEAR.findall(piece) for piece, _ in pieces]
        if len(pieces) > 1 and all(len(year) == 1 for year in years):
            made += [Measured(y[0], f) for y, (_, f) in zip(years, pieces, strict=True)]
            continue
        for piece, figure in pieces:
            local = next((f for f in figures(piece, language) if f.shown == figure.shown), None)
            label = label_of(piece, local, language) if local else None
            if label is None:
                return ()
            made.append(Measured(label, figure))
    units = {one.figure.unit for one in made}
    labels = {one.label.lower() for one in made}
    if not 2 <= len(made) <= 6 or len(units) != 1 or len(labels) != len(made):
        return ()
    values = [one.figure.value for one in made]
    return tuple(made) if min(values) > 0 and max(values) / min(values) <= 200 else ()


def _about_the_same(texts: tuple[str, ...], words: Words) -> bool:
    """Whether lines share a word that carries meaning: figures of two matters are no chart."""
    hollow = words.units | words.prepositions | words.conjunctions | words.pronouns | words.fillers
    hollow |= words.articles | words.auxiliaries | words.relatives
    told = [{bare(word) for word in text.split()} - hollow for text in texts]
    shared = set.intersection(*told)
    return any(word.isalpha() and len(word) > 2 for word in shared)


def _pieces(text: str, found: list[Figure]) -> list[tuple[str, Figure]]:
    """The text cut between its figures at a comma, a semicolon or a conjunction."""
    cuts = [0]
    for one, other in pairwise(found):
        gap = text[one.end : other.start]
        best = re.search(r"[,;]\s(?:and\s|und\s|y\s)?|\s(?:and|und|y|while|but)\s", gap)
        cuts.append(one.end + best.end() if best else other.start)
    cuts.append(len(text))
    return [
        (text[a:b].strip(), figure) for a, b, figure in zip(cuts, cuts[1:], found, strict=False)
    ]
