from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.music import MusicParams, music
from assets.voice import NarrateParams, narrate
from tests.storyboards import STORY, brief, storyboard
from vid_pipeline.artifacts import Music, Narration
from vid_pipeline.media import audio, equalizer
from vid_pipeline.media.harmony import Mood, choose
from vid_pipeline.media.music import compose
from vid_pipeline.testing.speech import FakeSpeech
from vid_pipeline.testing.store import FakeStore

MOODS: list[Mood] = ["calm", "bright", "driving"]
LENGTH = 20 * 48000
moods = pytest.mark.parametrize("mood", MOODS)


@cache
def bed_of(mood: Mood) -> audio.Samples:
    """A bed that several tests look at."""
    return compose(LENGTH, mood, 3)


def narrated(folder: Path, *scenes: tuple[str, ...]) -> Narration:
    board = storyboard(scenes or STORY)
    return narrate(NarrateParams(), brief(), board, speech=FakeSpeech(), store=FakeStore(folder))


def made(folder: Path, params: MusicParams, narration: Narration) -> Music:
    return music(params, narration, store=FakeStore(folder))


@moods
def test_a_bed_neither_clips_nor_clicks_nor_leans(mood: Mood) -> None:
    bed = bed_of(mood)
    assert bed.shape == (LENGTH, 2)
    assert np.isfinite(bed).all()
    assert 0.5 < np.abs(bed).max() <= 0.71
    assert np.abs(bed.mean(axis=0)).max() < 0.002
    highest = equalizer.filtered(bed, (equalizer.highpass(13000),) * 3)
    assert np.abs(highest).max() < 0.025


@moods
def test_a_bed_swells_up_and_fades_out(mood: Mood) -> None:
    bed = bed_of(mood)
    assert not bed[0].any()
    assert np.abs(bed[-1]).max() < 1e-6
    seconds = np.sqrt((bed.reshape(20, -1) ** 2).mean(axis=1))
    assert seconds[0] < 0.5 * seconds[10]
    assert seconds[-1] < 0.5 * seconds[10]
    assert seconds[4:17].min() > 0.3 * seconds[10]


def test_the_same_seed_is_the_same_bed_and_another_is_another() -> None:
    first, again, other = (compose(2 * 48000, "bright", seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.allclose(first, other, atol=0.05)


@settings(max_examples=40)
@given(mood=st.sampled_from(MOODS), seed=st.integers(0, 2**32 - 1))
def test_voices_move_by_small_steps_and_do_not_rub(mood: Mood, seed: int) -> None:
    harmony = choose(mood, np.random.default_rng(seed))
    for before, after in pairwise(harmony.chords):
        moved = [abs(a - b) for a, b in zip(before, after, strict=True)]
        assert sum(moved) / len(moved) <= 4
    for chord in harmony.chords:
        assert all(high - low >= 2 for low, high in pairwise(chord))
    assert all(31 <= bass <= 42 for bass in harmony.basses)


@pytest.mark.parametrize("seconds", [1, 21.37])
def test_any_length_can_be_filled(seconds: float) -> None:
    samples = round(seconds * 48000)
    assert compose(samples, "driving", 5).shape == (samples, 2)


def test_the_bed_is_as_long_as_the_narration(tmp_path: Path) -> None:
    narration = narrated(tmp_path)
    bed = made(tmp_path, MusicParams(), narration)
    samples, rate_hz = audio.read_wav(FakeStore(tmp_path).path(bed.audio))
    assert rate_hz == 48000
    assert samples.shape == (narration.frames * 1600, 2)


def test_videos_differ_by_their_first_line_only(tmp_path: Path) -> None:
    narrations = [
        narrated(tmp_path, ("One thing.", "Another.")),
        narrated(tmp_path, ("One thing.", "Yet another.")),
        narrated(tmp_path, ("A different thing.", "Another.")),
    ]
    seeds = [made(tmp_path, MusicParams(), narration).seed for narration in narrations]
    assert seeds[0] == seeds[1] != seeds[2]


def test_no_mood_is_silence(tmp_path: Path) -> None:
    bed = made(tmp_path, MusicParams(mood="none"), narrated(tmp_path))
    assert not audio.read_wav(FakeStore(tmp_path).path(bed.audio))[0].any()
