"""A striking figure as a card: what leads to it, the figure, what it counts."""

import re
from dataclasses import dataclass, replace

from assets.boards.condense import LABEL, Limit, shorten
from assets.boards.figures import Figure, figures
from assets.boards.languages import lists
from assets.boards.wording import (
    bare,
    count,
    has_verb,
    one_of,
    sentence_case,
    tidy,
    trimmed,
    unquoted,
)
from assets.boards.words import Words

_LEAD = Limit(words=8, characters=52)
_LOOSE = frozenset({"it", "them", "they", "he", "she", "es", "sie", "ihn"})
_SMALLEST = 10
_RELATED = frozenset({"lies", "stands", "takes", "makes", "holds", "covers", "measures"})
"""Verbs of a relative clause (`…, which lies 410 metres below`): their subject is not beside."""
_WEIGHT = {"%": 3.0, "$": 2.8, "€": 2.8, "£": 2.8, "": 1.2}


@dataclass(frozen=True)
class Striking:
    """A figure as shown, with its words; `weight` says how much it deserves a card, 0 to 3."""

    value: str
    label: str
    kicker: str | None
    weight: float


def striking(text: str, language: str) -> Striking | None:
    """The weightiest figure of a sentence that can be read as lead, figure, label."""
    plain = tidy(unquoted(text))
    for figure in sorted(figures(plain, language), key=_weight, reverse=True):
        if figure.strong and (made := _worded(plain, figure, language)):
            return made
    return _multiple(plain, language) or _plain_figure(plain, language)


def _plain_figure(text: str, language: str) -> Striking | None:
    """A small figure that counts something (`58 trucks`): worth a card when nothing else fits."""
    for figure in figures(text, language) if lists(language).known else ():
        if (
            not figure.strong
            and figure.value >= _SMALLEST
            and (made := _worded(text, figure, language))
        ):
            return replace(made, weight=1.1)
    return None


def _weight(figure: Figure) -> float:
    plain = 1.0 if figure.unit.isalpha() and len(figure.unit) > 3 else 1.5
    size = 2.6 if figure.value >= 1e6 else 2.0 if figure.value >= 1000 else plain
    return max(size, _WEIGHT.get(figure.unit, size)) - figure.start / 1000


def _worded(text: str, figure: Figure, language: str) -> Striking | None:
    value, unit = _split_unit(figure)
    before = _own_clause(text[: figure.start], language)
    return _card(value, before, f"{unit}{text[figure.end :]}", language, _weight(figure))


def _split_unit(figure: Figure) -> tuple[str, str]:
    """A long unit word goes to the label: `1,500 species` is shown as `1,500`."""
    shown = figure.shown
    unit = shown[-len(figure.unit) :] if figure.unit else ""
    if len(unit) > 3 and unit.lower() == figure.unit and shown[: -len(unit)][-1:] in {" ", "-"}:
        return shown[: -len(unit)].rstrip(" -"), unit
    return shown, ""


def _multiple(text: str, language: str) -> Striking | None:
    """`Half of …`, `three times as much as …`."""
    words = lists(language)
    follow = "|".join((*map(re.escape, words.of), "as", "the", "all", "so", "de"))
    ratio = rf"(?<!\w){words.ratios}(?=\s\w)" if words.ratios else r"(?!)"
    match = re.search(rf"{one_of(words.fractions)}(?=\s(?:{follow})\b)|{ratio}", text, re.I)
    if match is None:
        return None
    before = _own_clause(text[: match.start()], language)
    return _card(sentence_case(match.group()), before, text[match.end() :], language, 1.8)


def _own_clause(before: str, language: str) -> str:
    """What leads to the figure within its own clause."""
    words = lists(language)
    breaks = r"[;:]\s|,\s(?:and|but|so|which|und|aber|y|pero)\s|\s[–—]\s"
    part = re.split(breaks, before)[-1]
    part = re.split(rf"(?:{one_of(words.says)})\s(?:that|dass|que)\s", part)[-1]
    opened = re.match(rf"(?:(?:{one_of(words.openers)})|\w+ly),\s", part, re.I)
    part = part[opened.end() :] if opened else part
    led = re.match(rf"(?:{one_of(words.leads)})\s[^,]+,\s", part, re.I)
    part = part[led.end() :] if led else part
    dated = re.match(r"(?:in|by|im|en)\s(?:the\s)?\d{4}s?\s", part, re.I)
    return part[dated.end() :] if dated else part


