"""Less on screen than is said: a line becomes a headline by leaving whole parts out.

Every reduction leaves grammar whole and has a cost, what it takes from the meaning. Of all texts
that the reductions reach, the best is the one with the least cost and the least overlength.
Words are never added or changed, so nothing on a card is not in its line.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from assets.boards.languages import lists
from assets.boards.wording import (
    balanced,
    bare,
    count,
    dangles,
    has_verb,
    one_of,
    sentence_case,
    tidy,
    unquoted,
)
from assets.boards.words import Words

_LONGEST_SEARCH = 400
_CORRELATIVE = re.compile(
    r"the (?:more|less|\w+er)\b.*, the (?:more|less|\w+er)\b|je \w+.*, (?:desto|umso)\b"
    r"|(?:cuanto|cuanta) .*, (?:más|menos)\b",
    re.IGNORECASE,
)
"""`The more …, the less …`: neither half says anything without the other."""
_PREFIXES = frozenset(["ab", "an", "auf", "aus", "ein", "vor", "zurück"])
_OPEN = {"any", "those", "all", "one", "ones", "everything", "nothing", "anyone", "everyone"}
"""Words that mean nothing without the relative clause after them."""
_TOO_LONG = 90
_PAIRS = {
    "to": {"from"}, "bis": {"von"}, "nach": {"von"}, "zu": {"von"}, "a": {"de", "desde"},
    "hasta": {"desde", "de"},
}  # fmt: skip
_Reduced = Iterator[tuple[str, float]]


@dataclass(frozen=True)
class Limit:
    """How much fits: words and characters."""

    words: int
    characters: int


HEADLINE = Limit(words=9, characters=54)
ITEM = Limit(words=6, characters=36)
LABEL = Limit(words=8, characters=46)


@dataclass(frozen=True)
class Short:
    """A shortened text; `cost` grows with what was lost and with what is still too long."""

    text: str
    cost: float

    def fits(self, limit: Limit) -> bool:
        """Whether it is within the limit, give or take a word."""
        return count(self.text) <= limit.words + 1 and len(self.text) <= limit.characters + 6


@lru_cache(maxsize=4096)
def shorten(text: str, language: str, limit: Limit = HEADLINE, *, clause: bool = True) -> Short:
    """The best short form of a text.

    Args:
        text: a sentence or a part of one.
        language: ISO 639-1 code.
        limit: what fits; a text that cannot be made to fit without harm stays longer.
        clause: whether it should keep a verb.
    """
    words = lists(language)
    start = _opened(tidy(unquoted(text)), words)
    found = {start: 0.0}
    waiting = [] if _CORRELATIVE.match(start) else [start]
    while waiting and len(found) < _LONGEST_SEARCH:
        current = waiting.pop(0)
        for reduced, cost in _reductions(current, words, clause=clause):
            total = found[current] + cost
            if reduced and total < found.get(reduced, 99.0) and not _broken(reduced, start, words):
                found[reduced] = total
                waiting.append(reduced)
    need_verb = clause and has_verb(start, words)

    def worth(one: str) -> float:
        hanging = 6.0 if _hangs(one, start, words) else 0.0
        return found[one] + hanging + _harm(one, words, limit, need_verb)

    best = min(found, key=lambda one: (worth(one), one))
    cost = worth(best)
    return Short(sentence_case(best), cost)


def headline(text: str, language: str) -> str:
    """At most about eight words that say what a line says."""
    return shorten(text, language).text


def _harm(text: str, words: Words, limit: Limit, need_verb: bool) -> float:
    over = max(0, count(text) - limit.words) * 0.8
    over += max(0, len(text) - limit.characters) * 0.12
    opens_with_pronoun = bare(text.split()[0]) in words.pronouns if text else True
    return (
        over
        + (1.2 if opens_with_pronoun else 0.0)
        + (2.5 if need_verb and not has_verb(text, words) else 0.0)
        + (0.5 * max(0, 5 - count(text)) if need_verb else 0.0)
    )


def _broken(text: str, whole: str, words: Words) -> bool:
    return count(text) < 1 or not balanced(text) or _hangs(text, whole, words)


def _hangs(text: str, whole: str, words: Words) -> bool:
    """Whether it breaks off; a German verb's prefix (`stellte … vor`) rightly ends the whole."""
    last = bare(text.split()[-1]) if text else ""
    if words.verb_second and whole and last == bare(whole.split()[-1]):
        return False
    if words.verb_second and last in _PREFIXES:
        return not has_verb(text, words)
    return dangles(text, words)


