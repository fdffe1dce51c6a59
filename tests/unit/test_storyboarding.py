"""Scripts cut into scenes: which card a text gets, how it is worded, and what never happens."""
# ruff: noqa: E501  Tables read best with a case a line.

import re
from collections.abc import Iterator

import pytest

from assets.boards.choice import Span, candidates
from assets.boards.condense import headline
from assets.boards.cut import seconds
from assets.boards.languages import lists
from assets.boards.wording import dangles
from assets.storyboarding import StoryboardParams, palette_of, storyboard
from vid_pipeline.artifacts import (
    Aspect,
    Brief,
    BulletsCard,
    Card,
    ChartCard,
    ComparisonCard,
    Line,
    NumberCard,
    QuoteCard,
    Scene,
    Script,
    StatementCard,
    StepsCard,
)
from vid_pipeline.media.cards.palettes import PALETTES

BRIEF = Brief(name="article.md")


def lines(*texts: str, topic: str | None = None) -> tuple[Line, ...]:
    return tuple(
        Line(id=f"l{number}", text=text, spoken=text, topic=topic)
        for number, text in enumerate(texts)
    )


def best(*texts: str, language: str = "en", topic: str | None = None) -> Card:
    """The card that fits these lines best when they share a scene."""
    span = Span(lines(*texts, topic=topic), language, "A title")
    return max(candidates(span), key=lambda one: one.fit).card


HEADLINES = [
    (
        "en",
        "However, reefs around the world are under threat.",
        "Reefs around the world are under threat",
    ),
    (
        "en",
        "When the water gets too warm, corals expel the algae living in their tissues, causing the coral to turn white.",
        "Corals expel the algae living in their tissues",
    ),
    (
        "en",
        "Scientists say that the reef, which is home to thousands of species, may disappear by 2050.",
        "Scientists say that the reef may disappear by 2050",
    ),
    (
        "en",
        "Coral polyps, the animals primarily responsible for building reefs, can take many forms: fans and colonies.",
        "Coral polyps can take many forms: fans and colonies",
    ),
    (
        "en",
        "Thousands of species of corals have been discovered; some live in warm seas and others in the cold.",
        "Thousands of species of corals have been discovered",
    ),
    (
        "en",
        "Coral reefs are some of the most diverse ecosystems in the world.",
        "Coral reefs are some of the most diverse ecosystems",
    ),
    (
        "en",
        "A crane could lift one box every three minutes, so a ship no longer waited in port for weeks.",
        "A crane could lift one box every three minutes",
    ),
    (
        "en",
        "Everything runs on one small computer in your home, and no page ever leaves it.",
        "Everything runs on one small computer in your home",
    ),
    (
        "en",
        "Watch the dough and not the clock, and the loaf will take care of itself.",
        "Watch the dough and not the clock",
    ),
    (
        "en",
        "Shape the loaf tightly, because a slack skin lets the gas escape sideways.",
        "Shape the loaf tightly",
    ),
    (
        "en",
        "The council will review the service after one year and decide in spring whether to keep it.",
        "The council will review the service after one year",
    ),
    ("en", "In the early 1950s cargo travelled loose.", "In the early 1950s cargo travelled loose"),
    ("en", "Apollo 11 landed on July 20, 1969.", "Apollo 11 landed on July 20, 1969"),
    (
        "de",
        "Bienen bestäuben rund 80 Prozent aller Nutzpflanzen, weil sie von Blüte zu Blüte fliegen.",
        "Bienen bestäuben rund 80 Prozent aller Nutzpflanzen",
    ),
    (
        "es",
        "El café crece en las montañas, porque necesita noches frescas y mucha lluvia.",
        "El café crece en las montañas",
    ),
]


@pytest.mark.parametrize(("language", "said", "shown"), HEADLINES, ids=[h[2] for h in HEADLINES])
def test_a_headline_leaves_out_what_can_go(language: str, said: str, shown: str) -> None:
    assert headline(said, language) == shown


