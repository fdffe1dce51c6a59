"""A browser that needs no Chromium: it stacks a rectangle for every layer of the page."""

from html.parser import HTMLParser

import numpy as np

from vid_pipeline.artifacts import Canvas
from vid_pipeline.media import png
from vid_pipeline.ports import Box, Shot

_INK = (240, 240, 240, 255)
_GROUND = (16, 20, 32, 255)


class FakeBrowser:
    """Draws layers as plain bars, one below the other, in the order they have in the page."""

    def __init__(self) -> None:
        self.pages: list[str] = []

    def draw(self, html: str, canvas: Canvas) -> Shot:
        self.pages.append(html)
        reader = _Layers()
        reader.feed(html)
        width, height = canvas.width_px, canvas.height_px
        slot = height // (2 * max(len(reader.found), 1) + 1)
        foreground = np.zeros((height, width, 4), np.uint8)
        boxes = []
        for place, data in enumerate(reader.found):
            box = Box(x=width // 10, y=(2 * place + 1) * slot, width=width // 2, height=slot)
            _paint(foreground, box)
            boxes.append((box, data))
        background = np.full((height, width, 4), _GROUND, np.uint8)
        return Shot(png.encode(background), png.encode(foreground), tuple(boxes))


def _paint(picture: np.ndarray, box: Box) -> None:
    top, left = int(box.y), int(box.x)
    picture[top : top + int(box.height), left : left + int(box.width)] = _INK


class _Layers(HTMLParser):
    """Collects the `data-*` attributes of every element with `data-layer`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        data = {k.removeprefix("data-"): v or "" for k, v in attrs if k.startswith("data-")}
        if "layer" in data:
            self.found.append(data)
