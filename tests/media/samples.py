"""Cards to look at and to measure: usual ones, and the worst that a source can bring."""

from vid_pipeline.artifacts import (
    Aspect,
    Bar,
    BulletsCard,
    Canvas,
    Card,
    ChartCard,
    ClosingCard,
    ComparisonCard,
    Item,
    Line,
    Look,
    NumberCard,
    QuoteCard,
    Scene,
    StatementCard,
    StepsCard,
    TitleCard,
)

_COMPOUND = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
_LONG = (
    "Coral reefs cover less than one per cent of the ocean floor, and yet they feed, shelter or "
    "otherwise support about a quarter of all the species that live in the sea, which is why their "
    "loss would be felt far beyond the coasts where they grow and the people who fish there"
)


def items(*texts: str) -> tuple[Item, ...]:
    return tuple(Item(text=text, line=place) for place, text in enumerate(texts))


USUAL: dict[str, Card] = {
    "title": TitleCard(kicker="Ocean science", title="Why coral reefs are running out of time"),
    "statement": StatementCard(
        kicker="The turning point",
        text="Solar is now the cheapest source of new electricity in most of the world.",
        emphasis="cheapest source of new electricity",
    ),
    "bullets": BulletsCard(
        heading="What bleaches a reef",
        items=items(
            "Water 1 °C warmer than usual for four weeks",
            "Runoff that clouds the sunlight",
            "Acidity that thins the skeleton",
        ),
    ),
    "number": NumberCard(
        kicker="Since 1976", value="90%", label="fall in the price of a solar panel in one decade"
    ),
    "quote": QuoteCard(
        text="We are not saving a place to visit. We are saving the nursery of the sea.",
        attribution="Dr. Ana Ruiz, marine biologist",
    ),
    "steps": StepsCard(
        heading="From folder to film",
        items=items("Install it with one command", "Point it at an article", "Watch the result"),
    ),
    "timeline": StepsCard(
        heading="Two centuries of solar power",
        items=items(
            "Becquerel sees light make current",
            "Bell Labs builds a silicon cell",
            "Panels fall below a dollar a watt",
            "Solar passes one terawatt",
        ),
        marks=("1839", "1954", "2011", "2022"),
    ),
    "comparison": ComparisonCard(
        heading="A kilowatt-hour, then and now",
        left=Item(text="from new coal", line=0),
        right=Item(text="from new solar", line=1),
        left_value="11.1 ¢",
        right_value="4.1 ¢",
    ),
    "chart": ChartCard(
        heading="Where the power came from",
        bars=(
            Bar(label="Solar", value=442, shown="442 GW"),
            Bar(label="Wind", value=117, shown="117 GW"),
            Bar(label="Hydropower", value=31, shown="31 GW"),
            Bar(label="Bioenergy", value=4.6, shown="4.6 GW"),
        ),
    ),
    "closing": ClosingCard(
        title="The reef can recover, if we let it",
        takeaway="Every tenth of a degree decides how much of it will.",
        source="oceanreview.example",
    ),
}

WORST: dict[str, Card] = {
    "title": TitleCard(kicker=_LONG, title=_LONG),
    "title word": TitleCard(kicker="Ä", title=_COMPOUND),
    "title short": TitleCard(title="Sí"),
    "statement": StatementCard(kicker=_COMPOUND, text=f"{_LONG} {_COMPOUND}", emphasis="a quarter"),
    "bullets": BulletsCard(heading=_LONG, items=items(_LONG, _COMPOUND, "No", _LONG, _LONG)),
    "bullets two": BulletsCard(heading="Dos", items=items("Uno", "Más energía")),
    "number": NumberCard(kicker=_LONG, value="1.234.567.890,50 Milliarden Euro", label=_LONG),
    "number word": NumberCard(value=_COMPOUND, label="x"),
    "quote": QuoteCard(text=f"{_LONG}. {_LONG}.", attribution=_LONG),
    "steps": StepsCard(heading=_COMPOUND, items=items(_LONG, _LONG, "Ok", _COMPOUND, _LONG)),
    "timeline": StepsCard(
        heading="Η ιστορία της ηλιακής ενέργειας",
        items=items("Ανακάλυψη του φαινομένου", _LONG, "Первый кремниевый элемент", "Más", _LONG),
        marks=("Anfang des neunzehnten Jahrhunderts", "1954", "2011"),
    ),
    "comparison": ComparisonCard(
        heading=_LONG,
        left=Item(text=_LONG),
        right=Item(text=_COMPOUND, line=1),
        left_value="1.234.567.890 €",
        right_value=_COMPOUND,
    ),
    "chart": ChartCard(
        heading="Изменение выбросов по секторам экономики",
        bars=(
            Bar(label=_LONG, value=12.5, shown="12,5 Millionen Tonnen"),
            Bar(label=_COMPOUND, value=-40, shown="−40"),
            Bar(label="Verkehr", value=0, shown="0"),
            Bar(label="Ü", value=3, shown="3"),
            Bar(label="Энергетика", value=-7, shown="−7"),
            Bar(label="Landwirtschaft", value=1e-9, shown="≈ 0"),
        ),
    ),
    "closing": ClosingCard(title=_LONG, takeaway=_LONG, source=_LONG),
    "scripts": BulletsCard(
        heading="珊瑚礁正在消失 🪸🌊",
        items=items("الشعاب المرجانية في خطر", "שוניות האלמוגים", "🔥👩‍🔬", "प्रवाल भित्तियाँ"),
    ),
}


def scene(card: Card, *, aspect: Aspect = Aspect.PORTRAIT, palette: str = "ink") -> Scene:
    line = Line(id="l1", text="A line.", spoken="A line.")
    return Scene(
        id="s1", lines=(line,), card=card, look=Look(palette=palette), canvas=Canvas.of(aspect)
    )
