import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vid_pipeline.media import audio, dynamics, equalizer, loudness

PEAKS = st.lists(st.floats(0, 4), min_size=1, max_size=400)


@given(peaks=PEAKS)
def test_no_limited_peak_is_above_the_ceiling(peaks: list[float]) -> None:
    peak = np.array(peaks)
    limited = peak * dynamics.limiting(peak, ceiling=0.8)
    assert limited.max() <= 0.8 + 1e-9


def test_what_is_below_the_ceiling_is_left_alone() -> None:
    peak = np.full(100, 0.5)
    assert (dynamics.limiting(peak, ceiling=0.8) == 1).all()


def test_a_compressor_brings_a_steady_level_down_by_its_ratio() -> None:
    level_db = np.full(1000, -10.0)
    gain_db = dynamics.compression_db(level_db, threshold_db=-22, ratio=3)
    assert gain_db[-1] == pytest.approx(-8, abs=0.01)


def test_music_is_low_before_speech_starts_and_does_not_pump_between_words() -> None:
    level_db = np.full(6000, -90.0)
    level_db[2000:3000] = level_db[3200:4000] = -20
    gain_db = dynamics.ducking_db(level_db, depth_db=7)
    assert gain_db[2000:4000] == pytest.approx(np.full(2000, -7.0), abs=3.6)
    assert gain_db[3100] == pytest.approx(-7)
    assert gain_db[0] == pytest.approx(0)
    assert gain_db[-1] == pytest.approx(0)
    assert np.abs(np.diff(gain_db)).max() < 0.05


@pytest.mark.parametrize(("hz", "expected_db"), [(30, -19), (90, -3), (3200, 2.5), (1000, 0)])
def test_filters_have_the_response_they_are_asked_for(hz: float, expected_db: float) -> None:
    times_s = np.arange(96000) / 48000
    tone = np.sin(2 * np.pi * hz * times_s).astype(np.float32)
    filters = (equalizer.highpass(90), equalizer.peak(3200, 2.5, q=1.2))
    power = equalizer.filtered(tone, filters)[48000:].std() / tone[48000:].std()
    assert 20 * math.log10(power) == pytest.approx(expected_db, abs=0.6)


def test_a_filter_leaves_no_seam_between_its_blocks() -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(200_000) / 48000).astype(np.float32)
    filtered = equalizer.filtered(tone, (equalizer.highpass(90),))[9600:]
    assert np.abs(np.diff(filtered)).max() < 2 * math.pi * 440 / 48000 * 1.02


def test_a_tone_at_full_scale_has_the_loudness_the_standard_says() -> None:
    """Source: BS.1770-4: 0 dBFS at 997 Hz in one channel is -3.01 LUFS."""
    tone = np.sin(2 * np.pi * 997 * np.arange(4 * 48000) / 48000)
    stereo: audio.Samples = np.stack([tone, np.zeros_like(tone)], axis=1).astype(np.float32)
    assert loudness.integrated_lufs(loudness.energy(stereo)) == pytest.approx(-3.01, abs=0.02)


def test_silence_has_no_loudness() -> None:
    silence = np.zeros((48000, 2), np.float32)
    assert loudness.integrated_lufs(loudness.energy(silence)) == -math.inf
