"""A sentence as the clauses it is made of, each short enough to stand on a card by itself."""

import re
from dataclasses import dataclass
from typing import Literal

from assets.boards.condense import Limit, shorten
from assets.boards.languages import lists
from assets.boards.wording import bare, count, has_verb, one_of, sentence_case, tidy, unquoted
from assets.boards.words import Words

PART = Limit(words=9, characters=50)
_MOST_CHARACTERS = 58
_HARMLESS = 2.6


@dataclass(frozen=True)
class Clauses:
    """Two to four clauses as they would be shown, and how they follow from one another."""

    texts: tuple[str, ...]
    relation: Literal["beside", "against", "therefore"]


def clauses(text: str, language: str) -> Clauses | None:
    """The clauses of a sentence, if every one is whole, short and says something by itself."""
    words = lists(language)
    plain = tidy(text)
    if not words.known or "“" in text or "„" in text or "«" in text:
        return None
    return _series(plain, words, language) or _pair(plain, words, language)


def _series(text: str, words: Words, language: str) -> Clauses | None:
    """`A costs two, B costs three, and C costs four`."""
    ands = one_of(words.ands)
    parts = re.split(rf",\s(?:(?:{ands})\s)?|;\s(?:(?:{ands})\s)?", text, flags=re.I)
    if not 3 <= len(parts) <= 4:
        return None
    return _made(parts, "beside", words, language)


def _pair(text: str, words: Words, language: str) -> Clauses | None:
    for cut in re.finditer(
        rf"[,;]\s(?P<link>{one_of(words.ands + words.whereas + words.therefore)})\s|[;:]\s",
        text,
        re.I,
    ):
        link = (cut["link"] or "").lower()
        against, therefore = link in words.whereas, link in words.therefore
        relation: Literal["beside", "against", "therefore"] = (
            "against" if against else "therefore" if therefore else "beside"
        )
        found = _made([text[: cut.start()], text[cut.end() :]], relation, words, language)
        if found and not (against and _denies(found.texts[0], words)):
            return found
    return None


def _denies(text: str, words: Words) -> bool:
    return any(bare(word) in words.denials for word in text.split())


def _made(
    parts: list[str],
    relation: Literal["beside", "against", "therefore"],
    words: Words,
    language: str,
) -> Clauses | None:
    if not all(_whole(part, words) for part in parts):
        return None
    short = [shorten(unquoted(part), language, PART) for part in parts]
    unfit = any(len(one.text) > _MOST_CHARACTERS or one.cost > _HARMLESS for one in short)
    lost = any(not has_verb(f"x {one.text}", words) for one in short)
    if unfit or lost or len({one.text for one in short}) < len(short):
        return None
    return Clauses(tuple(sentence_case(one.text) for one in short), relation)


def _whole(part: str, words: Words) -> bool:
    """Whether a clause has a subject before its verb, or orders something."""
    opens = bare(part.split()[0]) if part.split() else ""
    subordinate = (words.relatives | words.conjunctions | words.prepositions) - words.denials
    return count(part) >= 3 and opens not in subordinate and has_verb(part, words)


def orders(texts: tuple[str, ...], language: str) -> bool:
    """Whether every text tells somebody to do something: `Chill the loaf`, `Bake it`."""
    words = lists(language)
    started = [text.split()[:2] for text in texts]
    determined = all(
        len(start) == 2 and bare(start[1]) in words.articles | words.pronouns for start in started
    )
    return determined and any(words.is_verb(start[0]) for start in started)
