"""Where lines and scenes stand in time: pauses between them, scenes of whole frames."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Pauses:
    """Silences of the narration, in seconds; a cut lies inside the pause between two scenes."""

    lead_in_s: float = 0.35
    between_lines_s: float = 0.28
    before_cut_s: float = 0.25
    after_cut_s: float = 0.30
    tail_s: float = 1.20


@dataclass(frozen=True)
class PlacedScene:
    """A scene's first frame, its length in frames, and when each of its lines starts."""

    start_frame: int
    frames: int
    line_starts_s: tuple[float, ...]


def place(
    scenes: Sequence[Sequence[float]], *, fps: int, pauses: Pauses = Pauses()
) -> tuple[PlacedScene, ...]:
    """Scenes one after another, given the length of each of their lines in seconds."""
    placed: list[PlacedScene] = []
    frame = 0
    for number, lines in enumerate(scenes):
        now_s = frame / fps + (pauses.after_cut_s if number else pauses.lead_in_s)
        starts_s = []
        for line_s in lines:
            starts_s.append(now_s)
            now_s += line_s + pauses.between_lines_s
        is_last = number == len(scenes) - 1
        end_s = now_s - pauses.between_lines_s + (pauses.tail_s if is_last else pauses.before_cut_s)
        frames = math.ceil(round(end_s * fps - frame, 6))
        placed.append(PlacedScene(frame, frames, tuple(starts_s)))
        frame += frames
    return tuple(placed)


def silence_s(scenes: Sequence[int], *, pauses: Pauses = Pauses()) -> float:
    """Seconds of pause in a video, given the number of lines of each scene."""
    cuts_s = (len(scenes) - 1) * (pauses.before_cut_s + pauses.after_cut_s)
    lines_s = (sum(scenes) - len(scenes)) * pauses.between_lines_s
    return pauses.lead_in_s + cuts_s + lines_s + pauses.tail_s
