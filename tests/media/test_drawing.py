"""A scene's drawing: what the engine can rely on."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from assets.visuals import DrawSceneParams, draw_scene
from resources.browser import BrowserResource
from tests.media.samples import USUAL, WORST, scene
from vid_pipeline.artifacts import Aspect, Drawing, MediaRef
from vid_pipeline.errors import BadRequest
from vid_pipeline.media import png
from vid_pipeline.media.cards.page import page
from vid_pipeline.media.drawing import draw, inked
from vid_pipeline.media.frame import Area
from vid_pipeline.ports import Box
from vid_pipeline.testing.browser import FakeBrowser
from vid_pipeline.testing.store import FakeStore


def opened(store: FakeStore, ref: MediaRef) -> npt.NDArray[np.uint8]:
    pixels = png.decode(store.path(ref).read_bytes())
    assert pixels is not None
    return pixels


def test_a_png_holds_its_pixels() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (31, 17, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    read = png.decode(png.encode(pixels))
    assert read is not None
    assert np.array_equal(read, pixels)


def test_bytes_that_are_no_picture_decode_to_none() -> None:
    assert png.decode(b"no picture") is None


def test_a_cut_is_tight_and_on_even_pixels() -> None:
    picture = np.zeros((40, 60, 4), np.uint8)
    picture[11:20, 7:30, 3] = 9
    assert inked(picture, Box(x=0, y=0, width=60, height=40)) == Area(6, 10, 24, 10)


def test_a_cut_stays_in_its_box() -> None:
    picture = np.full((40, 60, 4), 255, np.uint8)
    area = inked(picture, Box(x=-5, y=8.4, width=25.5, height=100))
    assert area == Area(0, 8, 22, 32)


def test_an_empty_box_has_no_cut() -> None:
    assert inked(np.zeros((4, 4, 4), np.uint8), Box(x=0, y=0, width=4, height=4)) is None


def test_layers_say_when_and_how_they_appear(tmp_path: Path) -> None:
    drawing = draw(scene(USUAL["bullets"]), FakeBrowser(), FakeStore(tmp_path))
    words = [layer for layer in drawing.layers if layer.motion == "rise"]
    assert [(layer.line, layer.order) for layer in words] == [(None, 0), (0, 0), (1, 0), (2, 0)]


def test_shapes_lie_behind_all_words_in_the_colours_of_the_scene(tmp_path: Path) -> None:
    store = FakeStore(tmp_path)
    drawing = draw(scene(USUAL["chart"], palette="sky"), FakeBrowser(), store)
    motions = [layer.motion for layer in drawing.layers]
    assert motions.index("rise") > max(
        place for place, motion in enumerate(motions) if motion in {"drift", "fill", "sweep"}
    )
    line = next(layer for layer in drawing.layers if layer.motion == "fill")
    pixels = opened(store, line.image)
    assert tuple(pixels[line.height_px // 2, line.width_px // 2]) == (0x23, 0x46, 0xD2, 255)


def test_a_chart_bar_comes_when_its_value_is_said(tmp_path: Path) -> None:
    drawing = draw(scene(USUAL["chart"]), FakeBrowser(), FakeStore(tmp_path))
    said = [layer.said for layer in drawing.layers if layer.motion == "sweep" and layer.said]
    assert said == ["442 GW", "117 GW", "31 GW", "4.6 GW"]


def test_a_palette_can_be_set_for_the_step(tmp_path: Path) -> None:
    browser, store = FakeBrowser(), FakeStore(tmp_path)
    one = scene(USUAL["title"])
    draw_scene(DrawSceneParams(palette="sky"), one, browser=browser, store=store)
    draw_scene(DrawSceneParams(), one, browser=browser, store=store)
    assert [("#2346d2" in page, "#ffb83d" in page) for page in browser.pages] == [
        (True, False),
        (False, True),
    ]


def test_an_unknown_palette_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="Choose: forest, ink"):
        draw(scene(USUAL["title"], palette="neon"), FakeBrowser(), FakeStore(tmp_path))


def stacked(drawing: Drawing, shapes: int, store: FakeStore) -> npt.NDArray[np.uint8]:
    """All but the shapes put back on an empty canvas; asserts that none lies on another."""
    canvas = drawing.canvas
    whole = np.zeros((canvas.height_px, canvas.width_px, 4), np.uint8)
    for layer in drawing.layers[shapes:]:
        pixels = opened(store, layer.image)
        assert pixels.shape[:2] == (layer.height_px, layer.width_px)
        part = whole[layer.y_px :, layer.x_px :][: layer.height_px, : layer.width_px]
        assert not (part[..., 3].astype(bool) & pixels[..., 3].astype(bool)).any()
        part += pixels
    return whole


@pytest.mark.browser
@pytest.mark.parametrize("aspect", list(Aspect))
@pytest.mark.parametrize("name", ["title", "bullets", "timeline", "chart", "comparison"])
def test_the_layers_together_are_the_whole_card(name: str, aspect: Aspect, tmp_path: Path) -> None:
    browser, store = BrowserResource(), FakeStore(tmp_path)
    for card in (USUAL[name], WORST[name]):
        one = scene(card, aspect=aspect)
        shot = browser.draw(page(one), one.canvas)
        whole, shapes = png.decode(shot.foreground), sum("shape" in data for _, data in shot.boxes)
        assert whole is not None
        assert np.array_equal(stacked(draw(one, browser, store), shapes, store), whole)


@pytest.mark.browser
@pytest.mark.parametrize("aspect", list(Aspect))
def test_scenes_of_one_kind_share_a_background_without_words(
    aspect: Aspect, tmp_path: Path
) -> None:
    store = FakeStore(tmp_path)
    for name, other in (("bullets", "chart"), ("number", "quote"), ("title", "closing")):
        backgrounds = {
            draw(
                scene(USUAL[card], aspect=aspect, palette="forest"),
                BrowserResource(timeout_s=29 + place),
                store,
            ).background
            for place, card in enumerate((name, other))
        }
        assert len(backgrounds) == 1


@pytest.mark.browser
def test_the_same_scene_gives_the_same_bytes(tmp_path: Path) -> None:
    one = scene(USUAL["quote"], palette="plum")
    first = draw(one, BrowserResource(), FakeStore(tmp_path / "one"))
    second = draw(one, BrowserResource(), FakeStore(tmp_path / "two"))
    assert first == second