def _card(value: str, before: str, after: str, language: str, weight: float) -> Striking | None:
    words = lists(language)
    lead, mark = _lead(before, words, language)
    label = _label(after, words, language)
    if lead is None or any(bare(word) in _LOOSE for word in lead.split()[1:]):
        return None
    shown = f"{mark}{value}" if mark == "~" else f"{value}{mark}"
    if label is None:
        stated = trimmed(_without_qualifier(lead, words), words)
        enough = count(stated) >= 2 and has_verb(f"x {stated}", words)
        return Striking(shown, sentence_case(stated), None, weight - 0.6) if enough else None
    alone = not lead or _is_qualifier(lead, words)
    if alone and not (count(label) >= 3 and _stands_alone(label, words)):
        return None
    return Striking(shown, label, sentence_case(lead) or None, weight)


def _stands_alone(label: str, words: Words) -> bool:
    return bare(label.split()[0]) in words.of or has_verb(label, words) or count(label) >= 4


def _lead(before: str, words: Words, language: str) -> tuple[str | None, str]:
    """At most eight words before the figure, or its subject, then with a mark for `about`."""
    text = tidy(before).rsplit(", ", 1)[-1]
    if text.lower() in words.articles:
        text = ""
    if not text or _is_qualifier(text, words):
        return text, ""
    if re.search(r"(?<!\d)(?:1[0-9]|20)\d{2}(?!\d)", text):
        return None, ""
    first = bare(text.split()[0])
    if words.is_verb(first) and first in words.auxiliaries | _RELATED:
        return None, ""
    if (
        not has_verb(text, words)
        and first in words.prepositions | words.fillers | words.conjunctions
    ):
        return None, ""
    long_words = sum(bare(word) not in words.of for word in text.split())
    if long_words <= _LEAD.words and len(text) <= _LEAD.characters:
        return (text, "") if first not in words.prepositions else (None, "")
    return _linked_subject(text, words, language)


def _linked_subject(text: str, words: Words, language: str) -> tuple[str | None, str]:
    """The subject alone, when only `is`, `is estimated to be` stands between it and the figure."""
    parts = text.split()
    first_verb = next((i for i, word in enumerate(parts) if i and words.is_verb(word)), 0)
    mark, plain = "", text
    for sign, options in (("~", words.nearly), ("+", words.over)):
        if match := re.search(rf"\s(?:{one_of(options)})$", text, re.I):
            mark, plain = sign, text[: match.start()]
    between = plain.split()[first_verb:]
    if not first_verb or not all(bare(word) in words.linking for word in between):
        return None, ""
    subject = shorten(" ".join(parts[:first_verb]), language, _LEAD, clause=False).text
    return (subject, mark) if len(subject) <= _LEAD.characters + 4 else (None, "")


def _is_qualifier(text: str, words: Words) -> bool:
    return re.fullmatch(one_of(words.qualifiers), text, re.I) is not None


def _without_qualifier(text: str, words: Words) -> str:
    return re.sub(rf"\s(?:{one_of(words.qualifiers)})$", "", text, flags=re.I)


def _label(after: str, words: Words, language: str) -> str | None:
    """What follows the figure, up to the end of its clause, in at most eight words."""
    if after.strip()[:1] in {",", ";", ".", ":"}:
        return None
    clause = re.split(r"[,;:.]\s|\s[–—]\s|[.;!]$|\s\(", after.strip())[0].strip()
    first = bare(clause.split()[0]) if clause else ""
    if not first or first in words.conjunctions | words.pronouns | (
        words.articles - {"a", "an", *words.of}
    ):
        return None
    clause = _to_its_end(clause, words)
    text = trimmed(shorten(clause, language, LABEL, clause=False).text, words)
    if count(text) > LABEL.words + 2 or len(text) > LABEL.characters + 14:
        return None
    return text[0].lower() + text[1:] if clause[:1].islower() else text


def _to_its_end(clause: str, words: Words) -> str:
    """The clause up to a subordinate clause or a second verb."""
    stops = rf"\s(?:{one_of((*words.tails, 'if', 'when', 'that', 'which', 'wenn', 'si', 'die'))})\s"
    if cut := re.search(stops, clause, re.I):
        clause = clause[: cut.start()] if count(clause[: cut.start()]) else clause
    for joined in re.finditer(r"\s(?:and|und|y)\s(\w+)", clause):
        if words.is_verb(joined.group(1)):
            return clause[: joined.start()]
    return clause
