"""What of a text can be compared exactly: its figures, dates and names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assets.author.lexicon import lexicon
from assets.boards.figures import figures
from assets.boards.languages import lists

_YEAR = re.compile(r"(?<![\w.,])(1\d{3}|20\d\d)(?![\w%]|[.,]\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_NUMBERS = {
    "en": "two three four five six seven eight nine ten eleven twelve",
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce",
}
_NOUNS_ARE_CAPITALS = frozenset({"de"})
_STARTS = re.compile(r"(?:^|[.!?:;]\s+|[“„«‘(]|[–—]\s)$")


@dataclass(frozen=True)
class Fact:
    """Something exact: as it is written, and what it is equal to.

    Facts of one `sort` and different values may contradict each other; it is "" for those that
    cannot. `unit` is a figure's own: `km`, `%`.
    """

    kind: Literal["figure", "date", "name"]
    shown: str
    value: str
    sort: str = ""
    unit: str = ""


def facts(text: str, language: str) -> tuple[Fact, ...]:
    """All that is exact in a text."""
    dates = list(_dates(text, language))
    left = text
    for found in dates:
        left = left.replace(found.shown, " " * len(found.shown), 1)
    return (*dates, *_figures(left, language), *_names(text, language))


def _dates(text: str, language: str) -> Iterator[Fact]:
    months = sorted(lists(language).months, key=len, reverse=True)
    if months:
        month = rf"(?P<month>{'|'.join(map(re.escape, months))})"
        day = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.)?"
        for pattern in (rf"\b{day}\s(?:of\s|de\s)?{month}\b", rf"\b{month}\s{day}(?!\d|[.,]\d)"):
            for found in re.finditer(pattern, text, re.IGNORECASE):
                value = f"{found['month'][:3].casefold()}-{int(found['day'])}"
                yield Fact("date", found[0], value, "day")
    for found in _ISO.finditer(text):
        yield Fact("date", found[0], found[0], "day of a year")
    for found in _YEAR.finditer(text):
        yield Fact("date", found[0], found[0], "year")


def _figures(text: str, language: str) -> Iterator[Fact]:
    found = figures(text, language)
    left = text
    for one in found:
        unit = _unit(one.shown)
        counted = unit or _counted(text[one.end :], language)
        yield Fact("figure", one.shown, f"{one.value:.12g}", counted, unit)
        if low := re.match(r"([\d.,]+)–", one.shown):
            yield Fact("figure", one.shown, low[1])
        left = left[: one.start] + " " * (one.end - one.start) + left[one.end :]
    for digits in _DIGITS.finditer(left):
        yield Fact("figure", digits[0], digits[0], _counted(left[digits.end() :], language))
    words = _NUMBERS.get(language, "").split()
    for word in _WORD.finditer(left):
        if word[0].casefold() in words:
            value = str(words.index(word[0].casefold()) + 2)
            yield Fact("figure", word[0], value, _counted(left[word.end() :], language))


def _unit(shown: str) -> str:
    """`km` of `12 km`, `$` of `$3.5M`, `%` of `40%`."""
    sign = re.match(r"(?:US)?([$€£¥])", shown) or re.search(r"([%‰$€£¥])$", shown)
    if sign:
        return sign[1]
    unit = re.search(r"[\s-]([^\W\d]+)$", shown)
    return _same(unit[1]) if unit else ""


def _counted(after: str, language: str) -> str:
    """The stem of the word that follows a figure, if it has a meaning."""
    word = re.match(rf"[\s-]({_WORD.pattern})", after)
    known, numbers = lexicon(language), _NUMBERS.get(language, "").split()
    empty = known.stop | known.function | known.pronouns | frozenset(numbers)
    return _same(word[1]) if word and word[1].casefold() not in empty else ""


def _same(word: str) -> str:
    return word.casefold().rstrip("s")[:6]


def _names(text: str, language: str) -> Iterator[Fact]:
    """Names of people, places and things; in German, where all nouns are capitals, none."""
    if language in _NOUNS_ARE_CAPITALS:
        return
    words = list(_WORD.finditer(text))
    for place, word in enumerate(words):
        bare = re.sub(r"[’']s?$", "", word[0])
        if not _is_capital(word, language) or len(bare) == 1:
            continue
        starts = place == 0 or bool(_STARTS.search(text[: word.start()]))
        follows = place + 1 < len(words) and _beside(word, words[place + 1], text, language)
        if not starts or follows or bare[1:].isupper():
            yield Fact("name", _whole_name(words, place, text, language), bare.casefold())


def _is_capital(word: re.Match[str], language: str) -> bool:
    """Whether a word may be part of a name: a capital, and no word that any sentence has."""
    known, board = lexicon(language), lists(language)
    common = known.stop | known.function | known.pronouns | board.months
    common |= board.articles | board.pronouns | board.prepositions | board.conjunctions
    return word[0][0].isupper() and word[0].casefold() not in common


def _whole_name(words: list[re.Match[str]], place: int, text: str, language: str) -> str:
    """A name with the capitalised words beside it: `Port Ellery`."""
    first = last = place
    while first and _beside(words[first - 1], words[first], text, language):
        first -= 1
    while last + 1 < len(words) and _beside(words[last], words[last + 1], text, language):
        last += 1
    return re.sub(r"[’']s?$", "", text[words[first].start() : words[last].end()])


def _beside(word: re.Match[str], following: re.Match[str], text: str, language: str) -> bool:
    capitals = _is_capital(word, language) and _is_capital(following, language)
    return capitals and text[word.end() : following.start()] == " "