def _reductions(text: str, words: Words, *, clause: bool) -> _Reduced:
    for reduce in _REDUCTIONS if clause else (*_REDUCTIONS, _without_article):
        for reduced, cost in reduce(text, words):
            clean = tidy(reduced)
            if clean != text:
                yield clean, cost


def _without_brackets(text: str, _: Words) -> _Reduced:
    yield re.sub(r"\s*[\(\[][^\)\]]*[\)\]]", "", text), 0.2


def _opened(text: str, words: Words) -> str:
    """Without the connectors it begins with: on a card there is nothing to connect to."""
    pattern = rf"(?:{one_of(words.openers)}),\s+|(?:and|but|so|yet|und|aber|doch|y|pero)\s"
    while match := re.match(pattern, text, re.I):
        text = text[match.end() :]
    return text


def _without_lead(text: str, words: Words) -> _Reduced:
    """Drop `In 2019, …`, `When waters warm, …`: what stands before the first comma."""
    match = re.match(rf"(?:{one_of(words.leads)})\s[^,]{{1,70}},\s+", text, re.I)
    if match and has_verb(text[match.end() :], words) and not _subject_inside(match.group()):
        conditional = re.match(r"(?:if|unless|without|si|sin)\b", text, re.I)
        figure = re.search(r"\d", match.group())
        kept = text[match.end() :]
        if has_verb(f"x {kept.partition(',')[0]}", words):
            yield kept, 2.4 if conditional else 1.4 if figure else 0.9
    dated = re.match(
        r"(?:in|im|en)\s(?:the\s)?(?:(?:early|mid|late)\s)?\d{4}s?\s(?=\w+\s)", text, re.I
    )
    if dated and has_verb(text[dated.end() :], words):
        yield text[dated.end() :], 1.3
    once = re.match(r"\w+ly,\s+", text)
    if once:
        yield text[once.end() :], 0.3


def _subject_inside(lead: str) -> bool:
    """Whether a lead such as `In 1961 the committee,` already holds the subject."""
    return re.match(r"\w+\s(?:the\s)?(?:\w+\s)?\d{4}s?\s\w", lead) is not None


def _without_report(text: str, words: Words) -> _Reduced:
    """Drop `Scientists say that …`."""
    who = rf"(?:{one_of(words.reports)})\s(?:(?:by|from|of|in)\s[^,]{{2,40}}?\s)?(?:\w+\s)?"
    pattern = rf"{who}(?:{one_of(words.says)})\s(?:that|dass|que)\s"
    match = re.match(pattern, text, re.I)
    if match:
        yield text[match.end() :], 0.8
    tail = re.search(rf",\s(?:{one_of(words.according + words.says)})\s[^,]+$", text, re.I)
    if tail:
        yield text[: tail.start()], 0.5


def _without_relative(text: str, words: Words) -> _Reduced:
    for match in re.finditer(rf",\s(?:\w+\s)?(?:{one_of(words.relatives)})\s", text, re.I):
        if "," not in text[match.end() :] and has_verb(text[: match.start()], words):
            yield text[: match.start()], 0.6


