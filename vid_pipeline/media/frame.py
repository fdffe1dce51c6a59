"""Where things stand on a frame: the rectangle of the captions, inside every safe area."""

from dataclasses import dataclass

from vid_pipeline.artifacts import Canvas


@dataclass(frozen=True)
class Area:
    """A rectangle in pixels of the finished frame, from its top left corner."""

    x_px: int
    y_px: int
    width_px: int
    height_px: int


def caption_area(canvas: Canvas) -> Area:
    """The rectangle captions are centred in; cards leave it empty.

    On a portrait frame the lowest fifth belongs to the players' own buttons and titles.
    Below a landscape or square frame there is only the title-safe margin of 5 %.
    Source: EBU R 95 for the margin; YouTube, Instagram and TikTok cover 15-20 % in portrait.
    """
    width, height = canvas.width_px, canvas.height_px
    if height > width:
        left, top, bottom = 0.065, 0.692, 0.800
    elif height < width:
        left, top, bottom = 0.135, 0.788, 0.945
    else:
        left, top, bottom = 0.065, 0.775, 0.945
    x_px, y_px = round(width * left), round(height * top)
    return Area(x_px, y_px, width - 2 * x_px, round(height * bottom) - y_px)
