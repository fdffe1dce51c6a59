"""How a layer moves: where it is, how large and how opaque, at a time of its clip."""

import math
from dataclasses import dataclass

from vid_pipeline.media.plan import Move

_LENGTH_S = {
    "rise": 0.6, "fade": 0.5, "grow_x": 0.8, "grow_y": 0.8, "pop": 0.5, "sweep": 0.8, "still": 0.01,
}  # fmt: skip
_RISE_PX = 56
_POP_FROM = 0.84
_OVERSHOOT = 1.4
_ARRIVED = 0.003  # the last sixth of a pixel takes many frames and is not seen
_DRIFT_PX = 22
_DRIFT_S = (13.0, 9.0)
_GOLDEN = 2.399963  # radians: neighbours are never in step


@dataclass(frozen=True)
class Pose:
    """Shift in px, scale about the layer's anchor, opacity, part seen from the left side."""

    shift_px: float = 0.0
    scale_x: float = 1.0
    scale_y: float = 1.0
    opacity: float = 1.0
    aside_px: float = 0.0
    shown: float = 1.0


REST = Pose()
HIDDEN = Pose(opacity=0.0)


def pose(move: Move, time_s: float) -> Pose:
    """The layer's pose at a time of its clip."""
    if move.motion == "drift":
        return _drifting(move, time_s - move.start_s)
    if move.motion == "fill":
        shown = (time_s - move.start_s) / (move.length_s or 1.0)
        return Pose(shown=min(shown, 1.0)) if shown > 0 else HIDDEN
    x = (time_s - move.start_s) / _LENGTH_S[move.motion]
    if x <= 0:
        return HIDDEN
    eased = 1 - (1 - x) ** 3 if x < 1 else 1.0
    return REST if 1 - eased < _ARRIVED else _arriving(move, x, eased)


def _arriving(move: Move, x: float, eased: float) -> Pose:
    match move.motion:
        case "rise":
            return Pose(shift_px=_RISE_PX * (1 - eased), opacity=min(1.0, 1.4 * eased))
        case "grow_x":
            return Pose(scale_x=eased)
        case "grow_y":
            return Pose(scale_y=eased)
        case "pop":
            size = _POP_FROM + (1 - _POP_FROM) * _past(x)
            return Pose(scale_x=size, scale_y=size, opacity=eased)
        case "sweep":
            return Pose(shown=eased)
        case _:
            return Pose(opacity=eased)


def _drifting(move: Move, since_s: float) -> Pose:
    """On a slow closed curve about its place, always in sight."""
    phase = _GOLDEN * (move.x_px // 64 + move.y_px // 64)
    aside, down = (
        _DRIFT_PX * math.sin(2 * math.pi * since_s / period_s + phase) for period_s in _DRIFT_S
    )
    return Pose(aside_px=round(aside, 3), shift_px=round(down, 3))


def anchor(move: Move) -> tuple[float, float]:
    """The point of the layer that stays where it is while it grows, in px of the frame."""
    match move.motion:
        case "grow_x":
            return move.x_px, move.y_px + move.height_px / 2
        case "grow_y":
            return move.x_px + move.width_px / 2, move.y_px + move.height_px
        case _:
            return move.x_px + move.width_px / 2, move.y_px + move.height_px / 2


def _past(x: float) -> float:
    """Ease out and a little past the end. Source: R. Penner, easeOutBack."""
    return 1 + (_OVERSHOOT + 1) * (x - 1) ** 3 + _OVERSHOOT * (x - 1) ** 2