def _without_tail(text: str, words: Words) -> _Reduced:
    """Drop a subordinate clause at the end."""
    for match in re.finditer(rf",?\s(?:{one_of(words.tails)})\s", text, re.I):
        left = text[: match.start()]
        if count(left) >= 3 and has_verb(left, words) and left.count(",") < 2:
            yield left, 0.7 if match.group().startswith(",") else 1.2
    for match in re.finditer(r"\s(?:if|when|unless|wenn|falls|si|cuando)\s", text):
        if count(text[: match.start()]) >= 3 and has_verb(text[: match.start()], words):
            yield text[: match.start()].rstrip(","), 2.6
    for match in re.finditer(r"\sso \w+ that\s|\stan \w+ que\s", text):
        if count(text[: match.start()]) >= 4:
            yield text[: match.start()], 1.0
    for match in re.finditer(r",\s\w+ing\s", text):
        if has_verb(text[: match.start()], words):
            yield text[: match.start()], 0.7


def _without_second_clause(text: str, words: Words) -> _Reduced:
    ands = "and|but|so|or|yet|und|aber|sondern|oder|doch|y|pero|sino"
    for match in re.finditer(rf"[,;:]\s(?:{ands})\s|[;:]\s|\s[–—]\s", text, re.I):
        left, right = text[: match.start()], text[match.end() :]
        denied = re.search(r"\b(?:not|no|never|nicht|kein|keine|nunca|isn't|wasn't)\b", left, re.I)
        turned = denied and re.search(r"but|sondern|sino|pero|aber", match.group(), re.I)
        if count(left) >= 3 and has_verb(left, words) and not left.count(",") and not turned:
            yield left, 1.0
        opens = bare(right.split()[0]) if right.split() else ""
        hangs = opens in words.conjunctions | words.relatives
        hangs = hangs or bool(turned) or left.count(",") > 1
        if count(right) >= 3 and has_verb(right, words) and not hangs:
            pronouns = sum(bare(word) in words.pronouns for word in right.split())
            yield right, 1.5 + 0.7 * pronouns


def _without_second_verb(text: str, words: Words) -> _Reduced:
    for match in re.finditer(r",?\s(?:and|und|y)\s(?:\w+ly\s)?(\w+)", text, re.I):
        left, next_word = text[: match.start()], bare(match.group(1))
        if not has_verb(left, words):
            continue
        if words.is_verb(next_word) and "," not in left and not words.is_verb(left.split()[-1]):
            yield left, 1.1
        elif (
            min(count(left), count(text) - count(left)) >= 5
            and "," not in left
            and next_word in words.articles | words.prepositions | words.pronouns
            and not re.search(r"\d$|\b(?:between|both|not|zwischen|entre)\b", left, re.I)
        ):
            yield left, 2.0


def _without_aside(text: str, words: Words) -> _Reduced:
    """Drop an apposition: what stands between two commas or dashes."""
    for match in re.finditer(r",\s([^,]{3,60}),\s|\s[–—]\s([^–—]{3,80})\s[–—]\s", text):
        left, right = text[: match.start()], text[match.end() :]
        aside = (match.group(1) or match.group(2)).split()
        opens = bare(aside[0])
        starts_right = bare(right.split()[0]) if right.split() else ""
        apposed = opens in words.articles | words.relatives | words.prepositions
        apposed = apposed or (len(aside) == 1 and aside[0][0].isupper())
        if (match.group(2) or apposed) and words.is_verb(starts_right) and count(left) < 9:
            yield f"{left} {right}", 0.5
    end = re.search(
        r",\s(?:an?|the|with|without|mit|ohne|con|sin|one of|ein|eine|el|la|un|una)\s[^,]+$", text
    )
    clause = end is not None and any(words.is_verb(word) for word in end.group().split()[2:])
    if end and not clause and has_verb(text[: end.start()], words) and text.count(",") == 1:
        yield text[: end.start()], 0.6


def _without_fillers(text: str, words: Words) -> _Reduced:
    kept = [word for word in text.split() if bare(word) not in words.fillers]
    if len(kept) < count(text):
        yield " ".join(kept), 0.25
    scenery = re.sub(r",?\s(?:each year|every year|today|these days|so far|of course)$", "", text)
    yield scenery, 0.5