MEANING = [
    "Cities were not built by fast ships or clever treaties alone, but by an agreement about a box.",
    "The bridge is not made of steel, but of stone from the quarry behind the village.",
]


@pytest.mark.parametrize("said", MEANING)
def test_a_denial_keeps_what_it_is_set_against(said: str) -> None:
    assert "but" in headline(said, "en") or "not" not in headline(said, "en")


WHOLE = [
    ("en", "The metal box became a world standard step by step.", "The metal box became a world standard step by step"),
    ("en", "It reads the books themselves, so it knows what is in them.", "It reads the books themselves"),
    ("en", "The more data-specific a dictionary is, the more efficient it is.", "The more data-specific a dictionary is, the more efficient it is"),
    ("en", "The molecules in it have been rain and ice so often that nobody can count how many times.", "The molecules in it have been rain and ice"),
    ("en", "Water that runs straight through the pot is another.", "Water that runs straight through the pot is another"),
    ("en", "Cut away any that are black or soft and put it back into the pot.", "Cut away any that are black or soft"),
    ("de", "Der berühmteste Leuchtturm der Antike stand vor Alexandria.", "Der berühmteste Leuchtturm der Antike stand vor Alexandria"),
    ("de", "Sie steht jeden Tag um 2:30 Uhr auf, und ihr Teig ruht mindestens 24 Stunden.", "Sie steht jeden Tag um 2:30 Uhr auf"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "said", "shown"), WHOLE, ids=[w[2][:40] for w in WHOLE])
def test_a_headline_stays_a_sentence(language: str, said: str, shown: str) -> None:
    assert headline(said, language) == shown


NUMBERS = [
    ("en", "About 44% of reef-building corals are at risk of extinction.", "44%", "of reef-building corals are at risk of extinction", "About"),
    ("en", "The bridge cost $3.5M and took two years to build.", "$3.5M", "The bridge cost", None),
    ("en", "More than 500 million people depend on reefs for food.", "500 million", "people depend on reefs for food", "More than"),
    ("en", "Amazon employs 1,500,000 people around the world.", "1,500,000", "people around the world", "Amazon employs"),
    ("en", "The net economic value of the world's coral reefs is estimated to be nearly $30 billion per year.", "~$30 billion", "per year", "Net economic value of the world's coral reefs"),
    ("en", "Handling in the two ports cost three times as much as the voyage.", "Three times", "as much as the voyage", "Handling in the two ports cost"),
    ("en", "In 2005, the U.S. lost half of its coral reefs in one year due to a massive bleaching event.", "Half", "of its coral reefs in one year", "The U.S. lost"),
    ("en", "A survey by the authority found that 6,200 people work night shifts on the southern shore.", "6,200", "people work night shifts on the southern shore", None),
    ("de", "Rund 80 Prozent aller Nutzpflanzen werden von Bienen bestäubt.", "80%", "aller Nutzpflanzen werden von Bienen bestäubt", "Rund"),
    ("es", "Más de 500 millones de personas dependen de los arrecifes.", "500 millones", "de personas dependen de los arrecifes", "Más de"),
    ("es", "El 70 % de la superficie está cubierta de agua.", "70 %", "de la superficie está cubierta de agua", None),
    ("fr", "Les abeilles pollinisent 80 % des plantes cultivées.", "80 %", "des plantes cultivées", "Les abeilles pollinisent"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "said", "value", "label", "kicker"), NUMBERS, ids=[n[1][:32] for n in NUMBERS]
)
def test_a_striking_figure_gets_a_number_card(
    language: str, said: str, value: str, label: str, kicker: str | None
) -> None:
    assert best(said, language=language) == NumberCard(value=value, label=label, kicker=kicker)


