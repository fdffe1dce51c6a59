"""Frames of a clip, drawn by skia: only what has changed since the frame before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import skia

from vid_pipeline.errors import RenderError
from vid_pipeline.media import lettering
from vid_pipeline.media.dirty import Rect, merged
from vid_pipeline.media.motion import HIDDEN, REST, Pose, anchor, pose
from vid_pipeline.media.plan import Caption, Clip, Move, View

Pixels = npt.NDArray[np.uint8]
_NEAREST = skia.SamplingOptions(skia.FilterMode.kNearest)
_LINEAR = skia.SamplingOptions(skia.FilterMode.kLinear)
_CAPTION_IN_S = 0.1
_NOT_SPOKEN = -1


@dataclass(frozen=True)
class _Mark:
    """Something on a frame: equal marks look the same. `draw` is None when it cannot be seen."""

    state: tuple[object, ...]
    bounds: Rect
    draw: Callable[[skia.Canvas], None] | None


def picture(path: Path, *, opaque: bool = False) -> skia.Image:
    """A PNG in the compositor's own pixel format; drawing the file's own would cost 4 times more.

    Raises:
        RenderError: the file is not a picture.
    """
    encoded = skia.Image.open(str(path))
    if encoded is None:
        raise RenderError(f"{path.name!r} is not a picture skia can read. Draw its scene again.")
    alpha = skia.kOpaque_AlphaType if opaque else skia.kPremul_AlphaType
    surface = skia.Surface.MakeRaster(
        skia.ImageInfo.MakeN32(encoded.width(), encoded.height(), alpha)
    )
    surface.getCanvas().clear(skia.ColorTRANSPARENT)
    surface.getCanvas().drawImage(encoded, 0, 0)
    return surface.makeImageSnapshot()


class Compositor:
    """Draws a clip's frames in order into `pixels`: BGRA, shape (height, width, 4), uint8."""

    def __init__(self, clip: Clip, image: Callable[[str, bool], skia.Image]) -> None:
        self._clip, self._image = clip, image
        self.width, self.height = clip.canvas.width_px, clip.canvas.height_px
        self._surface = _opaque(self.width, self.height)
        self._over = _opaque(self.width, self.height) if len(clip.views) > 1 else None
        self.pixels: Pixels = np.array(_pixmap(self._surface), copy=False)
        self._letters = [
            lettering.letter(caption, clip.canvas, clip.font, clip.language)
            for caption in clip.captions
        ]
        self._last: list[_Mark] | None = None

    def advance(self, frame: int) -> list[Rect]:
        """Draw frame number `frame` and return what changed; nothing when it looks the same."""
        return self._blend(frame) if self._over is not None else self._redraw(frame)

    def _redraw(self, frame: int) -> list[Rect]:
        marks = [*self._moves(self._clip.views[0], frame), self._caption(frame)]
        whole = Rect(0, 0, self.width, self.height)
        changed = [whole] if self._last is None else self._changes(self._last, marks)
        self._last = marks
        for rect in changed:
            self._paint(self._surface, self._clip.views[0], marks, rect)
        return changed

    def _changes(self, before: Sequence[_Mark], after: Sequence[_Mark]) -> list[Rect]:
        rects: list[Rect] = []
        for old, new in zip(before, after, strict=True):
            if old.state != new.state:
                rects += [mark.bounds for mark in (old, new) if mark.draw is not None]
        inside = [rect.inside(self.width, self.height) for rect in merged(rects)]
        return merged(rect.snapped(self.width, self.height) for rect in inside if rect)

    def _blend(self, frame: int) -> list[Rect]:
        """A cross-fade: the second view over the first, then the caption over both."""
        assert self._over is not None
        whole = Rect(0, 0, self.width, self.height)
        first, second = self._clip.views
        self._paint(self._surface, first, self._moves(first, frame), whole)
        self._paint(self._over, second, self._moves(second, frame), whole)
        x = (frame + 1) / (self._clip.frames + 1)
        canvas = self._surface.getCanvas()
        over = skia.Paint(Alphaf=x * x * (3 - 2 * x))
        canvas.drawImage(self._over.makeImageSnapshot(), 0, 0, _NEAREST, over)
        caption = self._caption(frame)
        if caption.draw is not None:
            caption.draw(canvas)
        return [whole]

    def _paint(self, surface: skia.Surface, view: View, marks: Sequence[_Mark], rect: Rect) -> None:
        canvas = surface.getCanvas()
        canvas.save()
        canvas.clipRect(skia.Rect.MakeLTRB(rect.left, rect.top, rect.right, rect.bottom))
        canvas.drawImage(self._image(view.background, True), 0, 0, _NEAREST)
        for mark in marks:
            if mark.draw is not None and mark.bounds.meets(rect):
                mark.draw(canvas)
        canvas.restore()

    def _moves(self, view: View, frame: int) -> list[_Mark]:
        time_s = frame / self._clip.canvas.fps
        return [self._layer(move, pose(move, time_s)) for move in view.moves]

    def _layer(self, move: Move, at: Pose) -> _Mark:
        image = self._image(move.image, False)
        draw = None if at == HIDDEN else partial(_draw_layer, image=image, move=move, at=at)
        return _Mark((at,), _bounds(move, at), draw)

    def _caption(self, frame: int) -> _Mark:
        time_s = frame / self._clip.canvas.fps
        for index, lettered in enumerate(self._letters):
            if lettered.caption.start_s <= time_s < lettered.caption.end_s:
                spoken = _spoken(lettered.caption, time_s)
                opacity = min(1.0, (time_s - lettered.caption.start_s + 0.03) / _CAPTION_IN_S)
                area = lettered.area
                bounds = Rect(
                    area.x_px, area.y_px, area.x_px + area.width_px, area.y_px + area.height_px
                )
                draw = partial(lettered.draw, spoken=spoken, opacity=opacity)
                return _Mark((index, spoken, opacity), bounds, draw)
        return _Mark((None,), Rect(0, 0, 0, 0), None)


