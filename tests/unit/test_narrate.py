from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.voice import NARRATE, NarrateParams, narrate
from resources.speech import EspeakSpeechResource
from tests.storyboards import STORY, brief, storyboard
from vid_pipeline.artifacts import Narration, Storyboard
from vid_pipeline.errors import BadRequest, SpeechError
from vid_pipeline.media import audio, timeline
from vid_pipeline.testing.speech import FakeSpeech
from vid_pipeline.testing.store import FakeStore

LENGTHS = st.lists(st.lists(st.floats(0.05, 9), min_size=1, max_size=4), min_size=1, max_size=6)


def narrated(folder: Path, board: Storyboard, *, seconds: int = 30) -> Narration:
    return narrate(
        NarrateParams(),
        brief(seconds=seconds),
        board,
        speech=EspeakSpeechResource(),
        store=FakeStore(folder),
    )


def assert_in_step(narration: Narration) -> None:
    for scene, following in pairwise(narration.scenes):
        assert following.start_frame == scene.start_frame + scene.frames
    assert narration.scenes[0].start_frame == 0
    assert sum(scene.frames for scene in narration.scenes) == narration.frames
    for line, next_line in pairwise(narration.lines):
        assert line.end_s < next_line.start_s
    spans = {scene.scene_id: scene for scene in narration.scenes}
    for line in narration.lines:
        scene = spans[line.scene_id]
        assert scene.start_frame / narration.fps < line.start_s
        assert line.end_s < (scene.start_frame + scene.frames) / narration.fps
        times = [time_s for word in line.words for time_s in (word.start_s, word.end_s)]
        assert times == sorted(times)
        assert line.start_s - 1e-6 <= times[0] <= times[-1] <= line.end_s + 1e-6


@given(scenes=LENGTHS, fps=st.sampled_from([24, 25, 30, 60]))
def test_scenes_are_whole_frames_without_a_gap(scenes: list[list[float]], fps: int) -> None:
    placed = timeline.place(scenes, fps=fps)
    frame, end_s = 0, 0.0
    for scene, lengths in zip(placed, scenes, strict=True):
        assert scene.start_frame == frame
        assert scene.frames > 0
        for start_s, length_s in zip(scene.line_starts_s, lengths, strict=True):
            assert start_s >= max(end_s, frame / fps)
            end_s = start_s + length_s
        frame += scene.frames
        assert end_s < frame / fps
    spoken_s = sum(map(sum, scenes))
    silence_s = timeline.silence_s([len(lengths) for lengths in scenes])
    assert -1e-6 <= frame / fps - spoken_s - silence_s <= len(scenes) / fps + 1e-6


def test_a_story_is_spoken_in_step_with_its_scenes(tmp_path: Path) -> None:
    narration = narrated(tmp_path, storyboard())
    assert_in_step(narration)
    said = [" ".join(word.text for word in line.words) for line in narration.lines]
    assert said == [text for scene in STORY for text in scene]


def test_the_recording_is_as_long_as_its_frames_and_sounds_where_lines_are(
    tmp_path: Path,
) -> None:
    narration = narrated(tmp_path, storyboard())
    samples, rate_hz = audio.read_wav(FakeStore(tmp_path).path(narration.audio))
    assert rate_hz == 48000
    assert samples.shape == (narration.frames * 1600, 1)
    for line in narration.lines:
        span = slice(int(line.start_s * rate_hz), int(line.end_s * rate_hz))
        assert np.abs(samples[span]).max() > 0.1
        samples[span.start - 2 : span.stop + 2] = 0
    assert not samples.any()


@pytest.mark.parametrize("seconds", [19, 20, 22])
def test_the_rate_is_fitted_to_the_wanted_length(tmp_path: Path, seconds: int) -> None:
    narration = narrated(tmp_path, storyboard(), seconds=seconds)
    assert narration.duration_s == pytest.approx(seconds, rel=0.04)


def test_the_same_storyboard_is_the_same_narration(tmp_path: Path) -> None:
    assert narrated(tmp_path, storyboard()) == narrated(tmp_path, storyboard())


def test_a_line_without_words_is_a_short_silence(tmp_path: Path) -> None:
    narration = narrated(tmp_path, storyboard([["One line.", "🎬", "Another line."]]))
    silent = narration.lines[1]
    assert silent.words == ()
    assert silent.end_s - silent.start_s == pytest.approx(0.6)


def test_a_storyboard_without_any_word_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="The price of light"):
        narrated(tmp_path, storyboard([["🎬"], ["…"]]))


def test_a_language_without_a_voice_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="'yo'"):
        narrated(tmp_path, storyboard(language="yo"))


@pytest.mark.parametrize(
    ("language", "text"),
    [("zh", "你好世界，今天天气很好。"), ("ar", "مرحبا بالعالم اليوم."), ("ja", "こんにちは。")],
)
def test_other_scripts_are_narrated_in_step(tmp_path: Path, language: str, text: str) -> None:
    assert_in_step(narrated(tmp_path, storyboard([[text], [text, text]], language=language)))


def test_a_fixed_rate_and_a_chosen_voice_are_kept(tmp_path: Path) -> None:
    params = NarrateParams(voice="de", words_per_minute=100)
    narration = narrate(
        params, brief(seconds=15), storyboard(), speech=FakeSpeech(), store=FakeStore(tmp_path)
    )
    assert narration.voice == "de"
    assert narration.duration_s > 30


def test_the_kind_retries_tools_and_is_a_deliverable() -> None:
    assert NARRATE.name == "narrate"
    assert NARRATE.retry.times > 0
    assert NARRATE.deliverable == "narration"
