"""A drawn, spoken and captioned second or two, small and quick to render."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import skia

from vid_pipeline.artifacts import (
    Canvas,
    Captions,
    Cue,
    Drawing,
    Layer,
    LineTiming,
    MediaRef,
    Narration,
    SceneTiming,
    Word,
)
from vid_pipeline.media.audio import RATE_HZ, wav
from vid_pipeline.media.plan import Clip, Move, View
from vid_pipeline.ports import Store

CANVAS = Canvas(width_px=270, height_px=480, fps=30)
SCENE_FRAMES = 30
LIGHT, DARK = skia.Color(250, 250, 250), skia.Color(20, 30, 60)


def png(width: int, height: int, color: int) -> bytes:
    surface = skia.Surface(width, height)
    surface.getCanvas().clear(color)
    return bytes(surface.makeImageSnapshot().encodeToData())


def drawing(store: Store, number: int, *, layer_color: int = LIGHT) -> Drawing:
    background = skia.Color(20 + 40 * number, 30, 60)
    image = store.put_bytes(png(120, 60, layer_color), "image/png")
    return Drawing(
        scene_id=f"s{number}",
        canvas=CANVAS,
        background=store.put_bytes(png(270, 480, background), "image/png"),
        layers=(Layer(image=image, x_px=70, y_px=100, width_px=120, height_px=60),),
    )


def narration(store: Store, scenes: int) -> Narration:
    frames = SCENE_FRAMES * scenes
    tone = 0.2 * np.sin(np.arange(frames * RATE_HZ // CANVAS.fps) * 2 * np.pi * 330 / RATE_HZ)
    return Narration(
        audio=store.put_bytes(wav(tone.astype(np.float32)), "audio/wav"),
        fps=CANVAS.fps,
        frames=frames,
        scenes=tuple(
            SceneTiming(scene_id=f"s{n}", start_frame=n * SCENE_FRAMES, frames=SCENE_FRAMES)
            for n in range(scenes)
        ),
        lines=tuple(
            LineTiming(
                line_id=f"l{n}", scene_id=f"s{n}", start_s=n + 0.3, end_s=n + 0.9, words=words(n)
            )
            for n in range(scenes)
        ),
        voice="test",
    )


def words(scene: int) -> tuple[Word, ...]:
    return (
        Word(text="Hello", start_s=scene + 0.3, end_s=scene + 0.6),
        Word(text="there", start_s=scene + 0.6, end_s=scene + 0.9),
    )


def captions(scenes: int) -> Captions:
    return Captions(
        language="en",
        cues=tuple(
            Cue(scene_id=f"s{n}", start_s=n + 0.3, end_s=n + 0.95, words=words(n))
            for n in range(scenes)
        ),
    )


def images(drawings: Sequence[Drawing], store: Store) -> dict[str, Path]:
    refs: list[MediaRef] = []
    for one in drawings:
        refs += [one.background, *(layer.image for layer in one.layers)]
    return {ref.sha256: store.path(ref) for ref in refs}


def one_layer_clip(move: Move, *, frames: int = 30) -> Clip:
    return Clip(
        canvas=CANVAS,
        frames=frames,
        views=(View(background="background", moves=(move,)),),
        captions=(),
        font="Inter",
        language="en",
    )
