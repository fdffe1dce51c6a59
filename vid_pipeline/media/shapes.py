"""Plain shapes as pictures: what moves behind a card's text without being photographed."""

from typing import Literal, get_args

import skia

Kind = Literal["disc", "ring", "line", "bar", "panel", "marker"]
KINDS: tuple[str, ...] = get_args(Kind)

_RING = 0.14
_BAR_CORNER, _PANEL_CORNER_PX, _MARKER_CORNER = 0.16, 34, 0.1
_MARKER_TOP, _MARKER_BOTTOM = 0.1, 0.04
_AIR_PX = 2  # what drifts is sampled between pixels: its edge needs room


def picture(kind: Kind, colour: str, width_px: int, height_px: int) -> bytes:
    """A PNG with a shape of that size in `#rrggbb`, on nothing."""
    surface = skia.Surface(width_px, height_px)
    paint = skia.Paint(Color=0xFF000000 | int(colour[1:], 16), AntiAlias=True)
    with surface as canvas:
        _draw(canvas, kind, paint, width_px, height_px)
    return bytes(surface.makeImageSnapshot().encodeToData(skia.kPNG, 100))


def _draw(canvas: skia.Canvas, kind: Kind, paint: skia.Paint, width: int, height: int) -> None:
    radius = min(width, height) / 2 - _AIR_PX
    match kind:
        case "disc":
            canvas.drawCircle(width / 2, height / 2, radius, paint)
        case "ring":
            stroke = 2 * radius * _RING
            paint.setStyle(skia.Paint.kStroke_Style)
            paint.setStrokeWidth(stroke)
            canvas.drawCircle(width / 2, height / 2, radius - stroke / 2, paint)
        case "marker":
            top, bottom = height * _MARKER_TOP, height * (1 - _MARKER_BOTTOM)
            area = skia.Rect.MakeLTRB(0, top, width, bottom)
            canvas.drawRoundRect(area, height * _MARKER_CORNER, height * _MARKER_CORNER, paint)
        case "line" | "bar" | "panel":
            corner = {"line": height / 2, "bar": height * _BAR_CORNER, "panel": _PANEL_CORNER_PX}
            area = skia.Rect.MakeWH(width, height)
            canvas.drawRoundRect(area, corner[kind], corner[kind], paint)
