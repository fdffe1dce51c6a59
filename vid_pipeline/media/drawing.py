"""A scene's card as pictures: the background, and one cut-out a layer."""

from typing import Any

import numpy as np
import numpy.typing as npt

from vid_pipeline.artifacts import Canvas, Drawing, Layer, Scene
from vid_pipeline.errors import ToolFailed
from vid_pipeline.media import png
from vid_pipeline.media.cards.page import page
from vid_pipeline.media.frame import Area
from vid_pipeline.ports import Box, Browser, Store

VERSION = "1"
"""Raised when the same scene would be drawn in another way: cards, palettes, fonts, cropping."""

_FIELDS = {"motion", "line", "order"}


def draw(scene: Scene, browser: Browser, store: Store) -> Drawing:
    """The scene's pictures, in the store: layers tightly cut, on even pixels, back to front.

    Raises:
        ToolMissing: no browser.
        ToolFailed: the page did not load, or gave no picture of the canvas's size.
        BadRequest: no palette has the scene's name for it.
    """
    shot = browser.draw(page(scene), scene.canvas)
    foreground = _pixels(shot.foreground, scene.canvas)
    layers = []
    for box, data in shot.boxes:
        area = inked(foreground, box)
        if area is not None:
            layers.append(_layer(foreground, area, data, store))
    background = store.put_bytes(shot.background, "image/png")
    return Drawing(
        scene_id=scene.id, canvas=scene.canvas, background=background, layers=tuple(layers)
    )


def _layer(
    foreground: npt.NDArray[np.uint8], area: Area, data: dict[str, str], store: Store
) -> Layer:
    rows = slice(area.y_px, area.y_px + area.height_px)
    columns = slice(area.x_px, area.x_px + area.width_px)
    fields: dict[str, Any] = {name: data[name] for name in _FIELDS & data.keys()}
    return Layer(
        image=store.put_bytes(png.encode(foreground[rows, columns]), "image/png"),
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


def _even(length_px: int) -> int:
    return length_px + length_px % 2


def _pixels(encoded: bytes, canvas: Canvas) -> npt.NDArray[np.uint8]:
    pixels = png.decode(encoded)
    if pixels is None or pixels.shape[:2] != (canvas.height_px, canvas.width_px):
        raise ToolFailed("Chromium", 0, "it gave no picture of the canvas's size")
    return pixels
