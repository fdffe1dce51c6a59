"""A channel's colours, font, logo and words in its videos."""

import random
from pathlib import Path

import numpy as np
import pytest

from assets.storyboarding import StoryboardParams, storyboard
from resources.browser import BrowserResource
from tests.media.samples import USUAL, WORST, scene
from vid_pipeline.artifacts import (
    Aspect,
    Brand,
    Brief,
    ClosingCard,
    Colours,
    Line,
    Look,
    Scene,
    Script,
    TitleCard,
)
from vid_pipeline.errors import BadSource
from vid_pipeline.media import png
from vid_pipeline.media.cards.page import LOGO_PX, content_area, logo_area, page
from vid_pipeline.media.cards.palettes import AA, branded, contrast, is_kept
from vid_pipeline.media.drawing import draw
from vid_pipeline.media.frame import caption_area
from vid_pipeline.media.logo import cleaned, fitted
from vid_pipeline.testing.browser import FakeBrowser
from vid_pipeline.testing.store import FakeStore

_OWN = Colours(main="#0b3d91", accent="#ffd400")


def test_texts_can_be_read_in_whatever_colours_a_channel_has() -> None:
    chosen = random.Random(7)
    for _ in range(300):
        pair = [f"#{chosen.randrange(1 << 24):06x}" for _ in range(2)]
        palette = branded(Colours(main=pair[0], accent=pair[1]))
        for tone in (palette.bold, palette.tint, palette.calm, palette.deep):
            for ink in (tone.text, tone.muted, tone.accent):
                for under in (tone.ground, tone.end, tone.shape, tone.panel):
                    assert contrast(ink, under) >= AA, pair
            assert contrast(tone.on_accent, tone.accent) >= AA
            assert contrast(tone.text, tone.marker) >= AA
        for under in (palette.calm.bar, palette.calm.track):
            assert contrast(palette.calm.text, under) >= AA, pair


def test_colours_that_can_be_read_are_used_as_they_are() -> None:
    bold = branded(_OWN).bold
    assert (bold.ground, bold.accent) == (_OWN.main, _OWN.accent)
    assert is_kept(_OWN)
    assert not is_kept(Colours(main="#808080", accent="#858585"))


def test_a_video_has_what_its_channel_lends_it(tmp_path: Path) -> None:
    store = FakeStore(tmp_path)
    logo = store.put_bytes(_logo(), "image/png")
    brand = Brand(channel="ships", name="Ships", colours=_OWN, font="Noto Sans", logo=logo)
    board = storyboard(StoryboardParams(), _brief(brand), _SCRIPT)
    assert board.scenes[0].look == Look(
        palette=board.scenes[0].look.palette, colours=_OWN, font="Noto Sans", logo=logo
    )
    first, last = board.scenes[0].card, board.scenes[-1].card
    assert isinstance(first, TitleCard)
    assert first.kicker == "Ships"
    assert isinstance(last, ClosingCard)
    told = brand.model_copy(update={"intro": "Part 2", "outro": "Follow us"})
    board = storyboard(StoryboardParams(), _brief(told), _SCRIPT)
    assert "Part 2" in board.scenes[0].card.model_dump().values()
    assert "Follow us" in board.scenes[-1].card.model_dump().values()
    assert '"Noto Sans"' in page(board.scenes[0])


def test_what_is_made_for_no_channel_is_written_as_before() -> None:
    assert "brand" not in _brief(None).model_dump()
    assert Look().model_dump() == {"palette": "ink"}


@pytest.mark.parametrize("aspect", list(Aspect))
def test_a_logo_stands_above_the_card(aspect: Aspect, tmp_path: Path) -> None:
    store = FakeStore(tmp_path)
    one = _marked(scene(USUAL["bullets"], aspect=aspect), store)
    layer = next(one for one in draw(one, FakeBrowser(), store).layers if one.motion == "still")
    assert layer.height_px == LOGO_PX
    assert layer.width_px == 3 * LOGO_PX
    card = content_area(one.canvas, logo=True)
    assert layer.y_px + layer.height_px + 20 <= card.y_px
    assert logo_area(one.canvas, layer.width_px).x_px == card.x_px == layer.x_px


@pytest.mark.browser
@pytest.mark.parametrize("aspect", list(Aspect))
def test_cards_keep_clear_of_a_logo_and_the_captions(aspect: Aspect, tmp_path: Path) -> None:
    store = FakeStore(tmp_path)
    for card in (*USUAL.values(), *WORST.values()):
        one = _marked(scene(card, aspect=aspect), store)
        logo, captions = logo_area(one.canvas, 3 * LOGO_PX), caption_area(one.canvas)
        for box, data in BrowserResource().draw(page(one), one.canvas).boxes:
            if data.get("motion") in {"drift", "fill"}:
                continue
            assert "overflow" not in data, data
            assert box.y + box.height <= captions.y_px
            assert box.y >= logo.y_px + logo.height_px


def test_a_logo_is_a_clean_picture_of_some_size() -> None:
    pixels = png.decode(cleaned(_logo(1200, 400), "logo.png"))
    assert pixels is not None
    assert pixels.shape == (171, 512, 4)
    picture, width_px = fitted(_logo(), 76)
    assert width_px == 228
    assert png.decode(picture) is not None
    for wrong in (b"no picture", _logo(900, 100), b""):
        with pytest.raises(BadSource):
            cleaned(wrong, "logo.png")


def _marked(one: Scene, store: FakeStore) -> Scene:
    logo = store.put_bytes(_logo(), "image/png")
    look = Look(colours=_OWN, font="Noto Sans", logo=logo)
    return one.model_copy(update={"look": look})


def _logo(width: int = 300, height: int = 100) -> bytes:
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[:, : width // 2] = (255, 212, 0, 255)
    return png.encode(pixels)


def _brief(brand: Brand | None) -> Brief:
    return Brief(name="x", url="https://example.org", brand=brand)


def _line(number: int, text: str) -> Line:
    return Line(id=f"l{number}", text=text, spoken=text)


_SCRIPT = Script(
    title="Why tides turn",
    language="en",
    author="extractive",
    lines=(
        _line(1, "Twice a day the sea comes back."),
        _line(2, "The moon pulls at the water on the near side."),
        _line(3, "On the far side the water lags behind."),
        _line(4, "So every coast meets two high waters a day."),
    ),
)
