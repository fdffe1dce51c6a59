"""A video cut into clips: one for the body of each scene, a short one for each transition.

A clip's times are relative to itself, so that it is the same clip wherever it stands in the
video, and a change in one scene leaves the clips of all others as they are.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

from pydantic import Field

from vid_pipeline.artifacts import (
    Artifact,
    Canvas,
    Captions,
    Drawing,
    LineTiming,
    Narration,
    SceneTiming,
)
from vid_pipeline.errors import RenderError

TRANSITION_S = 1 / 3
_LEAD_S = 0.12  # a picture that comes a moment before its word reads as being in step
_STAGGER_S = 0.12


class Move(Artifact):
    """A layer and when, in seconds of its scene, it starts to come in."""

    image: str = Field(description="SHA-256 of the picture.")
    x_px: int
    y_px: int
    width_px: int
    height_px: int
    motion: Literal["rise", "fade", "grow_x", "grow_y", "pop"]
    start_s: float


class View(Artifact):
    """A scene as seen by a clip; the clip begins at frame `first_frame` of the scene."""

    background: str = Field(description="SHA-256 of the picture.")
    moves: tuple[Move, ...]
    first_frame: int


class Spelled(Artifact):
    """A caption's word and when it is spoken, in seconds of the clip."""

    text: str
    start_s: float


class Caption(Artifact):
    """A caption on screen from `start_s` to `end_s`, in seconds of the clip."""

    start_s: float
    end_s: float
    words: tuple[Spelled, ...]


class Clip(Artifact):
    """All that the pictures of one stretch of video depend on; two views make a cross-fade."""

    canvas: Canvas
    frames: int = Field(gt=0)
    views: tuple[View, ...] = Field(min_length=1, max_length=2)
    captions: tuple[Caption, ...]
    font: str
    language: str

    @property
    def images(self) -> frozenset[str]:
        """SHA-256 of every picture the clip shows."""
        return frozenset(
            name
            for view in self.views
            for name in (view.background, *(m.image for m in view.moves))
        )


class Piece(Artifact):
    """A clip, where it stands in the video, and the scenes it shows."""

    clip: Clip
    start_frame: int
    scene_ids: tuple[str, ...]


def pieces(
    drawings: Iterable[Drawing], narration: Narration, captions: Captions
) -> tuple[Piece, ...]:
    """The clips of a video, in order; together they last `narration.frames` exactly.

    Raises:
        RenderError: a scene has no drawing, or drawings differ in size.
    """
    by_scene = {drawing.scene_id: drawing for drawing in drawings}
    _refuse_gaps(by_scene, narration)
    lines = _lines(narration.lines)
    shown = [(timing, by_scene[timing.scene_id]) for timing in narration.scenes]
    canvas = shown[0][1].canvas
    half = _half_frames(narration.scenes, canvas.fps)
    last = len(shown) - 1
    made: list[Piece] = []
    for index, (timing, drawing) in enumerate(shown):
        head, tail = half * (index > 0), half * (index < last)
        view = _view(drawing, timing, lines.get(timing.scene_id, ()), canvas.fps)
        made.append(_piece((view,), timing.start_frame + head, timing.frames - head - tail, canvas,
                           captions, (timing,)))  # fmt: skip
    for (before, drawn), (after, next_drawn) in pairwise(shown):
        if not half:
            break
        views = (
            _view(drawn, before, lines.get(before.scene_id, ()), canvas.fps),
            _view(next_drawn, after, lines.get(after.scene_id, ()), canvas.fps),
        )
        made.append(
            _piece(views, after.start_frame - half, 2 * half, canvas, captions, (before, after))
        )
    return tuple(sorted(made, key=lambda piece: piece.start_frame))


def _refuse_gaps(by_scene: dict[str, Drawing], narration: Narration) -> None:
    for timing in narration.scenes:
        if timing.scene_id not in by_scene:
            raise RenderError(f"Scene {timing.scene_id!r} has no drawing. Draw it, then render.")
    if len({by_scene[timing.scene_id].canvas for timing in narration.scenes}) > 1:
        raise RenderError("The drawings differ in size. Draw all scenes for one canvas.")


def _lines(timings: Iterable[LineTiming]) -> dict[str, tuple[LineTiming, ...]]:
    by_scene: dict[str, tuple[LineTiming, ...]] = {}
    for line in timings:
        by_scene[line.scene_id] = (*by_scene.get(line.scene_id, ()), line)
    return by_scene


def _half_frames(scenes: Sequence[SceneTiming], fps: int) -> int:
    """Frames of a transition on each side of a cut; none when a scene is too short for it."""
    half = round(TRANSITION_S * fps / 2)
    return half if min(scene.frames for scene in scenes) > 4 * half else 0


def _view(drawing: Drawing, timing: SceneTiming, lines: Sequence[LineTiming], fps: int) -> View:
    begins_s = timing.start_frame / fps
    starts = [round(max(line.start_s - begins_s - _LEAD_S, 0), 3) for line in lines] or [0.0]
    return View(
        background=drawing.background.sha256,
        first_frame=timing.start_frame,
        moves=tuple(
            Move(
                image=layer.image.sha256,
                x_px=layer.x_px,
                y_px=layer.y_px,
                width_px=layer.width_px,
                height_px=layer.height_px,
                motion=layer.motion,
                start_s=round(
                    starts[min(layer.line, len(starts) - 1)] + _STAGGER_S * layer.order, 3
                ),
            )
            for layer in drawing.layers
        ),
    )


def _piece(
    views: Sequence[View],
    start_frame: int,
    frames: int,
    canvas: Canvas,
    captions: Captions,
    scenes: Sequence[SceneTiming],
) -> Piece:
    clip = Clip(
        canvas=canvas,
        frames=frames,
        views=tuple(
            view.model_copy(update={"first_frame": start_frame - view.first_frame})
            for view in views
        ),
        captions=_captions(captions, start_frame / canvas.fps, frames / canvas.fps),
        font=captions.font,
        language=captions.language,
    )
    return Piece(
        clip=clip, start_frame=start_frame, scene_ids=tuple(scene.scene_id for scene in scenes)
    )


def _captions(captions: Captions, start_s: float, length_s: float) -> tuple[Caption, ...]:
    return tuple(
        Caption(
            start_s=round(cue.start_s - start_s, 3),
            end_s=round(cue.end_s - start_s, 3),
            words=tuple(
                Spelled(text=word.text, start_s=round(word.start_s - start_s, 3))
                for word in cue.words
            ),
        )
        for cue in captions.cues
        if cue.start_s < start_s + length_s and cue.end_s > start_s
    )
