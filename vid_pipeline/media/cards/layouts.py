"""The nine layouts: what stands on a card, in what order it comes, how it moves."""

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
from vid_pipeline.media.cards.markup import emphasized, group, layer, text, words

_RULE = '<div class="rule"></div>'
_QUOTE_MARK = (
    '<svg class="mark" viewBox="0 0 118 84"><path d="M0 50C0 21 15 5 42 0l6 14C34 19 27 27 26 38'
    'h20v46H0z"/><path d="M70 50C70 21 85 5 112 0l6 14C104 19 97 27 96 38h20v46H70z"/></svg>'
)


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
    return layer(words("kicker", text(raw), (38, 26)), motion="fade", order=0) if raw else ""


def _title(card: TitleCard) -> str:
    return (
        _kicker(card.kicker)
        + layer(words("title", text(card.title), (156, 52)), motion="rise", order=1)
        + layer(_RULE, motion="grow_x", order=2)
    )


def _statement(card: StatementCard) -> str:
    said = emphasized(card.text, card.emphasis)
    above = _kicker(card.kicker) or layer(_RULE, motion="grow_x", order=0)
    return above + layer(words("statement", said, (108, 44)), motion="rise", order=1)


def _heading(raw: str) -> str:
    rule = layer(_RULE, motion="grow_x", order=0)
    return group("head", rule + layer(words("heading", text(raw), (92, 44)), order=1))


def _bullets(card: BulletsCard) -> str:
    items = "".join(
        layer(
            group("panel bullet", '<i class="dot"></i>' + words("item", text(item.text))),
            line=item.line,
            order=2 + place,
        )
        for place, item in enumerate(card.items)
    )
    return _heading(card.heading) + group("body items", items, (56, 26))


def _number(card: NumberCard) -> str:
    return (
        _kicker(card.kicker)
        + layer(words("value", text(card.value), (400, 96)), motion="pop", order=1)
        + layer(_RULE, motion="grow_x", order=2)
        + layer(words("label", text(card.label), (68, 34)), motion="rise", order=3)
    )


def _quote(card: QuoteCard) -> str:
    by = card.attribution
    return (
        layer(_QUOTE_MARK, motion="pop", order=0)
        + layer(words("quote", text(card.text), (92, 40)), motion="rise", order=1)
        + (layer(words("by", text(by), (44, 28)), motion="fade", order=2) if by else "")
    )


def _steps(card: StepsCard) -> str:
    kind = "timeline" if card.marks else "numbered"
    steps = "".join(
        layer(_step(place, item, card.marks), line=item.line, order=2 + place)
        for place, item in enumerate(card.items)
    )
    return _heading(card.heading) + group(f"body steps {kind}", steps, (56, 26))


def _step(place: int, item: Item, marks: tuple[str, ...]) -> str:
    if not marks:
        rail, mark = f'<b class="node">{place + 1}</b>', ""
    else:
        rail = '<b class="node"></b>'
        mark = words("when", text(marks[place])) if place < len(marks) else ""
    said = group("said", mark + words("item", text(item.text)))
    return group("step", group("rail", rail) + said)


def _comparison(card: ComparisonCard) -> str:
    left = _side("panel side", card.left, card.left_value, order=2)
    right = _side("panel side strong", card.right, card.right_value, order=3)
    return _heading(card.heading) + group("body sides", left + right, (60, 28))


def _side(name: str, item: Item, value: str | None, *, order: int) -> str:
    shown = words("figure", text(value)) if value else ""
    inside = group(name, shown + words("item", text(item.text)))
    return layer(inside, line=item.line, order=order)


def _chart(card: ChartCard) -> str:
    values = [bar.value for bar in card.bars]
    low, high = min(0.0, *values), max(0.0, *values)
    span = high - low or 1.0
    rows = "".join(
        _row(bar, place, low=low, span=span, strong=abs(bar.value) == max(map(abs, values)))
        for place, bar in enumerate(card.bars)
    )
    return _heading(card.heading) + group("body bars", rows, (52, 26))


def _row(bar: Bar, place: int, *, low: float, span: float, strong: bool) -> str:
    left, width = (min(bar.value, 0.0) - low) / span, abs(bar.value) / span
    names = words("item", text(bar.label)) + words("figure", text(bar.shown))
    drawn = group("bar strong" if strong else "bar", "")
    style = f"margin-left:{left:.2%};width:max(.3em,{width:.2%})"
    return (
        layer(group("row", names), motion="fade", order=2 + 2 * place)
        + f'<div style="{style}">{layer(drawn, motion="grow_x", order=3 + 2 * place)}</div>'
    )


def _closing(card: ClosingCard) -> str:
    takeaway, source = card.takeaway, card.source
    return (
        layer(_RULE, motion="grow_x", order=0)
        + layer(words("title closing", text(card.title), (116, 48)), motion="rise", order=1)
        + (layer(words("label", text(takeaway), (58, 32)), order=2) if takeaway else "")
        + (layer(words("by", text(source), (38, 26)), motion="fade", order=3) if source else "")
    )
