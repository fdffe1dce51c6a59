"""A video of a minute in eight scenes of eight layouts, to measure with."""

from vid_pipeline.artifacts import (
    Bar,
    BulletsCard,
    Card,
    ChartCard,
    ClosingCard,
    Item,
    Line,
    Look,
    NumberCard,
    QuoteCard,
    Scene,
    StatementCard,
    StepsCard,
    Storyboard,
    TitleCard,
)

SECONDS = 60
_SCENES: tuple[tuple[Card, tuple[str, ...]], ...] = (
    (
        TitleCard(kicker="Coral reefs", title="The cities under the sea"),
        ("A quarter of all sea life depends on a habitat that covers less than one percent of the "
         "ocean floor.",),
    ),
    (
        StatementCard(text="Corals are animals that farm light", emphasis="farm light"),
        ("Corals are animals, and they live with algae inside them.",
         "The algae turn sunlight into sugar and feed their hosts."),
    ),
    (
        BulletsCard(
            heading="What a reef gives",
            items=(
                Item(text="Shelter for young fish", line=0),
                Item(text="A wall against storms", line=1),
                Item(text="Work for whole coasts", line=2),
            ),
        ),
        ("Young fish find shelter between its branches.",
         "Its ridge takes the force out of storm waves.",
         "And whole coasts live from fishing and travel."),
    ),
    (
        NumberCard(value="97%", label="of wave energy stopped by a healthy reef"),
        ("A healthy reef can stop ninety seven percent of the energy of a wave.",
         "No wall of concrete does it as cheaply."),
    ),
    (
        QuoteCard(text="Heat is the one thing a reef cannot hide from.",
                  attribution="A marine biologist"),
        ("When the water stays too warm, corals lose their algae and turn white.",
         "They can recover, if the heat ends in time."),
    ),
    (
        StepsCard(
            heading="How bleaching works",
            items=(
                Item(text="Water warms by a degree", line=0),
                Item(text="Algae are driven out", line=1),
                Item(text="The coral starves", line=2),
            ),
        ),
        ("It starts with water one degree too warm.", "Then the algae are driven out.",
         "After some weeks the coral starves."),
    ),
    (
        ChartCard(
            heading="Live coral cover",
            bars=(
                Bar(label="1985", value=28, shown="28%"),
                Bar(label="2000", value=22, shown="22%"),
                Bar(label="2012", value=14, shown="14%"),
            ),
        ),
        ("On one large reef, live coral fell from twenty eight percent to fourteen.",
         "It took less than thirty years."),
    ),
    (
        ClosingCard(title="Reefs can come back", takeaway="If the water cools in time"),
        ("Reefs that were left alone have come back within a decade or so.",
         "What they need most is cooler water, and time."),
    ),
)  # fmt: skip


def storyboard(*, changed: bool = False) -> Storyboard:
    """The fixture; `changed` gives one scene's card another text."""
    scenes = [_scene(number, card, texts) for number, (card, texts) in enumerate(_SCENES)]
    if changed:
        card = StatementCard(text="Corals are animals that harvest light", emphasis="harvest light")
        scenes[1] = scenes[1].model_copy(update={"card": card})
    return Storyboard(title="The cities under the sea", language="en", scenes=tuple(scenes))


def _scene(number: int, card: Card, texts: tuple[str, ...]) -> Scene:
    lines = tuple(
        Line(id=f"line_{number}_{place}", text=text, spoken=text)
        for place, text in enumerate(texts)
    )
    return Scene(id=f"scene_{number}", lines=lines, card=card, look=Look(palette="ocean"))
