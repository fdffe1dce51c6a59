"""Cards: every text fits, is legible, and keeps clear of the captions."""

from itertools import combinations

import pytest

from resources.browser import BrowserResource
from tests.media.samples import USUAL, WORST, items, scene
from vid_pipeline.artifacts import Aspect, BulletsCard, ChartCard, Layer, StatementCard
from vid_pipeline.media.cards import markup
from vid_pipeline.media.cards.grounds import ground
from vid_pipeline.media.cards.page import content_area, page
from vid_pipeline.media.cards.palettes import PALETTES, Ground, contrast
from vid_pipeline.media.frame import caption_area
from vid_pipeline.ports import Box
from vid_pipeline.testing.browser import FakeBrowser

AA_TEXT = 4.5
DRIFT_PX = 22
SAFE = 0.05
ALL = {f"usual {name}": card for name, card in USUAL.items()}
ALL |= {f"worst {name}": card for name, card in WORST.items()}


GROUNDS: tuple[Ground, ...] = ("bold", "tint", "calm", "deep")


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("name", PALETTES)
def test_every_text_of_a_palette_meets_wcag_aa(name: str, ground: Ground) -> None:
    tone = PALETTES[name].tone(ground)
    for ink in (tone.text, tone.muted, tone.accent):
        for under in (tone.ground, tone.end, tone.shape, tone.panel):
            assert contrast(ink, under) >= AA_TEXT, (ink, under)
    assert contrast(tone.on_accent, tone.accent) >= AA_TEXT
    assert contrast(tone.text, tone.marker) >= AA_TEXT


@pytest.mark.parametrize("name", PALETTES)
def test_the_text_inside_and_after_a_bar_meets_wcag_aa(name: str) -> None:
    tone = PALETTES[name].calm
    assert contrast(tone.text, tone.bar) >= AA_TEXT
    assert contrast(tone.text, tone.track) >= AA_TEXT


def test_scene_kinds_stand_on_different_grounds() -> None:
    grounds = {name: ground(scene(card)) for name, card in USUAL.items()}
    assert (grounds["title"], grounds["closing"]) == ("bold", "bold")
    assert len({grounds[name] for name in ("title", "statement", "bullets", "number")}) == 4


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.browser
@pytest.mark.parametrize("aspect", list(Aspect))
@pytest.mark.parametrize("name", ALL)
def test_a_card_fits(name: str, aspect: Aspect) -> None:
    one = scene(ALL[name], aspect=aspect)
    shot = BrowserResource().draw(page(one), one.canvas)
    for box, data in shot.boxes:
        assert "overflow" not in data, data
        assert name.startswith("worst") or "cut" not in data
        if data.get("motion") != "drift":
            assert_inside(box, aspect)
    words = [box for box, data in shot.boxes if "shape" not in data]
    for one_box, other in combinations(words, 2):
        assert apart(one_box, other)


@pytest.mark.browser
@pytest.mark.parametrize("aspect", list(Aspect))
def test_what_drifts_keeps_clear_of_the_card_and_the_captions(aspect: Aspect) -> None:
    one = scene(USUAL["bullets"], aspect=aspect)
    boxes = BrowserResource().draw(page(one), one.canvas).boxes
    areas = [caption_area(one.canvas), content_area(one.canvas)]
    for box in (box for box, data in boxes if data.get("motion") == "drift"):
        reach = Box(
            box.x - DRIFT_PX, box.y - DRIFT_PX, box.width + 2 * DRIFT_PX, box.height + 2 * DRIFT_PX
        )
        for area in areas:
            assert apart(reach, Box(area.x_px, area.y_px, area.width_px, area.height_px))
        assert min(reach.x, reach.y) >= 0
        assert reach.x + reach.width <= one.canvas.width_px
        assert reach.y + reach.height <= one.canvas.height_px


@pytest.mark.browser
def test_a_marker_lies_behind_each_line_of_what_is_emphasized() -> None:
    one = scene(USUAL["statement"])
    boxes = BrowserResource().draw(page(one), one.canvas).boxes
    markers = [(box, data) for box, data in boxes if data.get("shape") == "marker"]
    assert len({box.y for box, _ in markers}) == len(markers) > 1
    assert {data["said"] for _, data in markers} == {"cheapest source of new electricity"}


def assert_inside(box: Box, aspect: Aspect) -> None:
    canvas = scene(USUAL["title"], aspect=aspect).canvas
    assert box.x >= canvas.width_px * SAFE
    assert box.y >= canvas.height_px * SAFE
    assert box.x + box.width <= canvas.width_px * (1 - SAFE)
    assert box.y + box.height <= caption_area(canvas).y_px


def apart(one: Box, other: Box) -> bool:
    slack = 0.01
    return (
        one.x + one.width <= other.x + slack
        or other.x + other.width <= one.x + slack
        or one.y + one.height <= other.y + slack
        or other.y + other.height <= one.y + slack
    )


@pytest.mark.parametrize("aspect", list(Aspect))
def test_the_content_ends_above_the_captions(aspect: Aspect) -> None:
    canvas = scene(USUAL["title"], aspect=aspect).canvas
    area = content_area(canvas)
    assert area.y_px + area.height_px < caption_area(canvas).y_px


@pytest.mark.parametrize("name", ALL)
def test_layers_carry_only_what_a_layer_has(name: str) -> None:
    one = scene(ALL[name])
    for _, data in FakeBrowser().draw(page(one), one.canvas).boxes:
        assert (
            data.keys() - {"layer", "fit", "text", "shape", "colour"} <= Layer.model_fields.keys()
        )


def test_an_item_appears_with_its_line() -> None:
    card = BulletsCard(heading="Why", items=items("First", "Second", "Third"))
    one = scene(card)
    drawn = FakeBrowser().draw(page(one), one.canvas).boxes
    assert [data["line"] for _, data in drawn if "line" in data] == ["0", "1", "2"]


@pytest.mark.browser
def test_bars_are_as_long_as_their_values() -> None:
    card = USUAL["chart"]
    assert isinstance(card, ChartCard)
    one = scene(card)
    boxes = BrowserResource().draw(page(one), one.canvas).boxes
    bars = [box for box, data in boxes if is_bar(data)]
    longest = card.bars[0].value
    for box, bar in zip(bars, card.bars, strict=True):
        assert box.x == bars[0].x
        assert box.width / bars[0].width == pytest.approx(bar.value / longest, abs=0.002)


def is_bar(data: dict[str, str]) -> bool:
    return data.get("shape") == "bar" and data["colour"] != "track"


def test_text_is_escaped_and_loses_what_fonts_cannot_draw() -> None:
    assert markup.text("a <b> & \u202e“c” 🔥👩‍🔬\n d ✓") == "a &lt;b&gt; &amp; “c” d ✓"


def test_emphasis_is_found_whatever_its_case_and_never_in_markup() -> None:
    assert markup.emphasized("The Sea & us", "sea &") == (
        'The <em data-layer data-shape="marker" data-colour="marker" data-motion="sweep"'
        ' data-said="Sea &amp;">Sea &amp;</em> us'
    )
    assert markup.emphasized("Fish & chips", "amp") == "Fish &amp; chips"
    assert markup.emphasized("Fish", None) == "Fish"


def test_a_card_without_a_kicker_has_a_rule_instead() -> None:
    with_kicker = page(scene(StatementCard(text="Yes", kicker="Why")))
    without = page(scene(StatementCard(text="Yes")))
    assert ('class="rule"' in with_kicker, 'class="rule"' in without) == (False, True)