def _spoken(caption: Caption, time_s: float) -> int:
    begun = [index for index, word in enumerate(caption.words) if word.start_s <= time_s]
    return begun[-1] if begun else _NOT_SPOKEN


def _draw_layer(canvas: skia.Canvas, image: skia.Image, move: Move, at: Pose) -> None:
    if at == REST:
        canvas.drawImage(image, move.x_px, move.y_px, _NEAREST)
        return
    x, y = anchor(move)
    canvas.save()
    if at.shown < 1:
        seen = skia.Rect.MakeXYWH(move.x_px, move.y_px, move.width_px * at.shown, move.height_px)
        canvas.clipRect(seen, doAntiAlias=True)
    canvas.translate(x + at.aside_px, y + at.shift_px)
    canvas.scale(at.scale_x, at.scale_y)
    canvas.translate(-x, -y)
    paint = skia.Paint(Alphaf=at.opacity, AntiAlias=True)
    canvas.drawImage(image, move.x_px, move.y_px, _LINEAR, paint)
    canvas.restore()


def _bounds(move: Move, at: Pose) -> Rect:
    """Every pixel the layer may touch, two more on each side for the sampling."""
    x, y = anchor(move)
    left = x + (move.x_px - x) * at.scale_x + at.aside_px
    top = y + (move.y_px - y) * at.scale_y + at.shift_px
    right = left + move.width_px * at.scale_x * at.shown
    bottom = top + move.height_px * at.scale_y
    return Rect(int(left) - 2, int(top) - 2, int(right) + 3, int(bottom) + 3)


def _opaque(width: int, height: int) -> skia.Surface:
    return skia.Surface.MakeRaster(skia.ImageInfo.MakeN32(width, height, skia.kOpaque_AlphaType))


def _pixmap(surface: skia.Surface) -> Any:
    pixmap = skia.Pixmap()
    surface.peekPixels(pixmap)
    return pixmap
