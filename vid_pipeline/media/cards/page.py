"""A scene's page: one card in its palette, laid out clear of the captions."""

from functools import cache
from pathlib import Path

from vid_pipeline.artifacts import Canvas, Scene
from vid_pipeline.media.cards import grounds, layouts
from vid_pipeline.media.chromium import FONTS, ORIGIN
from vid_pipeline.media.frame import Area, caption_area

_STYLE = Path(__file__).with_name("cards.css")
_FACES = {
    "Inter-Regular.otf": ("Inter", 400),
    "Inter-SemiBold.otf": ("Inter", 600),
    "Inter-Bold.otf": ("Inter", 700),
    "InterDisplay-Bold.otf": ("Inter Display", 700),
    "InterDisplay-ExtraBold.otf": ("Inter Display", 800),
    "NotoSans-Regular.ttf": ("Noto Sans", 400),
    "NotoSans-Bold.ttf": ("Noto Sans", 700),
}
_CORNERS_PX = {"portrait": (72, 152), "landscape": (110, 104), "square": (72, 100)}
_GAP_TO_CAPTIONS_PX, _GAP_TO_LOGO_PX, _LOGO_HIGHER_PX = 40, 40, 20
LOGO_PX = 76
"""Height of a logo."""


def page(scene: Scene) -> str:
    """A page to be drawn on `scene.canvas`; layers carry the fields of `artifacts.Layer`.

    Raises:
        BadRequest: no palette has that name.
    """
    canvas, form = scene.canvas, _shape(scene.canvas)
    area = content_area(canvas)
    place = (
        f"left:{area.x_px}px;top:{area.y_px}px;width:{area.width_px}px;height:{area.height_px}px"
    )
    if scene.look.logo is not None:  # laid out as ever, then smaller, so that all cards still fit
        shrunk = content_area(canvas, logo=True).height_px / area.height_px
        place += f";transform:scale({shrunk:.4f});transform-origin:0 100%"
    return (
        "<!doctype html><html><head><meta charset=utf-8>"
        f"<style>{_faces()}</style><style>{_STYLE.read_text(encoding='utf-8')}</style>"
        f"<style>:root{{{grounds.tone(scene).css}}}</style>{_font(scene)}</head>"
        f"<body>{grounds.background(scene, form)}{grounds.living(form)}"
        f'<main class="on-{scene.card.layout} {form}" style="{place}">'
        f"{layouts.body(scene.card)}</main></body></html>"
    )


def content_area(canvas: Canvas, *, logo: bool = False) -> Area:
    """Where a card may draw: inside the safe area, below a logo, above the captions."""
    x_px, y_px = _CORNERS_PX[_shape(canvas)]
    y_px += (LOGO_PX - _LOGO_HIGHER_PX + _GAP_TO_LOGO_PX) * logo
    bottom_px = caption_area(canvas).y_px - _GAP_TO_CAPTIONS_PX
    return Area(x_px, y_px, canvas.width_px - 2 * x_px, bottom_px - y_px)


def logo_area(canvas: Canvas, width_px: int) -> Area:
    """Where a logo of that width stands: in the upper left corner, above the card."""
    x_px, y_px = _CORNERS_PX[_shape(canvas)]
    return Area(x_px, y_px - _LOGO_HIGHER_PX, width_px, LOGO_PX)


def _font(scene: Scene) -> str:
    """The rule that sets all texts in a channel's font."""
    if scene.look.font in {None, "Inter"}:
        return ""
    families = f'"{scene.look.font}","Inter",sans-serif'
    return f"<style>body,body *{{font-family:{families}!important}}</style>"


def _shape(canvas: Canvas) -> str:
    if canvas.width_px == canvas.height_px:
        return "square"
    return "portrait" if canvas.height_px > canvas.width_px else "landscape"


@cache
def _faces() -> str:
    return "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};'
        f"src:url({ORIGIN}{FONTS.name}/{file})}}"
        for file, (family, weight) in _FACES.items()
    )