def _without_last_phrase(text: str, words: Words) -> _Reduced:
    """Drop the last prepositional phrase, unless a verb needs it (`depends on …`)."""
    parts = text.split()
    if words.verb_second and parts and bare(parts[-1]) in _PREFIXES:
        return
    last_comma = max((i for i, part in enumerate(parts) if part.endswith(",")), default=0)
    for index in range(len(parts) - 2, max(2, last_comma + 2), -1):
        word = bare(parts[index])
        if word not in words.prepositions - {"as", "than", "like", "als", "wie", "que", "como"}:
            continue
        before, left = parts[index - 1], " ".join(parts[:index])
        bound = (
            words.is_verb(before)
            or before.endswith(("ed", "en", "ing", "er", "full"))
            or bare(before) in words.prepositions | words.pronouns | {"halfway", "all"}
            or word in words.of
            or (words.decimal_comma and not (words.verb_second and before[0].isupper()))
            or (word == "to" and words.is_verb(parts[index + 1]))
            or (words.is_verb(parts[index - 2]) and bare(parts[index - 2]) in words.auxiliaries)
        )
        clause = any(words.is_verb(part) for part in parts[index + 1 :])
        opens = bare(parts[index + 1])
        clause = clause or opens in words.relatives | words.conjunctions
        bound = bound or _is_far_end(parts, index) or opens in words.pronouns | {"one", "them"}
        if not bound and not clause and has_verb(left, words):
            yield left, 1.2 + (0.8 if re.search(r"\d", " ".join(parts[index:])) else 0.0)
        return


def _is_far_end(parts: list[str], index: int) -> bool:
    """Whether a phrase says where something that has a beginning ends: `from A to B`."""
    pair = _PAIRS.get(bare(parts[index]))
    return pair is not None and any(bare(part) in pair for part in parts[max(0, index - 5) : index])


def _without_adjectives(text: str, words: Words) -> _Reduced:
    """German only: `der französische Physiker` → `der Physiker`."""
    if words.verb_second:
        article, adjective = (
            r"(?:[Dd](?:er|ie|as|en|em)|[Ee]in\w{0,2})",
            r"[a-zäöüß]{3,}ische[nrsm]?",
        )
        yield re.sub(rf"\b({article})\s{adjective}\s(?=[A-ZÄÖÜ])", r"\1 ", text), 0.9


def _without_restriction(text: str, words: Words) -> _Reduced:
    """Drop `… that provides …` and `… to find out whether …` at the end."""
    for match in re.finditer(r"\s(?:that|which|who)\s(\w+)\s", text):
        left = text[: match.start()]
        before = bare(left.split()[-1])
        said = words.is_verb(before) or before in words.conjunctions | words.pronouns | _OPEN
        if (
            words.is_verb(match.group(1))
            and count(left) >= 5
            and has_verb(left, words)
            and not said
        ):
            yield left, 1.8
    purpose = re.search(r"\s(?:in order to|to find out|to see (?:how|whether|if))\s", text)
    if purpose and count(text[: purpose.start()]) >= 3:
        yield text[: purpose.start()], 1.0


def _without_rest(text: str, words: Words) -> _Reduced:
    """What is too long for any card, up to its first comma."""
    left = text.partition(",")[0]
    subordinate = bare(text.split()[0]) in words.conjunctions if text else True
    subordinate = subordinate or any(bare(word) in words.denials for word in left.split())
    if len(text) > _TOO_LONG and count(left) >= 4 and has_verb(left, words) and not subordinate:
        yield left, 3.0


def _without_article(text: str, _: Words) -> _Reduced:
    """For noun phrases only: a sentence keeps its article."""
    if count(text) > 2 and text.lower().startswith("the "):
        yield text[4:], 0.35


_REDUCTIONS: tuple[Callable[[str, Words], _Reduced], ...] = (
    _without_brackets,
    _without_report,
    _without_lead,
    _without_relative,
    _without_tail,
    _without_aside,
    _without_second_clause,
    _without_second_verb,
    _without_fillers,
    _without_last_phrase,
    _without_restriction,
    _without_rest,
    _without_adjectives,
)
