"""Enumerations: `A, B and C` taken apart, with what stands before them."""

import re
from dataclasses import dataclass

from assets.boards.condense import ITEM, shorten
from assets.boards.languages import lists
from assets.boards.wording import (
    bare,
    count,
    dangles,
    has_verb,
    one_of,
    sentence_case,
    tidy,
    trimmed,
)
from assets.boards.words import Words

_MOST_WORDS = 7


@dataclass(frozen=True)
class Enumeration:
    """What is listed, and the words before and after the list."""

    before: str
    items: tuple[str, ...]
    after: str = ""


def enumeration(text: str, language: str) -> Enumeration | None:
    """The list of three to five in a sentence, if its parts are alike and short."""
    words = lists(language)
    if not words.ands or "“" in text or '"' in text:
        return None
    return _introduced(text, words, language) or _plain(text, words, language)


def _introduced(text: str, words: Words, language: str) -> Enumeration | None:
    """`… such as A, B and C` and `…: A, B and C`."""
    match = re.search(rf",?\s(?:{one_of(words.such_as)})\s|:\s|\s[–—]\s", text, re.I)
    if match is None or count(text[: match.start()]) < 1:
        return None
    items = _split(re.split(r"\s[–—]\s|[.;!?]\s?$", text[match.end() :])[0], words)
    if len(items) == 2 and items[0].split()[0] == items[1].split()[0]:
        return _checked(text[: match.start()], items, words, language, fewest=2)
    return _checked(text[: match.start()], items, words, language)


def _plain(text: str, words: Words, language: str) -> Enumeration | None:
    sentence = re.split(r";\s|\s[–—]\s", tidy(text))[0]
    parts = _split(sentence, words)
    while len(parts) > 3 and _is_lead(parts[0], words):
        parts = parts[1:]
    if len(parts) < 3:
        return None
    cut = _first_item(parts[0], parts[1], words)
    if cut is None:
        return None
    before, first = parts[0][:cut], parts[0][cut:]
    return _checked(before, [first, *parts[1:]], words, language)


def _split(text: str, words: Words) -> list[str]:
    last = re.compile(rf",?\s(?:{one_of(words.ands)})\s", re.I)
    parts = [part.strip() for part in re.split(r",\s", tidy(text))]
    if len(parts) == 1:
        return parts
    opened = re.match(rf"(?:{one_of(words.ands)})\s", parts[-1], re.I)
    if opened:
        return [*parts[:-1], parts[-1][opened.end() :]]
    pair = last.split(parts[-1], maxsplit=1)
    return [*parts[:-1], *pair] if len(pair) == 2 else []


def _is_lead(part: str, words: Words) -> bool:
    return re.match(rf"(?:{one_of(words.leads + words.openers)})(?!\w)", part, re.I) is not None


def _first_item(first: str, second: str, words: Words) -> int | None:
    """Where the first item begins before the first comma: where it is like the second."""
    tokens = list(re.finditer(r"\S+", first))
    lead = bare(second.split()[0])
    if words.is_verb(lead) and words.is_verb(tokens[0].group()) and _alike(tokens[0].group(), lead):
        return 0
    if words.is_verb(lead) and lead not in words.auxiliaries and not _noun_after(tokens, words):
        places = [
            t.start() for t in tokens[1:] if words.is_verb(t.group()) and _alike(t.group(), lead)
        ]
        return places[0] if places else None
    if lead in words.prepositions | words.articles:
        places = [t.start() for t in tokens if bare(t.group()) == lead]
        return places[-1] if places else None
    for place, token in reversed(list(enumerate(tokens))):
        word = bare(token.group())
        if words.is_verb(word) or word in words.prepositions | words.articles | words.pronouns:
            inside = place + 1
            return tokens[inside].start() if inside < len(tokens) else None
    return 0


def _noun_after(tokens: list[re.Match[str]], words: Words) -> bool:
    return not any(words.is_verb(token.group()) for token in tokens[1:])


def _alike(one: str, other: str) -> bool:
    """Whether two verb forms have the same ending."""

    def ending(word: str) -> str:
        return next((e for e in ("ed", "ing", "s") if bare(word).endswith(e)), "")

    return ending(one) == ending(other)


def _checked(
    before: str, items: list[str], words: Words, language: str, *, fewest: int = 3
) -> Enumeration | None:
    if not fewest <= len(items) <= 5:
        return None
    *front, last = items
    short = [*front, shorten(last, language, ITEM, clause=False).text]
    clean = tuple(sentence_case(tidy(item)) for item in short)
    if any(_unfit(item, words) for item in clean) or len(set(clean)) < len(clean):
        return None
    acts = {words.is_verb(item.split()[0]) and count(item) > 1 for item in clean}
    if len(acts) > 1 and any(item.split()[0].endswith("ed") for item in clean):
        return None
    return Enumeration(tidy(trimmed(before, words)) if before.strip() else "", clean)


def _unfit(item: str, words: Words) -> bool:
    opens = bare(item.split()[0]) if item else ""
    subject = has_verb(item, words) and not words.is_verb(opens)
    return (
        not item
        or count(item) > _MOST_WORDS
        or len(item) > 44
        or dangles(item, words)
        or subject
        or opens in (words.relatives | words.conjunctions) - {"once"}
        or opens in words.auxiliaries | words.pronouns
    )
