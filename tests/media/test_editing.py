"""Edits of clips and sounds: what comes out is what was asked for."""

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from tests.media import clips_for_tests as clips
from vid_pipeline.errors import BadRequest, BadSource, OverLimit, RenderError
from vid_pipeline.media.editing import cutting, orders, picture, sound
from vid_pipeline.media.editing.job import Job, Media
from vid_pipeline.media.editing.probing import Bounds, probe

pytestmark = pytest.mark.media
_HELLO = "1\n00:00:00,000 --> 00:00:01,000\nHello & <i>you</i>\n"


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path, roots=(clips.folder(),))


@pytest.fixture
def talk(job: Job) -> Media:
    return job.made(clips.folder() / "talk.mp4")


@pytest.fixture
def mute(job: Job) -> Media:
    return job.made(clips.folder() / "mute.mp4")


@pytest.fixture
def tone(job: Job) -> Media:
    return job.made(clips.folder() / "tone.wav")


def _frame(media: Media, at_s: float = 0) -> npt.NDArray[np.uint8]:
    with av.open(str(media.path)) as container:
        for frame in container.decode(video=0):
            if float(frame.time or 0) >= at_s - 0.001:
                return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    raise AssertionError("no such frame")


def _samples(media: Media) -> npt.NDArray[np.float32]:
    with av.open(str(media.path)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    found = np.concatenate(frames, axis=1)
    whole = np.float32(32768 if found.dtype == np.int16 else 1)
    return found.astype(np.float32) / whole


def test_a_file_is_looked_at_in_a_process_of_its_own() -> None:
    facts = probe(clips.folder() / "talk.mp4")
    assert facts.picture is not None
    assert facts.audio is not None
    assert (facts.picture.width_px, facts.picture.height_px, facts.picture.fps) == (320, 180, 25)
    assert (facts.audio.codec, facts.still) == ("aac", False)
    assert facts.duration_s == pytest.approx(2)
    with pytest.raises(OverLimit, match="2 s long"):
        probe(clips.folder() / "talk.mp4", Bounds(duration_s=1))


def test_a_trim_is_exact_to_the_frame(talk: Media, job: Job) -> None:
    made = cutting.trim(talk, orders.Trim(start_s=0.4, end_s=1.4), job)
    assert made.seconds == pytest.approx(1, abs=0.03)
    close = np.abs(_frame(made).astype(int) - _frame(talk, 0.4)).mean()
    other = np.abs(_frame(made).astype(int) - _frame(talk, 1.0)).mean()
    assert close < other / 2
    with pytest.raises(BadRequest, match=r"2\.00 s long"):
        cutting.trim(talk, orders.Trim(end_s=5), job)


def test_a_sound_is_trimmed_too(tone: Media, job: Job) -> None:
    made = cutting.trim(tone, orders.Trim(start_s=0.25, end_s=0.75), job)
    assert made.path.suffix == ".wav"
    assert made.seconds == pytest.approx(0.5, abs=0.01)


def test_joined_clips_have_the_firsts_size_and_all_sound(
    talk: Media, mute: Media, job: Job
) -> None:
    made = cutting.join([talk, mute, talk], orders.Join(), job)
    assert made.facts.picture is not None
    assert (made.facts.picture.width_px, made.facts.picture.fps) == (320, 25)
    assert made.seconds == pytest.approx(5, abs=0.1)
    heard = np.abs(_samples(made)).max(axis=0)
    assert heard[: 48_000 * 2].max() > 0.2
    assert heard[int(48_000 * 2.2) : int(48_000 * 2.9)].max() < 0.01  # the mute one
    assert heard[48_000 * 3 :].max() > 0.2
    with pytest.raises(BadRequest):
        cutting.join([talk], orders.Join(), job)


def test_speed_keeps_the_pitch(talk: Media, tone: Media, job: Job) -> None:
    assert cutting.speed(talk, orders.Speed(factor=2), job).seconds == pytest.approx(1, abs=0.1)
    slow = cutting.speed(tone, orders.Speed(factor=0.25), job)
    assert slow.seconds == pytest.approx(4, abs=0.1)
    power = np.abs(np.fft.rfft(_samples(slow)[0]))
    assert np.argmax(power) / slow.seconds == pytest.approx(880, abs=10)


def test_pauses_are_cut_from_pictures_and_sound_alike(talk: Media, job: Job) -> None:
    order = orders.SilenceCut(longer_than_s=0.4, keep_s=0.1)
    kept = cutting.spoken(talk, order, job)
    assert kept == [(0, pytest.approx(0.8, abs=0.05)), (pytest.approx(1.5, abs=0.05), 2.0)]
    made = cutting.silence_cut(talk, order, job)
    assert made.seconds == pytest.approx(1.3, abs=0.1)
    with av.open(str(made.path)) as container:
        ends = [float((one.duration or 0) * (one.time_base or 0)) for one in container.streams]
    assert ends[0] == pytest.approx(ends[1], abs=0.06)


@pytest.mark.parametrize("how", ["crop", "pad"])
def test_a_resize_fills_or_pads(talk: Media, job: Job, how: str) -> None:
    order = orders.Resize.model_validate({"aspect": "1:1", "short_side_px": 128, "how": how})
    frame = _frame(picture.resize(talk, order, job))
    assert frame.shape == (128, 128, 3)
    assert (frame[:20].max() < 30) == (how == "pad")


def test_every_aspect_has_even_sides() -> None:
    for aspect in ("9:16", "16:9", "1:1", "4:5", "4:3"):
        for side in range(64, 2161, 4):
            order = orders.Resize.model_validate({"aspect": aspect, "short_side_px": side})
            assert min(order.size_px) == side
            assert all(length % 2 == 0 for length in order.size_px)


def test_an_overlay_comes_and_goes_where_it_was_put(talk: Media, job: Job) -> None:
    logo = job.admit(clips.folder() / "logo.png")
    order = orders.Overlay(across=1, down=0, width=0.2, start_s=0.5, end_s=1.5)
    made = picture.overlay(talk, logo, order, job)
    red = [_frame(made, at_s)[5:55, 260:315] for at_s in (0.2, 1.0, 1.8)]
    alike = [(part[..., 0] > 180).mean() > 0.9 and (part[..., 1] < 90).mean() > 0.9 for part in red]
    assert alike == [False, True, False]


def test_subtitles_are_drawn_while_they_last(mute: Media, job: Job) -> None:
    text = _HELLO.replace("01,000", "00,500")
    made = picture.burn_subtitles(mute, text, orders.BurnSubtitles(size=0.1), job)
    changed = [
        (np.abs(_frame(made, at_s).astype(int) - _frame(mute, at_s))[140:] > 80).mean()
        for at_s in (0.2, 0.8)
    ]
    assert changed[0] > 0.02 > changed[1]
    with pytest.raises(BadSource, match="Give SRT"):
        picture.burn_subtitles(mute, "", orders.BurnSubtitles(), job)


def test_letters_without_a_font_are_named(mute: Media, job: Job) -> None:
    text = _HELLO.replace("Hello", "\U0010fff0\U0010fff1")
    with pytest.raises(RenderError, match="No font"):
        picture.burn_subtitles(mute, text, orders.BurnSubtitles(), job)


def test_stills_and_a_waveform(talk: Media, job: Job) -> None:
    still = picture.thumbnail(talk, orders.Thumbnail(at_s=1, width_px=100), job)
    assert _frame(still).shape == (56, 100, 3)
    several = picture.frames(talk, orders.Frames(count=5, width_px=64), job)
    assert len(several) == 5
    assert {_frame(one).shape for one in several} == {(36, 64, 3)}
    wave = picture.waveform(talk, orders.Waveform(width_px=200, height_px=64), job)
    assert _frame(wave).shape == (64, 200, 3)
    assert _frame(wave).max() > 100


def test_extracted_sound_is_the_clips(talk: Media, mute: Media, job: Job) -> None:
    wav = sound.extract_audio(talk, orders.ExtractAudio(), job)
    small = sound.extract_audio(talk, orders.ExtractAudio(form="m4a"), job)
    assert small.seconds == pytest.approx(2, abs=0.05)
    assert _samples(wav).shape == (1, 2 * 2 * 48_000)  # packed: both channels in turn
    with pytest.raises(BadRequest, match="no sound"):
        sound.extract_audio(mute, orders.ExtractAudio(), job)


def test_a_mix_is_as_long_as_the_clip(talk: Media, mute: Media, tone: Media, job: Job) -> None:
    made = sound.mix(talk, tone, orders.Mix(at_s=0.8, gain_db=-6, duck=True), job)
    assert made.seconds == pytest.approx(2, abs=0.05)
    heard = np.abs(_samples(made)[0])
    assert heard[int(0.85 * 48_000) : int(1.5 * 48_000)].max() > 0.02  # in the clip's own pause
    scored = sound.mix(mute, tone, orders.Mix(), job)
    assert scored.seconds == pytest.approx(1, abs=0.05)
    assert np.abs(_samples(scored)).max() > 0.05


def test_loudness_is_what_was_asked_for(talk: Media, mute: Media, job: Job) -> None:
    made = sound.loudness(talk, orders.Loudness(target_lufs=-20), job)
    found = sound.measured(made, {"I": -20}, job)
    assert float(found["input_i"]) == pytest.approx(-20, abs=0.5)
    with pytest.raises(BadRequest, match="no sound"):
        sound.loudness(mute, orders.Loudness(), job)
