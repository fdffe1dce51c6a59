"""A scene's card as pictures: the background, and one cut-out a layer."""

from typing import Any, cast

import numpy as np
import numpy.typing as npt

from vid_pipeline.artifacts import Canvas, Drawing, Layer, MediaRef, Scene
from vid_pipeline.errors import ToolFailed
from vid_pipeline.media import png
from vid_pipeline.media.cards.grounds import tone
from vid_pipeline.media.cards.page import LOGO_PX, logo_area, page
from vid_pipeline.media.cards.palettes import Tone
from vid_pipeline.media.frame import Area
from vid_pipeline.ports import Box, Browser, Store

VERSION = "3"
"""Raised when the same scene would be drawn in another way: cards, palettes, fonts, cropping."""

_FIELDS = {"motion", "line", "order", "said"}


def draw(scene: Scene, browser: Browser, store: Store) -> Drawing:
    """The scene's pictures, in the store: layers tightly cut, on even pixels, back to front.

    Raises:
        ToolMissing: no browser.
        ToolFailed: the page did not load, or gave no picture of the canvas's size.
        BadRequest: no palette has the scene's name for it.
    """
    shot, colours = browser.draw(page(scene), scene.canvas), tone(scene)
    foreground = _pixels(shot.foreground, scene.canvas)
    behind, before = [], []
    for box, data in shot.boxes:
        if "shape" in data:
            behind.append(_shape(box, data, colours, store))
        elif (area := inked(foreground, box)) is not None:
            before.append(_layer(_cut(foreground, area), area, data, store))
    background = store.put_bytes(shot.background, "image/png")
    if scene.look.logo is not None:
        behind.append(_logo(scene.look.logo, scene.canvas, store))
    return Drawing(
        scene_id=scene.id, canvas=scene.canvas, background=background, layers=(*behind, *before)
    )


def _logo(logo: MediaRef, canvas: Canvas, store: Store) -> Layer:
    from vid_pipeline.media import logo as logos  # noqa: PLC0415  (it brings skia)

    picture, width_px = logos.fitted(store.path(logo).read_bytes(), LOGO_PX)
    return _layer(picture, logo_area(canvas, width_px), {"motion": "still"}, store)


def _shape(box: Box, data: dict[str, str], colours: Tone, store: Store) -> Layer:
    from vid_pipeline.media import shapes  # noqa: PLC0415  (it brings skia)

    area = Area(_to_even(box.x), _to_even(box.y), _length(box.width), _length(box.height))
    kind = cast("shapes.Kind", data["shape"])
    colour = colours.colour(data["colour"])
    return _layer(shapes.picture(kind, colour, area.width_px, area.height_px), area, data, store)


def _cut(foreground: npt.NDArray[np.uint8], area: Area) -> bytes:
    rows = slice(area.y_px, area.y_px + area.height_px)
    columns = slice(area.x_px, area.x_px + area.width_px)
    return png.encode(foreground[rows, columns])


def _layer(picture: bytes, area: Area, data: dict[str, str], store: Store) -> Layer:
    fields: dict[str, Any] = {name: data[name] for name in _FIELDS & data.keys()}
    return Layer(
        image=store.put_bytes(picture, "image/png"),
        x_px=area.x_px,
        y_px=area.y_px,
        width_px=area.width_px,
        height_px=area.height_px,
        **fields,
    )


def inked(picture: npt.NDArray[np.uint8], box: Box) -> Area | None:
    """The smallest rectangle on even pixels that holds all that is seen of a box, if anything."""
    height, width, _ = picture.shape
    left, top = max(int(box.x), 0), max(int(box.y), 0)
    right = min(int(np.ceil(box.x + box.width)), width)
    bottom = min(int(np.ceil(box.y + box.height)), height)
    seen = picture[top:bottom, left:right, 3] > 0
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not rows.size:
        return None
    x_px, y_px = (left + int(columns[0])) & ~1, (top + int(rows[0])) & ~1
    end_x_px, end_y_px = left + int(columns[-1]) + 1, top + int(rows[-1]) + 1
    return Area(x_px, y_px, _even(end_x_px - x_px), _even(end_y_px - y_px))


def _to_even(place_px: float) -> int:
    return 2 * round(place_px / 2)


def _length(length_px: float) -> int:
    return max(_to_even(length_px), 2)


def _even(length_px: int) -> int:
    return length_px + length_px % 2


def _pixels(encoded: bytes, canvas: Canvas) -> npt.NDArray[np.uint8]:
    pixels = png.decode(encoded)
    if pixels is None or pixels.shape[:2] != (canvas.height_px, canvas.width_px):
        raise ToolFailed("Chromium", 0, "it gave no picture of the canvas's size")
    return pixels
