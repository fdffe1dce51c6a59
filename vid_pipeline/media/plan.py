"""A video cut into clips: a few for the body of each scene, a short one for each transition.

A clip's times are relative to itself and it names only what can be seen in it, so that it is the
same clip wherever it stands in the video, and a change leaves all clips alone that do not show it.
A body is cut where the encoder would set a key frame anyway; so one changed scene keeps all cores
busy, and costs no more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pydantic import Field

from vid_pipeline.artifacts import (
    Artifact,
    Canvas,
    Captions,
    Drawing,
    Layer,
    LineTiming,
    Narration,
    SceneTiming,
)
from vid_pipeline.errors import RenderError
from vid_pipeline.media.moments import moment_s

TRANSITION_S = 1 / 3
_LEAD_S = 0.12  # a picture that comes a moment before its word reads as being in step
_STAGGER_S = 0.12
_BODY_FRAMES = 90
_SETTLED_S = 1.0  # longer than any motion that ends
_OPENING_S = 0.3  # a scene's frame is furnished before the scene is fully there
_UNSAID_S = 0.8
_LASTING = frozenset({"drift", "fill"})


class Move(Artifact):
    """A layer and when, in seconds of the clip, it starts to come in; below zero: before."""

    image: str = Field(description="SHA-256 of the picture.")
    x_px: int
    y_px: int
    width_px: int
    height_px: int
    motion: Literal["rise", "fade", "grow_x", "grow_y", "pop", "sweep", "drift", "fill", "still"]
    start_s: float
    length_s: float | None = Field(
        default=None, description="How long a layer moves that moves all through its scene."
    )


class View(Artifact):
    """A scene as a clip shows it, back to front."""

    background: str = Field(description="SHA-256 of the picture.")
    moves: tuple[Move, ...]


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
    shown = [
        _Shown(timing, by_scene[timing.scene_id], lines.get(timing.scene_id, ()))
        for timing in narration.scenes
    ]
    half = _half_frames(narration.scenes, shown[0].fps)
    made: list[Piece] = []
    for index, scene in enumerate(shown):
        first = scene.timing.start_frame + half * (index > 0)
        last = scene.timing.start_frame + scene.timing.frames - half * (index < len(shown) - 1)
        made += [_piece((scene,), *part, captions) for part in _parts(first, last)]
    for before, after in pairwise(shown) if half else ():
        cut = after.timing.start_frame
        made.append(_piece((before, after), cut - half, cut + half, captions))
    return tuple(sorted(made, key=lambda piece: piece.start_frame))


@dataclass(frozen=True)
class _Shown:
    """A scene with its picture, its place on the timeline and its lines as spoken."""

    timing: SceneTiming
    drawing: Drawing
    lines: Sequence[LineTiming]

    @property
    def fps(self) -> int:
        return self.drawing.canvas.fps

    def start_s(self, layer: Layer) -> float:
        """When a layer starts to come in, on the video's timeline."""
        stagger_s = _STAGGER_S * layer.order
        if layer.said is not None:
            spoken_s = moment_s(layer.said, self.lines)
            if spoken_s is not None:
                return spoken_s - _LEAD_S + stagger_s
            return self._line_s(layer.line or 0) + _UNSAID_S + stagger_s
        if layer.line is None:
            return self.timing.start_frame / self.fps - _OPENING_S + stagger_s
        return self._line_s(layer.line) + stagger_s

    @property
    def length_s(self) -> float:
        """How long the scene can be seen, transitions included."""
        return self.timing.frames / self.fps + _OPENING_S + TRANSITION_S / 2

    def _line_s(self, number: int) -> float:
        begins_s = self.timing.start_frame / self.fps
        starts_s = [max(line.start_s - _LEAD_S, begins_s) for line in self.lines] or [begins_s]
        return starts_s[min(number, len(starts_s) - 1)]


def _refuse_gaps(by_scene: dict[str, Drawing], narration: Narration) -> None:
    for timing in narration.scenes:
        if timing.scene_id not in by_scene:
            raise RenderError(f"Scene {timing.scene_id!r} has no drawing. Draw it, then render.")
    canvases = {by_scene[timing.scene_id].canvas for timing in narration.scenes}
    if len(canvases) > 1:
        raise RenderError("The drawings differ in size. Draw all scenes for one canvas.")
    if (fps := canvases.pop().fps) != narration.fps:
        raise RenderError(
            f"Drawn for {fps} frames a second, narrated for {narration.fps}. Narrate again."
        )


def _lines(timings: Iterable[LineTiming]) -> dict[str, tuple[LineTiming, ...]]:
    by_scene: dict[str, tuple[LineTiming, ...]] = {}
    for line in timings:
        by_scene[line.scene_id] = (*by_scene.get(line.scene_id, ()), line)
    return by_scene


def _half_frames(scenes: Sequence[SceneTiming], fps: int) -> int:
    """Frames of a transition on each side of a cut; none when a scene is too short for it."""
    half = round(TRANSITION_S * fps / 2)
    return half if min(scene.frames for scene in scenes) > 4 * half else 0


def _parts(first: int, last: int) -> Iterable[tuple[int, int]]:
    """Frames `first` to `last`, that one not included, in even parts."""
    count = -(-(last - first) // _BODY_FRAMES)
    marks = [first + (last - first) * mark // count for mark in range(count + 1)]
    return pairwise(marks)


def _piece(scenes: Sequence[_Shown], first: int, last: int, captions: Captions) -> Piece:
    canvas = scenes[0].drawing.canvas
    start_s, end_s = first / canvas.fps, last / canvas.fps
    clip = Clip(
        canvas=canvas,
        frames=last - first,
        views=tuple(_view(scene, start_s, end_s) for scene in scenes),
        captions=_captions(captions, start_s, end_s),
        font=captions.font,
        language=captions.language,
    )
    ids = tuple(scene.timing.scene_id for scene in scenes)
    return Piece(clip=clip, start_frame=first, scene_ids=ids)


def _view(scene: _Shown, start_s: float, end_s: float) -> View:
    return View(
        background=scene.drawing.background.sha256,
        moves=tuple(
            _move(scene, layer, start_s)
            for layer in scene.drawing.layers
            if scene.start_s(layer) < end_s
        ),
    )


def _move(scene: _Shown, layer: Layer, start_s: float) -> Move:
    begins_s, lasting = round(scene.start_s(layer) - start_s, 3), layer.motion in _LASTING
    return Move(
        image=layer.image.sha256,
        x_px=layer.x_px,
        y_px=layer.y_px,
        width_px=layer.width_px,
        height_px=layer.height_px,
        motion=layer.motion,
        start_s=begins_s if lasting else max(begins_s, -_SETTLED_S),
        length_s=round(scene.length_s, 3) if lasting else None,
    )


def _captions(captions: Captions, start_s: float, end_s: float) -> tuple[Caption, ...]:
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
        if cue.start_s < end_s and cue.end_s > start_s
    )
