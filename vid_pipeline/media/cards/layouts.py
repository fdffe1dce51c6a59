"""The nine layouts: what stands on a card, in what order it comes, how it moves."""

from collections.abc import Sequence

from vid_pipeline.artifacts import (
    Bar,
    BulletsCard,
    Card,
    ChartCard,
    ClosingCard,
    ComparisonCard,
    Item,
    NumberCard,
    QuoteCard,
    StatementCard,
    StepsCard,
    TitleCard,
)
from vid_pipeline.media.cards.markup import emphasized, group, layer, shape, text, words

_QUOTE_MARK = (
    '<svg class="mark" viewBox="0 0 118 84"><path d="M0 50C0 21 15 5 42 0l6 14C34 19 27 27 26 38'
    'h20v46H0z"/><path d="M70 50C70 21 85 5 112 0l6 14C104 19 97 27 96 38h20v46H70z"/></svg>'
)
_ITEM = (78, 38)
_INSIDE = 0.5
"""A bar at least this long, as a share of the longest, has its value inside."""
_FIGURE_BESIDE = 9
"""Characters of a value that still fit next to a bar that is short."""


def body(card: Card) -> str:
    """A card's HTML, without the page around it."""
    match card:
        case TitleCard():
            return _title(card)
        case StatementCard():
            return _statement(card)
        case BulletsCard():
            return _bullets(card)
        case NumberCard():
            return _number(card)
        case QuoteCard():
            return _quote(card)
        case StepsCard():
            return _steps(card)
        case ComparisonCard():
            return _comparison(card)
        case ChartCard():
            return _chart(card)
        case ClosingCard():
            return _closing(card)


def _kicker(raw: str | None) -> str:
    chip = words("kicker", text(raw or ""), (46, 28))
    return layer(chip, motion="rise", order=0) if raw else ""


def _rule(order: int, name: str = "rule") -> str:
    return shape("line", "accent", name, motion="sweep", order=order)


def _title(card: TitleCard) -> str:
    return (
        _kicker(card.kicker)
        + layer(words("title", text(card.title), (190, 64)), motion="rise", order=0)
        + _rule(3)
    )


def _statement(card: StatementCard) -> str:
    said = emphasized(card.text, card.emphasis)
    above = _kicker(card.kicker) or _rule(1)
    return above + layer(words("statement", said, (132, 54)), motion="rise", order=0)


def _heading(raw: str) -> str:
    heading = layer(words("heading", text(raw), (116, 60)), motion="rise", order=0)
    return group("head", heading + _rule(1))


def _bullets(card: BulletsCard) -> str:
    items = "".join(
        group("cell", _ghost(place) + layer(_bullet(item), line=item.line, order=order))
        for place, (item, order) in enumerate(_ordered(card.items))
    )
    return _heading(card.heading) + group(f"body items n{len(card.items)}", items, _ITEM)


def _bullet(item: Item) -> str:
    return group("bullet", '<i class="dot"></i>' + words("item", text(item.text)))


def _ghost(place: int) -> str:
    return shape("panel", "panel", "ghost", motion="fade", order=1 + place)


def _ordered(items: Sequence[Item]) -> list[tuple[Item, int]]:
    """Items, each with its place among those of the same line."""
    return [
        (item, sum(other.line == item.line for other in items[:place]))
        for place, item in enumerate(items)
    ]


def _number(card: NumberCard) -> str:
    value = layer(words("value", text(card.value), (460, 96)), motion="pop", order=0)
    label = layer(words("label", text(card.label), (88, 44)), motion="rise", order=2)
    return group("amount", _kicker(card.kicker) + value + _rule(3)) + group("counted", label)


def _quote(card: QuoteCard) -> str:
    by = card.attribution
    credit = layer(words("by", text(by), (52, 34)), motion="rise", order=3) if by else ""
    said = layer(words("quote", text(card.text), (112, 48)), motion="rise", order=0)
    return layer(_QUOTE_MARK, motion="pop", order=0) + group("said", said + credit)


