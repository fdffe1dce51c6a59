"""The cards that some lines could stand on, each with how well it fits them."""

import re
from dataclasses import dataclass

from assets.boards.clauses import PART, clauses, orders
from assets.boards.condense import Limit, Short, shorten
from assets.boards.contrast import Measured, bars, sides
from assets.boards.figures import figures
from assets.boards.languages import lists
from assets.boards.numbers import striking
from assets.boards.order import Ordered, dated, steps, timeline
from assets.boards.phrases import enumeration
from assets.boards.quotes import quote
from assets.boards.wording import bare, count, one_of, sentence_case, tidy, trimmed
from vid_pipeline.artifacts import (
    Bar,
    BulletsCard,
    Card,
    ChartCard,
    ComparisonCard,
    Item,
    Line,
    NumberCard,
    QuoteCard,
    StatementCard,
    StepsCard,
)

_HEADING = Limit(words=6, characters=36)
_LONG_ITEM = Limit(words=10, characters=62)
_OPENER = Limit(words=9, characters=54)
_HARMLESS = 2.5
_LONG_STATEMENT = 70
_LONGEST_QUOTE = 120
_SHORTEST_KEYWORD = 4


@dataclass(frozen=True)
class Candidate:
    """A card and its fit: about 1 for a plain statement, about 3 for a layout the text asks for."""

    card: Card
    fit: float


@dataclass(frozen=True)
class Span:
    """Lines that would share a card, and what is known around them."""

    lines: tuple[Line, ...]
    language: str
    title: str
    keywords: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(line.text for line in self.lines)

    @property
    def topic(self) -> str | None:
        """The heading that all of the lines stood under."""
        topics = {line.topic for line in self.lines}
        only = topics.pop() if len(topics) == 1 else None
        plain = re.sub(r"^\d+[.)]\s+", "", only or "")
        return tidy(plain) if plain and len(plain) <= 48 else None


def candidates(span: Span) -> tuple[Candidate, ...]:
    """Every card the lines support; there is always a statement among them."""
    found = [_statement(span), *_numbers(span), *_quotes(span), *_enumerations(span)]
    for make in (
        _quoted_twice,
        _chart,
        _comparison,
        _steps,
        _timeline,
        _parallel,
        _clauses,
        _dated,
        _announced,
    ):
        if made := make(span):
            found.append(made)
    return tuple(found)


def _uncovered(span: Span) -> float:
    """What it costs to show one line while others are said."""
    return 0.7 * (len(span.lines) - 1)


def _statement(span: Span) -> Candidate:
    short = min((shorten(text, span.language) for text in span.texts), key=lambda one: one.cost)
    text = short.text
    card = StatementCard(text=text, emphasis=_emphasis(text, span), kicker=_kicker(span, text))
    fit = 1.2 - min(short.cost, 8.0) * 0.12 - max(0, len(text) - _LONG_STATEMENT) * 0.05
    return Candidate(card, fit - 1.5 * _uncovered(span))


def _kicker(span: Span, text: str) -> str | None:
    topic = span.topic
    if topic is None or count(topic) > 5 or topic.lower() in f"{text} {span.title}".lower():
        return None
    return sentence_case(topic)


def _emphasis(text: str, span: Span) -> str | None:
    """A figure or a keyword inside the text, never all of it."""
    found = figures(text, span.language)
    told = [one.shown for one in found if one.strong or len(one.shown) > 1]
    if found:
        return next((shown for shown in told if shown in text), None)
    for keyword in sorted(span.keywords, key=len, reverse=True):
        match = re.search(rf"(?<!\w){re.escape(keyword)}(?!\w)", text, re.I)
        if match and len(keyword) < 0.6 * len(text) and keyword.lower() not in span.title.lower():
            return match.group()
    return None


def _numbers(span: Span) -> list[Candidate]:
    made = []
    for text in span.texts:
        if found := striking(text, span.language):
            card = NumberCard(value=found.value, label=found.label, kicker=found.kicker)
            made.append(Candidate(card, 0.2 + 0.8 * found.weight - _uncovered(span)))
    return made


def _quotes(span: Span) -> list[Candidate]:
    made = []
    for text in span.texts:
        if found := quote(text, span.language):
            fit = 2.8 if found.attribution else 1.6
            card = QuoteCard(text=found.text, attribution=found.attribution)
            made.append(Candidate(card, fit - _uncovered(span)))
    return made


def _quoted_twice(span: Span) -> Candidate | None:
    """What one person says in two lines, as one quotation."""
    if len(span.lines) != 2:
        return None
    first, second = (quote(text, span.language) for text in span.texts)
    whole = re.fullmatch(r"[“„«][^“”„«»]+[”“»]", span.texts[1])
    if first is None or second is None or whole is None or second.attribution:
        return None
    text = f"{first.text.rstrip('.')}. {second.text}"
    card = QuoteCard(text=text, attribution=first.attribution)
    return Candidate(card, 5.0) if len(text) <= _LONGEST_QUOTE else None


def _enumerations(span: Span) -> list[Candidate]:
    made = []
    for number, text in enumerate(span.texts):
        found = enumeration(text, span.language)
        if found is None:
            continue
        heading = _heading(found.before, span)
        items = tuple(Item(text=item, line=number) for item in found.items)
        made.append(Candidate(BulletsCard(heading=heading, items=items), 2.3 - _uncovered(span)))
    return made


def _heading(before: str, span: Span) -> str:
    """The words that lead to a list, or the topic, or the title."""
    words = lists(span.language)
    short = shorten(before, span.language, _HEADING, clause=False) if before else Short("", 9.0)
    text = trimmed(short.text, words)
    opens = bare(text.split()[0]) if text else ""
    ends = bare(text.split()[-1]) if text else ""
    closed = opens not in words.pronouns | words.conjunctions and ends not in words.auxiliaries
    usable = text and closed and len(text) <= 44
    if usable and count(text) >= 2 and short.cost < 5:
        return sentence_case(text)
    return sentence_case(span.topic or _short_title(span))


