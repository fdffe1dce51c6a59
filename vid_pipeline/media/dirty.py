"""Which parts of a frame have to be drawn again."""

from collections.abc import Iterable
from dataclasses import dataclass

_WIDTH_STEP, _HEIGHT_STEP = 128, 32  # few sizes, since each costs the converter a new set-up


@dataclass(frozen=True)
class Rect:
    """Whole pixels: left and top are inside, right and bottom are not."""

    left: int
    top: int
    right: int
    bottom: int

    def meets(self, other: "Rect") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def around(self, other: "Rect") -> "Rect":
        """The smallest rectangle that holds both."""
        return Rect(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def snapped(self, width: int, height: int) -> "Rect":
        """This rectangle grown to even corners and to one of few sizes, inside the frame."""
        left, right = _span(self.left, self.right, width, _WIDTH_STEP)
        top, bottom = _span(self.top, self.bottom, height, _HEIGHT_STEP)
        return Rect(left, top, right, bottom)

    def inside(self, width: int, height: int) -> "Rect | None":
        """The part of it on the frame, if any."""
        cut = Rect(
            max(self.left, 0), max(self.top, 0), min(self.right, width), min(self.bottom, height)
        )
        return cut if cut.left < cut.right and cut.top < cut.bottom else None


def merged(rects: Iterable[Rect]) -> list[Rect]:
    """The same area in rectangles that do not meet (and a little more)."""
    apart: list[Rect] = []
    for rect in rects:
        grown = rect
        while touching := [other for other in apart if other.meets(grown)]:
            for other in touching:
                apart.remove(other)
                grown = grown.around(other)
        apart.append(grown)
    return apart


def _span(low: int, high: int, limit: int, step: int) -> tuple[int, int]:
    size = min(-(-(high - low + 2) // step) * step, limit)
    start = max(min(low & ~1, limit - size), 0)
    return start, start + size