LISTS = [
    ("en", "Over half a billion people depend on reefs for food, income, and protection.", "Over half a billion people depend on reefs", ["Food", "Income", "Protection"]),
    ("en", "Some threats are natural, such as diseases, predators, and storms.", "Some threats are natural", ["Diseases", "Predators", "Storms"]),
    ("en", "Coral reefs protect coastlines from storms and erosion, provide jobs for local communities, and offer opportunities for recreation.", "Coral reefs", ["Protect coastlines from storms and erosion", "Provide jobs for local communities", "Offer opportunities for recreation"]),
    ("es", "Los arrecifes protegen la costa de tormentas, olas y erosión.", "Los arrecifes protegen la costa", ["Tormentas", "Olas", "Erosión"]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "said", "heading", "items"), LISTS)
def test_an_enumeration_gets_bullets(
    language: str, said: str, heading: str, items: list[str]
) -> None:
    card = best(said, language=language)
    assert isinstance(card, BulletsCard)
    assert (card.heading, [item.text for item in card.items]) == (heading, items)


CLAUSES = [
    ("Loading them took six days, unloading them took another four, and the crossing itself lasted only ten.", BulletsCard, ["Loading them took six days", "Unloading them took another four", "The crossing itself lasted only ten"]),
    ("Each passage is stored twice: once as plain words, and once as a vector.", BulletsCard, ["Once as plain words", "Once as a vector"]),
    ("Build dashboards, generate reports, or create chat apps.", BulletsCard, ["Build dashboards", "Generate reports", "Create chat apps"]),
    ("Its beak is the only hard part of its body, so any gap larger than the beak is a door.", StepsCard, ["Its beak is the only hard part of its body", "Any gap larger than the beak is a door"]),
    ("Chill the shaped loaf overnight, and bake it straight from the fridge.", StepsCard, ["Chill the shaped loaf overnight", "Bake it straight from the fridge"]),
]  # fmt: skip


@pytest.mark.parametrize(("said", "kind", "items"), CLAUSES, ids=[c[2][0] for c in CLAUSES])
def test_a_sentence_of_clauses_shows_them_all(
    said: str, kind: type[BulletsCard | StepsCard], items: list[str]
) -> None:
    card = best(said)
    assert isinstance(card, kind)
    assert [item.text for item in card.items] == items


CONDITIONS = [
    ("en", ("At 24 °C mine takes about five hours; at 18 °C it takes eleven.",), ("24 °C", "18 °C")),
    ("en", ("Below 40 percent the crumb was dense.", "Above 100 percent the loaf spread."), ("Below 40%", "Above 100%")),
    ("de", ("Bei 24 Grad ist er nach drei Stunden reif; bei 18 Grad dauert es doppelt so lange.",), ("24 Grad", "18 Grad")),
]  # fmt: skip


@pytest.mark.parametrize(("language", "said", "values"), CONDITIONS)
def test_what_happens_under_two_conditions_is_compared(
    language: str, said: tuple[str, ...], values: tuple[str, str]
) -> None:
    card = best(*said, language=language)
    assert isinstance(card, ComparisonCard)
    assert (card.left_value, card.right_value) == values


DATED = [
    ("en", "By 1980 most general cargo moved in containers.", "1980", "Most general cargo moved in containers"),
    ("es", "En 1875 el suizo Daniel Peter añadió leche en polvo, después de ocho años de fracasos.", "1875", "El suizo Daniel Peter añadió leche en polvo"),
    ("de", "Im Jahr 1822 stellte der französische Physiker Augustin Fresnel eine Linse aus vielen gläsernen Ringen vor.", "1822", "Der Physiker Augustin Fresnel stellte eine Linse aus vielen gläsernen Ringen vor"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "said", "year", "event"), DATED)
def test_a_year_that_opens_a_sentence_stands_large(
    language: str, said: str, year: str, event: str
) -> None:
    assert best(said, language=language) == NumberCard(value=year, label=event)