def _short_title(span: Span) -> str:
    return shorten(span.title, span.language, _HEADING, clause=False).text


def _chart(span: Span) -> Candidate | None:
    made = bars(span.texts, span.language)
    dated = all(one.label.isdigit() for one in made)
    if len(made) < 2 or (len(made) == 2 and len(span.lines) == 1 and not dated):
        return None
    drawn = tuple(
        Bar(label=one.label, value=one.figure.value, shown=one.figure.shown) for one in made
    )
    fit = 3.3 if len(made) > 2 or dated else 2.8
    return Candidate(ChartCard(heading=_chart_heading(made, span), bars=drawn), fit)


def _chart_heading(made: tuple[Measured, ...], span: Span) -> str:
    """The unit with what it counts, if the text says so (`Tonnes of cargo per hour`)."""
    of = "|".join((*map(re.escape, lists(span.language).of), "per", "pro", "por"))
    unit = made[0].figure.unit
    for text in span.texts if unit.isalpha() else ():
        match = re.search(rf"(?<!\w){re.escape(unit)}\s(?:{of})\s[^,;.:]{{2,40}}", text, re.I)
        if match:
            short = shorten(match.group(), span.language, _HEADING, clause=False)
            return trimmed(short.text, lists(span.language))
    return _subject_heading(span)


def _subject_heading(span: Span) -> str:
    if span.topic:
        return sentence_case(span.topic)
    return _short_title(span)


def _comparison(span: Span) -> Candidate | None:
    found = sides(span.texts, span.language)
    if found is None:
        return None
    left, right = found
    card = ComparisonCard(
        heading=_comparison_heading(span),
        left=Item(text=left.text, line=left.line),
        right=Item(text=right.text, line=right.line),
        left_value=left.value,
        right_value=right.value,
    )
    return Candidate(card, 2.9 if left.value and right.value else 2.2)


def _comparison_heading(span: Span) -> str:
    start = span.texts[0]
    first = figures(start, span.language)
    lead = start[: first[0].start] if len(first) == 2 else ""
    return _heading(lead, span) if count(lead) >= 3 else _subject_heading(span)


def _steps(span: Span) -> Candidate | None:
    found = steps(span.texts, span.language)
    return Candidate(_ordered(found, _subject_heading(span)), 3.0) if found else None


def _timeline(span: Span) -> Candidate | None:
    found = timeline(span.texts, span.language)
    return Candidate(_ordered(found, _subject_heading(span)), 2.9) if found else None


def _clauses(span: Span) -> Candidate | None:
    """The clauses of one sentence: side by side, against each other, or one after the other."""
    found = clauses(span.texts[0], span.language) if len(span.lines) == 1 else None
    if found is None:
        return None
    items = tuple(Item(text=text) for text in found.texts)
    heading = _subject_heading(span)
    if found.relation == "against" and len(items) == 2:
        card = ComparisonCard(heading=heading, left=items[0], right=items[1])
        return Candidate(card, 1.5)
    if found.relation == "therefore" or orders(found.texts, span.language):
        return Candidate(StepsCard(heading=heading, items=items), 1.45)
    return Candidate(BulletsCard(heading=heading, items=items), 2.4 if len(items) > 2 else 1.25)


def _announced(span: Span) -> Candidate | None:
    """`Three things made …` over the three things, which follow it line by line."""
    opener, *rest = span.texts
    words = lists(span.language)
    small = words.small_numbers
    opened = re.search(rf"({one_of(small)})\s(?:\w+\s)?{one_of(words.announced)}", opener, re.I)
    if opened is None or small.index(opened[1].lower()) + 2 != len(rest):
        return None
    short = [shorten(text, span.language, _LONG_ITEM) for text in rest]
    heading = shorten(opener, span.language)
    if any(not one.fits(_LONG_ITEM) for one in short) or not heading.fits(_OPENER):
        return None
    items = tuple(Item(text=one.text, line=number) for number, one in enumerate(short, start=1))
    return Candidate(BulletsCard(heading=heading.text, items=items), 3.0)


def _dated(span: Span) -> Candidate | None:
    """A year, large, over what happened in it."""
    found = dated(span.texts[0], span.language) if len(span.lines) == 1 else None
    if found is None:
        return None
    year, event = found
    return Candidate(NumberCard(value=year, label=event, kicker=_kicker(span, event)), 1.5)


def _ordered(found: Ordered, heading: str) -> StepsCard:
    items = tuple(
        Item(text=text, line=line) for text, line in zip(found.texts, found.lines, strict=True)
    )
    return StepsCard(heading=heading, items=items, marks=found.marks)


def _parallel(span: Span) -> Candidate | None:
    """Two to four lines, each short enough for a bullet; better under a heading of their own."""
    if not 2 <= len(span.lines) <= 4 or len({line.topic for line in span.lines}) > 1:
        return None
    if any(re.search(r"[“„«?]", text) for text in span.texts):
        return None
    short = [shorten(text, span.language, PART) for text in span.texts]
    if any(not one.fits(PART) or one.cost > _HARMLESS for one in short):
        return None
    if len({one.text for one in short}) < len(short):
        return None
    items = tuple(Item(text=one.text, line=number) for number, one in enumerate(short))
    fit = (1.3 if span.topic else 0.8) + 0.2 * (len(items) > 2)
    return Candidate(BulletsCard(heading=_subject_heading(span), items=items), fit)
