"""Where a script is cut: lines into scenes and a card for each, the best of all ways.

Dynamic programming over the lines; a state is how many lines are placed and the last two layouts.
The score of a way is the fit of its cards, less what a scene loses that is too short, too long,
runs over a change of topic, or repeats the layout before it.
"""

from dataclasses import dataclass
from itertools import pairwise

from assets.boards.choice import Candidate, Span, candidates
from assets.pace import line_s
from vid_pipeline.artifacts import BulletsCard, Card, ChartCard, ComparisonCard, Line, StepsCard

_WANTED_S, _SHORTEST_S, _LONGEST_S = 6.4, 3.4, 10.2
_MOST_LINES = 5
_REPEAT, _THRICE = 0.9, 2.8
_HARD_LIMIT_S, _HARD_LIMIT_UNFOLDING_S = 11.5, 12.6


@dataclass(frozen=True)
class Placed:
    """Lines `start`:`end` of the body on one card."""

    start: int
    end: int
    card: Card


@dataclass(frozen=True)
class _Way:
    score: float
    scenes: tuple[Placed, ...]

    @property
    def last_two(self) -> tuple[str, ...]:
        return tuple(scene.card.layout for scene in self.scenes[-2:])


def seconds(lines: tuple[Line, ...]) -> float:
    """How long lines take to say at the nominal rate."""
    return sum(line_s(line.spoken) for line in lines)


def cut(span: Span, *, least: int, most: int) -> tuple[Placed, ...]:
    """The lines in scenes, between `least` and `most` of them where the lines allow it."""
    options = _options(span, long_allowed=most < seconds(span.lines) / _LONGEST_S)
    best = _best(span, options, toll=0.0)
    toll = 0.5
    while len(best) > most and toll < 200:
        best, toll = _best(span, options, toll=toll), toll * 1.6
    toll = 0.5
    while len(best) < min(least, len(span.lines)) and toll < 200:
        best, toll = _best(span, options, toll=-toll), toll * 1.6
    return best


def _options(span: Span, *, long_allowed: bool) -> dict[tuple[int, int], tuple[Candidate, ...]]:
    """Candidates of every run of lines that is not hopelessly long."""
    options = {}
    reach = len(span.lines) if long_allowed else _MOST_LINES
    for start in range(len(span.lines)):
        for end in range(start + 1, min(start + reach, len(span.lines)) + 1):
            lines = span.lines[start:end]
            if end > start + 1 and not long_allowed and seconds(lines) > _LONGEST_S + 16:
                break
            part = Span(lines, span.language, span.title, span.keywords)
            torn = 0.9 * _topic_changes(lines)
            options[start, end] = tuple(
                Candidate(one.card, one.fit - torn + _unfolding(one.card, lines))
                for one in candidates(part)
            )
    return options


def _reveals(card: Card) -> int:
    """With how many lines something new appears; a card that unfolds may stay longer."""
    if isinstance(card, BulletsCard | StepsCard):
        return len({0, *(item.line for item in card.items)})
    if isinstance(card, ChartCard):
        return 2
    if isinstance(card, ComparisonCard):
        return len({card.left.line, card.right.line})
    return 1


def _unfolding(card: Card, lines: tuple[Line, ...]) -> float:
    """What a card that grows with its lines is worth more, less what its length costs."""
    reveals = _reveals(card)
    worth = 2.3 if isinstance(card, StepsCard) else 0.0 if isinstance(card, ChartCard) else 1.4
    return worth * (reveals - 1) - _length_loss(lines, reveals)


def _length_loss(lines: tuple[Line, ...], reveals: int) -> float:
    length_s = seconds(lines)
    more_s = 3.6 * (reveals - 1)
    off = (length_s - _WANTED_S - more_s) / 2.4
    loss = min(10.0, 0.3 * off**2)
    if length_s > _LONGEST_S + more_s and len(lines) > 1:
        loss += length_s - _LONGEST_S - more_s
    hard_s = _HARD_LIMIT_UNFOLDING_S if reveals > 2 else _HARD_LIMIT_S
    if length_s > hard_s and len(lines) > 1:
        loss += 3 + 2 * (length_s - hard_s)
    if length_s < _SHORTEST_S:
        loss += 2 * (_SHORTEST_S - length_s)
    return loss


def _topic_changes(lines: tuple[Line, ...]) -> int:
    return sum(a.topic != b.topic for a, b in pairwise(lines))


def _best(
    span: Span, options: dict[tuple[int, int], tuple[Candidate, ...]], *, toll: float
) -> tuple[Placed, ...]:
    total = len(span.lines)
    ways: list[dict[tuple[str, ...], _Way]] = [{} for _ in range(total + 1)]
    ways[0][()] = _Way(0.0, ())
    for (start, end), cards in sorted(options.items()):
        for way in tuple(ways[start].values()):
            for one in cards:
                longer = _Way(
                    way.score + one.fit - toll - _repetition(way.last_two, one.card.layout),
                    (*way.scenes, Placed(start, end, one.card)),
                )
                known = ways[end].get(longer.last_two)
                if known is None or longer.score > known.score:
                    ways[end][longer.last_two] = longer
    return max(ways[total].values(), key=lambda way: way.score).scenes


def _repetition(before: tuple[str, ...], layout: str) -> float:
    if before == (layout, layout):
        return _THRICE if layout == "statement" else _THRICE / 2
    return _REPEAT if before[-1:] == (layout,) else 0.0