def test_an_announced_list_is_the_heading_of_its_items() -> None:
    card = best(
        "Three things made the job superfluous.",
        "Electric lamps needed no oil.",
        "Sensors switched the lamps on at dusk.",
        "Radio reported every fault at once.",
    )
    assert isinstance(card, BulletsCard)
    assert card.heading == "Three things made the job superfluous"
    assert [item.line for item in card.items] == [1, 2, 3]


def test_what_one_person_says_in_two_lines_is_one_quotation() -> None:
    card = best(
        "“This is not about tourism,” Helena Ortiz said.", "“It is about the people who work.”"
    )
    assert card == QuoteCard(
        text="This is not about tourism. It is about the people who work",
        attribution="Helena Ortiz",
    )


UNRELATED = [
    ("Using it late cost me 15% of the height.", "The best loaves had grown by 60 percent."),
    ("The dough had grown by 60 to 75 percent.", "The dough had lost 10 percent."),
]


@pytest.mark.parametrize("said", UNRELATED)
def test_figures_of_two_matters_are_no_chart(said: tuple[str, ...]) -> None:
    assert not isinstance(best(*said), ChartCard)


def test_a_vote_is_no_range() -> None:
    card = best("Its council voted 31 to 12 on Tuesday.")
    assert not isinstance(card, NumberCard)


@pytest.mark.parametrize("language", ["fr", "it", "pt", "nl", "pl", "fi"])
def test_a_decimal_comma_is_read_in_any_language(language: str) -> None:
    assert candidates(Span(lines("Em 2023: 1,2 mil milhões, 1.250,5 e 3.4."), language, "A title"))


QUOTES = [
    ("en", "“The ocean is warming faster than we thought,” said Dr. Jane Smith, a marine biologist.", "The ocean is warming faster than we thought", "Dr. Jane Smith, a marine biologist"),
    ("en", "“This is not about tourism,” Mayor Helena Ortiz told reporters after the vote.", "This is not about tourism", "Mayor Helena Ortiz"),
    ("de", "„Das Meer erwärmt sich schneller als gedacht“, sagte Anna Weber.", "Das Meer erwärmt sich schneller als gedacht", "Anna Weber"),
    ("es", "«El mar se calienta más rápido de lo previsto», dijo Ana Ruiz.", "El mar se calienta más rápido de lo previsto", "Ana Ruiz"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "said", "text", "who"), QUOTES)
def test_quoted_speech_gets_a_quote_with_its_speaker(
    language: str, said: str, text: str, who: str
) -> None:
    assert best(said, language=language) == QuoteCard(text=text, attribution=who)


