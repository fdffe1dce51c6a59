"""Contact sheets of all cards, for people to look at: `python -m tests.media.gallery FOLDER`."""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import skia

from resources.browser import BrowserResource
from tests.media.samples import USUAL, WORST, scene
from vid_pipeline.artifacts import Aspect, Card, MediaRef, Scene
from vid_pipeline.media.cards.palettes import PALETTES
from vid_pipeline.media.drawing import draw
from vid_pipeline.media.frame import caption_area
from vid_pipeline.testing.store import FakeStore

_SCALE = 0.42
_GAP_PX = 12


def sheets(cards: Mapping[str, Card], aspect: Aspect, palettes: list[str]) -> Iterator[skia.Image]:
    """Sheets of at most ten cards; palettes take turns."""
    columns = {Aspect.PORTRAIT: 5, Aspect.LANDSCAPE: 2, Aspect.SQUARE: 4}[aspect]
    scenes = [
        scene(card, aspect=aspect, palette=palettes[place % len(palettes)])
        for place, card in enumerate(cards.values())
    ]
    size = 2 * columns
    for start in range(0, len(scenes), size):
        yield _sheet(scenes[start : start + size], columns)


def _sheet(scenes: list[Scene], columns: int) -> skia.Image:
    canvas_px = scenes[0].canvas
    width = round(canvas_px.width_px * _SCALE) + _GAP_PX
    height = round(canvas_px.height_px * _SCALE) + _GAP_PX
    surface = skia.Surface(width * min(columns, len(scenes)), height * -(-len(scenes) // columns))
    for place, one in enumerate(scenes):
        with surface as canvas:
            canvas.save()
            canvas.translate(place % columns * width, place // columns * height)
            canvas.scale(_SCALE, _SCALE)
            _paint(canvas, one)
            canvas.restore()
    return surface.makeImageSnapshot()


def _paint(canvas: skia.Canvas, one: Scene) -> None:
    smooth = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
    with tempfile.TemporaryDirectory() as folder:
        store = FakeStore(Path(folder))
        drawing = draw(one, BrowserResource(), store)
        canvas.drawImage(_image(store, drawing.background), 0, 0, smooth)
        for layer in drawing.layers:
            canvas.drawImage(_image(store, layer.image), layer.x_px, layer.y_px, smooth)
    area = caption_area(one.canvas)
    band = skia.Rect.MakeXYWH(area.x_px, area.y_px, area.width_px, area.height_px)
    canvas.drawRect(band, skia.Paint(Color=skia.Color(128, 128, 128, 60)))


def _image(store: FakeStore, ref: MediaRef) -> skia.Image:
    return skia.Image.MakeFromEncoded(skia.Data.MakeWithCopy(store.path(ref).read_bytes()))


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, cards in (("usual", USUAL), ("worst", WORST)):
        for aspect in Aspect:
            for place, sheet in enumerate(sheets(cards, aspect, list(PALETTES))):
                stem = f"{name}-{aspect.name.lower()}-{place}"
                sheet.save(str(folder / f"{stem}.png"), skia.kPNG)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
