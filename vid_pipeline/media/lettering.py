"""Captions as pictures: words set in the shipped fonts, the spoken one marked."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import skia

from vid_pipeline.artifacts import Canvas
from vid_pipeline.media.frame import Area, caption_area
from vid_pipeline.media.plan import Caption

FONTS = Path(__file__).parent / "fonts"
_WEIGHT = skia.FontStyle(700, 5, skia.FontStyle.kUpright_Slant)
_FALLBACK = "Noto Sans"
_TEXT = skia.Color(255, 255, 255)
_SPOKEN = skia.Color(18, 18, 24)
_PILL = skia.Color(255, 209, 64)
_BOX = skia.Color(12, 13, 18, 222)
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi"})
_LINE_HEIGHT = 1.28
_SPACE_EM = 0.27
_PAD_EM = 0.32
_BLOCK_EM = 2 * _LINE_HEIGHT + 1.2 * _PAD_EM
_ONE_LINE = 0.8
_LARGEST = 3000.0  # wider than any word


@dataclass(frozen=True)
class _Set:
    """A word and its place on the frame; `index` counts the caption's words."""

    index: int
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Lettered:
    """A caption laid out: draw it with any of its words marked."""

    caption: Caption
    area: Area
    font: str
    size: float
    places: tuple[_Set, ...]

    def draw(self, canvas: skia.Canvas, spoken: int, opacity: float) -> None:
        """Draw the caption with word number `spoken` marked (-1 for none)."""
        if opacity < 1:
            canvas.saveLayerAlpha(skia.Rect.MakeXYWH(*_corners(self.area)), round(255 * opacity))
        box = skia.Rect.MakeXYWH(*_corners(self.area))
        canvas.drawRoundRect(box, self.size * 0.3, self.size * 0.3, _fill(_BOX))
        for place in self.places:
            marked = place.index == spoken
            if marked:
                self._draw_pill(canvas, place)
            word = _word(self.caption.words[place.index].text, self.font, self.size, marked)
            word.paint(canvas, place.x, place.y)
        if opacity < 1:
            canvas.restore()

    def _draw_pill(self, canvas: skia.Canvas, place: _Set) -> None:
        side, height = self.size * 0.13, self.size * 1.14
        top = place.y + (self.size * _LINE_HEIGHT - height) / 2
        pill = skia.Rect.MakeXYWH(place.x - side, top, place.width + 2 * side, height)
        canvas.drawRoundRect(pill, self.size * 0.2, self.size * 0.2, _fill(_PILL))


def letter(caption: Caption, canvas: Canvas, font: str, language: str) -> Lettered:
    """Lay a caption out on at most two lines, as large as fits the caption area."""
    area = caption_area(canvas)
    size = min(0.063 * min(canvas.width_px, canvas.height_px), area.height_px / _BLOCK_EM)
    texts = [word.text for word in caption.words]
    room = area.width_px - 2 * size * _PAD_EM * 1.4
    while True:
        widths = [_word(text, font, size, False).MaxIntrinsicWidth for text in texts]
        lines = _lines(widths, size * _SPACE_EM, room)
        longest = max(_length(widths, line, size * _SPACE_EM) for line in lines)
        if longest <= room or size < 12:
            break
        size *= max(0.97 * room / longest, 0.6) if longest > 1.03 * room else 0.97
    places = _places(lines, widths, size, area, backwards=language in _RIGHT_TO_LEFT)
    return Lettered(caption, _box(places, size, len(lines)), font, size, places)


def _lines(widths: list[float], space: float, room: float) -> list[range]:
    """One line when it is short, else the split into two whose longer line is shortest."""
    everything = range(len(widths))
    if len(widths) == 1 or _length(widths, everything, space) <= _ONE_LINE * room:
        return [everything]
    cuts = [(range(cut), range(cut, len(widths))) for cut in range(1, len(widths))]
    best = min(cuts, key=lambda cut: max(_length(widths, line, space) for line in cut))
    return list(best)


def _length(widths: list[float], line: range, space: float) -> float:
    return sum(widths[index] for index in line) + space * (len(line) - 1)


def _places(
    lines: list[range], widths: list[float], size: float, area: Area, *, backwards: bool
) -> tuple[_Set, ...]:
    height = size * _LINE_HEIGHT
    top = area.y_px + (area.height_px - height * len(lines)) / 2
    places: list[_Set] = []
    for row, line in enumerate(lines):
        x = area.x_px + (area.width_px - _length(widths, line, size * _SPACE_EM)) / 2
        for index in reversed(line) if backwards else line:
            places.append(_Set(index, x, top + row * height, widths[index]))
            x += widths[index] + size * _SPACE_EM
    return tuple(places)


def _box(places: tuple[_Set, ...], size: float, lines: int) -> Area:
    pad = size * _PAD_EM
    left = min(place.x for place in places) - 1.4 * pad
    right = max(place.x + place.width for place in places) + 1.4 * pad
    top = min(place.y for place in places) - 0.6 * pad
    height = lines * size * _LINE_HEIGHT + 1.2 * pad
    return Area(round(left), round(top), round(right - left), round(height))


def _corners(area: Area) -> tuple[int, int, int, int]:
    return area.x_px, area.y_px, area.width_px, area.height_px


def _fill(color: int) -> skia.Paint:
    return skia.Paint(Color=color, AntiAlias=True)


@cache
def _word(text: str, font: str, size: float, marked: bool) -> skia.textlayout.Paragraph:
    """A word, shaped; its first line's top is the paint position."""
    look = skia.textlayout.TextStyle()
    look.setFontFamilies([font, _FALLBACK])
    look.setFontSize(size)
    look.setFontStyle(_WEIGHT)
    look.setHeight(_LINE_HEIGHT)
    look.setHeightOverride(True)
    look.setHalfLeading(True)
    look.setColor(_SPOKEN if marked else _TEXT)
    builder = skia.textlayout.ParagraphBuilder.make(
        skia.textlayout.ParagraphStyle(), _collection(_shipped_has(text)), skia.Unicodes.ICU.Make()
    )
    builder.pushStyle(look)
    builder.addText(text)
    word = builder.Build()
    word.layout(_LARGEST)
    return word


@cache
def _collection(shipped: bool) -> skia.textlayout.FontCollection:
    """The shipped fonts alone, or the system's for letters that those lack."""
    collection = skia.textlayout.FontCollection()
    manager = skia.FontMgr.New_Custom_Directory(str(FONTS)) if shipped else skia.FontMgr()
    collection.setDefaultFontManager(manager)
    return collection


def _shipped_has(text: str) -> bool:
    return all(
        any(face.unicharToGlyph(ord(letter)) for face in _faces()) for letter in text.strip()
    )


@cache
def _faces() -> tuple[skia.Typeface, ...]:
    files = ("Inter-Bold.otf", "NotoSans-Bold.ttf")
    ours = skia.FontMgr.New_Custom_Empty()  # the default one would look through the system's
    return tuple(ours.makeFromFile(str(FONTS / name)) for name in files)