ORDERED: list[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = [
    ("en", ("First, mix the flour with water.", "Then let the dough rest for an hour.", "Finally, bake it at full heat."), ("Mix the flour with water", "Let the dough rest for an hour", "Bake it at full heat"), ()),
    ("es", ("Primero se mezcla la harina con agua.", "Luego se deja reposar la masa.", "Finalmente se hornea el pan."), ("Se mezcla la harina con agua", "Se deja reposar la masa", "Se hornea el pan"), ()),
    ("de", ("Zuerst wird der Teig gemischt.", "Dann ruht der Teig eine Stunde.", "Schließlich kommt er in den Ofen."), ("Der Teig wird gemischt", "Der Teig ruht eine Stunde", "Er kommt in den Ofen"), ()),
    ("en", ("In 1956 the first container voyage sailed from Newark.", "In 1961 the committee began its work."), ("The first container voyage sailed from Newark", "The committee began its work"), ("1956", "1961")),
    ("en", ("In 1998 the reef bleached, in 2002 it bleached again and in 2016 a third of it died.",), ("The reef bleached", "It bleached again", "A third of it died"), ("1998", "2002", "2016")),
    ("de", ("Im Jahr 1969 landete Apollo 11 auf dem Mond.", "Im Jahr 1972 flog die letzte Mission."), ("Apollo 11 landete auf dem Mond", "Die letzte Mission flog"), ("1969", "1972")),
]  # fmt: skip


@pytest.mark.parametrize(("language", "said", "items", "marks"), ORDERED)
def test_what_happens_in_order_gets_steps_or_a_timeline(
    language: str, said: tuple[str, ...], items: tuple[str, ...], marks: tuple[str, ...]
) -> None:
    card = best(*said, language=language)
    assert isinstance(card, StepsCard)
    assert (tuple(item.text for item in card.items), card.marks) == (items, marks)
    assert {item.line for item in card.items} == set(range(len(said)))


def test_two_figures_of_one_unit_are_compared() -> None:
    card = best("While cats sleep for 15 hours a day, dogs sleep for 12 hours.")
    assert isinstance(card, ComparisonCard)
    assert (card.left.text, card.left_value) == ("Cats", "15 hours")
    assert (card.right.text, card.right_value) == ("Dogs", "12 hours")


def test_a_contrast_without_figures_is_a_comparison_without_values() -> None:
    card = best("Trains are quiet, whereas planes are loud.")
    assert isinstance(card, ComparisonCard)
    assert (card.left.text, card.right.text) == ("Trains are quiet", "Planes are loud")
    assert card.left_value is None


CHARTS: list[tuple[tuple[str, ...], list[tuple[str, float]]]] = [
    (("Solar supplies 12%, wind 30% and coal 8% of the power.",), [("Solar", 12), ("Wind", 30), ("Coal", 8)]),
    (("The share of coal fell from 40% in 1990 to 2% in 2020.",), [("1990", 40), ("2020", 2)]),
    (("In 1965 a gang moved 1.7 tonnes of cargo per hour; by 1970 the same work ran at 30 tonnes per hour.",), [("1965", 1.7), ("1970", 30)]),
    (("Free trade agreements raised commerce by about 45%.", "Adopting the container raised it by about 790%."), [("Free trade agreements", 45), ("Adopting the container", 790)]),
]  # fmt: skip


@pytest.mark.parametrize(("said", "bars"), CHARTS)
def test_comparable_figures_get_a_chart(
    said: tuple[str, ...], bars: list[tuple[str, float]]
) -> None:
    card = best(*said)
    assert isinstance(card, ChartCard)
    assert [(bar.label, bar.value) for bar in card.bars] == bars


PLAIN = [
    "A whale is heavier than an elephant.",
    "He was born on 12 March 1950 in Rome.",
    "The shop opens at 5 p.m. on weekdays.",
    "Apollo 11 landed on July 20, 1969.",
    "The man who changed this had no background in shipping.",
    "Above 100 percent the loaf spread like a pancake.",
    "A recipe that says “four hours” is wrong for half of the year.",
    "When a book arrives, the program splits it into passages of about 200 words.",
    "5 %",
    "",
    "?!",
    "2026",
]


@pytest.mark.parametrize("said", PLAIN)
def test_a_text_without_a_shape_stays_a_statement(said: str) -> None:
    assert isinstance(best(said or "Nothing."), StatementCard)


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "fi"])
@pytest.mark.parametrize("said", ["", "?!", "5 %", "90 % :", "Seit 1950.", "10 % 20 %", "– 3 –"])
def test_any_scrap_of_text_gets_a_card(said: str, language: str) -> None:
    assert candidates(Span(lines(said), language, "A title"))
    assert candidates(Span(lines(said, "Und 30 % mehr."), language, "A title"))


REEF = Script(
    title="Why coral reefs matter",
    language="en",
    author="extractive",
    source="noaa.gov",
    lines=lines(
        "Coral reefs cover less than one percent of the ocean floor, but they support about 25 percent of all marine life.",
        "Coral reefs are some of the most diverse ecosystems in the world.",
        "Coral reefs protect coastlines from storms and erosion, provide jobs for local communities, and offer opportunities for recreation.",
        "Over half a billion people depend on reefs for food, income, and protection.",
        "The net economic value of the world's coral reefs is estimated to be nearly $30 billion per year.",
        "“The ocean is warming faster than we thought,” said Dr. Jane Smith, a marine biologist.",
        "When the water gets too warm, corals expel the algae living in their tissues, causing the coral to turn completely white.",
        "In 1998 the reef bleached for the first time.",
        "In 2016 a third of the reef died.",
        "Reefs saved today can still be there for our grandchildren.",
    ),
)  # fmt: skip