def _steps(card: StepsCard) -> str:
    kind = "timeline" if card.marks else "numbered"
    steps = "".join(
        group("cell", _rail(place) + layer(_step(place, item, card.marks), line=item.line, order=o))
        for place, (item, o) in enumerate(_ordered(card.items))
    )
    return _heading(card.heading) + group(f"body steps {kind} n{len(card.items)}", steps, _ITEM)


def _rail(place: int) -> str:
    """What is there before a step comes: the line to the next one, its empty node."""
    return shape("line", "track", "rail", motion="fade", order=1 + place) + shape(
        "disc", "track", "empty node", motion="fade", order=1 + place
    )


def _step(place: int, item: Item, marks: tuple[str, ...]) -> str:
    mark = words("when", text(marks[place])) if place < len(marks) else ""
    node = f'<b class="node">{"" if marks else place + 1}</b>'
    return group("step", node + group("told", mark + words("item", text(item.text))))


def _comparison(card: ComparisonCard) -> str:
    left = _side("side", card.left, card.left_value)
    right = _side("side strong", card.right, card.right_value)
    return _heading(card.heading) + group("body sides", left + right, (76, 36))


def _side(name: str, item: Item, value: str | None) -> str:
    shown = words("figure", text(value)) if value else ""
    inside = group(name, shown + words("item", text(item.text)))
    ground = "accent" if "strong" in name else "panel"
    panel = shape("panel", ground, "ghost", motion="fade", order=2)
    return group("cell", panel + layer(inside, line=item.line))


def _chart(card: ChartCard) -> str:
    values = [bar.value for bar in card.bars]
    low, high = min(0.0, *values), max(0.0, *values)
    span = high - low or 1.0
    beside = low < 0 or any(len(bar.shown) > _FIGURE_BESIDE for bar in card.bars)
    rows = "".join(
        group("cell", _named(bar, place, beside=beside) + _drawn(bar, place, low, span, beside))
        for place, bar in enumerate(card.bars)
    )
    return _heading(card.heading) + group(f"body bars n{len(card.bars)}", rows, (68, 34))


def _named(bar: Bar, place: int, *, beside: bool) -> str:
    figure = words("figure", text(bar.shown)) if beside else ""
    names = group("row", words("item", text(bar.label)) + figure)
    return layer(names, motion="rise", order=1 + place)


def _drawn(bar: Bar, place: int, low: float, span: float, beside: bool) -> str:
    """A bar from zero to its value in its track; the value inside it, or after it if short."""
    start, share = (min(bar.value, 0.0) - low) / span, abs(bar.value) / span
    longest = share >= 1 - 1e-9
    room = shape("bar", "track", "room", motion="fade", order=1 + place)
    drawn = shape(
        "bar",
        "accent" if longest else "bar",
        "bar",
        style=f"left:{start:.3%};width:max(.14em,{share:.3%})",
        motion="sweep",
        order=place,
        said=text(bar.shown),
    )
    figure = "" if beside else _figure(bar, place, share, longest=longest)
    return group("lane", room + drawn + figure)


def _figure(bar: Bar, place: int, share: float, *, longest: bool) -> str:
    inside = share >= _INSIDE
    name = "inside" if inside else "after"
    where = f"right:{1 - share:.3%}" if inside else f"left:{share:.3%}"
    strong = " strong" if inside and longest else ""
    shown = layer(
        words("figure", text(bar.shown)), motion="fade", order=1 + place, said=text(bar.shown)
    )
    return f'<div class="{name}{strong}" style="{where}">{shown}</div>'


def _closing(card: ClosingCard) -> str:
    takeaway, source = card.takeaway, card.source
    return (
        layer(words("title closing", text(card.title), (150, 60)), motion="rise", order=0)
        + _rule(2)
        + (layer(words("label", text(takeaway), (80, 46)), order=2) if takeaway else "")
        + (layer(words("kicker", text(source), (46, 28)), order=4) if source else "")
    )
