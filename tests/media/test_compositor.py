"""Frames drawn by dirty rectangles, and their motion."""

import functools
from itertools import pairwise

import numpy as np
import pytest
import skia
from numpy.typing import NDArray

from tests.media.small_videos import CANVAS, DARK, LIGHT, one_layer_clip, png
from vid_pipeline.artifacts import Aspect, Canvas
from vid_pipeline.media import lettering
from vid_pipeline.media.compositor import Compositor
from vid_pipeline.media.dirty import Rect, merged
from vid_pipeline.media.frame import caption_area
from vid_pipeline.media.motion import REST, pose
from vid_pipeline.media.plan import Caption, Clip, Move, Spelled


def move(motion: str = "rise", start_s: float = 0.1) -> Move:
    return Move.model_validate(
        {"image": "layer", "x_px": 70, "y_px": 200, "width_px": 120, "height_px": 60,
         "motion": motion, "start_s": start_s, "length_s": 0.9}
    )  # fmt: skip


def image(name: str, opaque: bool) -> skia.Image:
    width, height, color = (270, 480, DARK) if name == "background" else (120, 60, LIGHT)
    return skia.Image.MakeFromEncoded(skia.Data.MakeWithCopy(png(width, height, color)))


cached_image = functools.cache(image)


def frame_alone(clip: Clip, number: int) -> NDArray[np.uint8]:
    """A frame drawn whole, by a compositor that has drawn nothing before."""
    compositor = Compositor(clip, cached_image)
    compositor.advance(number)
    return compositor.pixels.copy()


CAPTION = Caption(
    start_s=0.2,
    end_s=0.8,
    words=(Spelled(text="Hello", start_s=0.2), Spelled(text="there", start_s=0.5)),
)


ENDING = ("rise", "fade", "grow_x", "grow_y", "pop", "sweep", "still")


@pytest.mark.parametrize("motion", [*ENDING, "drift", "fill"])
def test_drawing_only_what_changed_gives_the_same_frames_as_drawing_all(motion: str) -> None:
    clip = one_layer_clip(move(motion)).model_copy(update={"captions": (CAPTION,)})
    compositor = Compositor(clip, cached_image)
    for number in range(clip.frames):
        compositor.advance(number)
        assert np.array_equal(compositor.pixels, frame_alone(clip, number)), number


def test_nothing_is_drawn_again_while_nothing_moves() -> None:
    compositor = Compositor(one_layer_clip(move(start_s=-1)), cached_image)
    assert compositor.advance(0) == [Rect(0, 0, CANVAS.width_px, CANVAS.height_px)]
    assert [compositor.advance(number) for number in range(1, 30)] == [[]] * 29


def test_a_rising_layer_is_where_its_easing_says_to_a_fiftieth_of_a_pixel() -> None:
    clip = one_layer_clip(move())
    for number in range(6, 22):
        at = pose(clip.views[0].moves[0], number / CANVAS.fps)
        shown = frame_alone(clip, number)[:, 130, 1].astype(float) - frame_alone(clip, 0)[:, 130, 1]
        centre = (shown * (np.arange(CANVAS.height_px) + 0.5)).sum() / shown.sum()
        assert centre == pytest.approx(230 + at.shift_px, abs=0.02)


def test_every_motion_ends_at_rest_within_a_second() -> None:
    for motion in ENDING:
        assert pose(move(motion, 0.0), 1.0) is REST


def test_a_line_fills_evenly_over_its_scene() -> None:
    seen = [pose(move("fill", 0.0), time_s).shown for time_s in (0.225, 0.45, 0.9, 2.0)]
    assert seen == pytest.approx([0.25, 0.5, 1.0, 1.0])


def test_what_drifts_moves_at_most_a_pixel_a_frame_and_not_far() -> None:
    track = [pose(move("drift", 0.0), frame / CANVAS.fps) for frame in range(900)]
    steps = [
        np.hypot(after.aside_px - before.aside_px, after.shift_px - before.shift_px)
        for before, after in pairwise(track)
    ]
    assert max(steps) < 1
    assert max(max(abs(at.aside_px), abs(at.shift_px)) for at in track) <= 22


def test_rectangles_that_meet_become_one() -> None:
    one, two, far = Rect(0, 0, 10, 10), Rect(5, 5, 20, 20), Rect(100, 0, 110, 10)
    assert sorted(merged([one, far, two]), key=lambda rect: rect.left) == [Rect(0, 0, 20, 20), far]


@pytest.mark.parametrize("aspect", list(Aspect))
@pytest.mark.parametrize(
    "text", ["Hi", "Renewable sources overtake typically quietly all", "Donau" * 9, "日本語 ελιά"]
)
def test_a_caption_stays_inside_its_area(aspect: Aspect, text: str) -> None:
    canvas = Canvas.of(aspect)
    words = tuple(Spelled(text=word, start_s=0) for word in text.split())
    caption = Caption(start_s=0, end_s=1, words=words)
    area = lettering.letter(caption, canvas, "Inter", "en").area
    room = caption_area(canvas)
    assert area.x_px >= room.x_px - 1
    assert area.x_px + area.width_px <= room.x_px + room.width_px + 1
    assert area.y_px >= room.y_px - 1
    assert area.y_px + area.height_px <= room.y_px + room.height_px + 1


def test_the_spoken_word_is_marked() -> None:
    clip = one_layer_clip(move()).model_copy(update={"captions": (CAPTION,)})
    first, second = frame_alone(clip, 12), frame_alone(clip, 20)
    yellow = [(frame[:, :, 2] > 200) & (frame[:, :, 0] < 100) for frame in (first, second)]
    centres = [np.nonzero(marked)[1].mean() for marked in yellow]
    assert centres[0] < centres[1]