def scenes(script: Script = REEF, **params: int | str) -> tuple[Scene, ...]:
    return storyboard(StoryboardParams.model_validate(params), BRIEF, script).scenes


def shown(card: Card) -> Iterator[str]:
    """Every text on a card."""
    for value in card.model_dump(exclude={"layout"}).values():
        for part in value if isinstance(value, list | tuple) else (value,):
            texts = part.values() if isinstance(part, dict) else (part,)
            yield from (text for text in texts if isinstance(text, str))


def test_a_video_opens_with_its_title_and_ends_with_a_closing() -> None:
    layouts = [scene.card.layout for scene in scenes()]
    assert (layouts[0], layouts[-1]) == ("title", "closing")
    assert len(set(layouts)) >= 5


def test_every_line_is_in_one_scene_in_order() -> None:
    assert tuple(line for scene in scenes() for line in scene.lines) == REEF.lines


def test_every_number_on_a_card_is_said_in_its_scene() -> None:
    for scene in scenes()[1:]:
        said = " ".join(line.text for line in scene.lines)
        for text in shown(scene.card):
            assert set(re.findall(r"\d+", text)) <= set(re.findall(r"\d+", said)), scene.card


def test_no_text_on_a_card_breaks_off() -> None:
    for scene in scenes():
        for text in shown(scene.card):
            assert "…" not in text
        card = scene.card
        if isinstance(card, StatementCard):
            assert not dangles(card.text, lists("en"))


def test_items_appear_with_a_line_of_their_scene() -> None:
    for scene in scenes():
        if isinstance(scene.card, BulletsCard | StepsCard):
            assert all(item.line < len(scene.lines) for item in scene.card.items)


def test_the_same_script_gives_the_same_storyboard() -> None:
    assert scenes() == scenes()


def test_no_layout_comes_three_times_running_when_another_fits() -> None:
    layouts = [scene.card.layout for scene in scenes()]
    runs = [layouts[i : i + 3] for i in range(len(layouts) - 2)]
    assert not [run for run in runs if len(set(run)) == 1]


def test_at_most_max_scenes_and_at_least_five() -> None:
    assert len(scenes(max_scenes=6)) <= 6
    assert len(scenes()) >= 5
    assert all(seconds(scene.lines) < 20 for scene in scenes())


def test_a_look_is_one_for_all_scenes_and_comes_from_the_title() -> None:
    assert {scene.look.palette for scene in scenes()} == {palette_of(REEF.title)}
    assert {scene.look.palette for scene in scenes(palette="plum")} == {"plum"}
    assert {palette_of(f"Title {number}") for number in range(99)} == set(PALETTES)


def test_an_unknown_palette_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="plum"):
        StoryboardParams(palette="beige")


def test_the_canvas_comes_from_the_brief() -> None:
    wide = BRIEF.model_copy(update={"aspect": Aspect.LANDSCAPE})
    board = storyboard(StoryboardParams(), wide, REEF)
    assert {(s.canvas.width_px, s.canvas.height_px) for s in board.scenes} == {(1920, 1080)}


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_short_script_gets_a_scene_a_line(count: int) -> None:
    script = REEF.model_copy(update={"lines": REEF.lines[:count]})
    assert len(scenes(script)) == count


def test_a_language_without_word_lists_works() -> None:
    script = REEF.model_copy(update={"language": "fi"})
    assert {scene.card.layout for scene in scenes(script)} >= {"title", "closing"}
