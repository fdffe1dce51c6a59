"""Cards: every text fits, is legible, and keeps clear of the captions."""

from itertools import combinations

import pytest

from resources.browser import BrowserResource
from tests.media.samples import USUAL, WORST, items, scene
from vid_pipeline.artifacts import Aspect, BulletsCard, ChartCard, Layer, StatementCard
from vid_pipeline.media.cards import markup
from vid_pipeline.media.cards.page import content_area, page
from vid_pipeline.media.cards.palettes import PALETTES, contrast
from vid_pipeline.media.frame import caption_area
from vid_pipeline.ports import Box
from vid_pipeline.testing.browser import FakeBrowser

AA_TEXT = 4.5
SAFE = 0.05
LAYER_MARGIN_PX = 6
ALL = {f"usual {name}": card for name, card in USUAL.items()}
ALL |= {f"worst {name}": card for name, card in WORST.items()}


@pytest.mark.parametrize("name", PALETTES)
def test_every_text_of_a_palette_meets_wcag_aa(name: str) -> None:
    palette = PALETTES[name]
    grounds = [palette.top, palette.bottom, palette.glow, palette.glow_two, palette.panel]
    for ink in (palette.text, palette.muted, palette.accent):
        for ground in grounds:
            assert contrast(ink, ground) >= AA_TEXT, (ink, ground)
    assert contrast(palette.on_accent, palette.accent) >= AA_TEXT


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
        assert_inside(box, aspect)
    for (one_box, _), (other, _) in combinations(shot.boxes, 2):
        assert apart(one_box, other)


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
        assert data.keys() - {"layer", "fit", "text"} <= Layer.model_fields.keys()


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
    grow = [box for box, data in boxes if data.get("motion") == "grow_x"]
    bars = [box.width - 2 * LAYER_MARGIN_PX for box in grow[1:]]
    longest = card.bars[0].value
    for width, bar in zip(bars[:3], card.bars[:3], strict=True):
        assert width / bars[0] == pytest.approx(bar.value / longest, abs=0.01)


def test_text_is_escaped_and_loses_what_fonts_cannot_draw() -> None:
    assert markup.text("a <b> & \u202e“c” 🔥👩‍🔬\n d ✓") == "a &lt;b&gt; &amp; “c” d ✓"


def test_emphasis_is_found_whatever_its_case_and_never_in_markup() -> None:
    assert markup.emphasized("The Sea & us", "sea &") == "The <em>Sea &amp;</em> us"
    assert markup.emphasized("Fish & chips", "amp") == "Fish &amp; chips"
    assert markup.emphasized("Fish", None) == "Fish"


def test_a_card_without_a_kicker_has_a_rule_instead() -> None:
    with_kicker = page(scene(StatementCard(text="Yes", kicker="Why")))
    without = page(scene(StatementCard(text="Yes")))
    assert ('class="rule"' in with_kicker, 'class="rule"' in without) == (False, True)
