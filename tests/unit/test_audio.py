from pathlib import Path

import numpy as np
import pytest

from vid_pipeline.media import audio


def tone(hz: float, rate_hz: int, *, seconds: float = 0.5) -> audio.Samples:
    return np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz).astype("f4")


@pytest.mark.parametrize("from_hz", [16000, 22050, 24000, 44100, 48000, 96000])
def test_a_resampled_tone_is_the_tone_at_the_new_rate(from_hz: int) -> None:
    resampled = audio.resample(tone(1000, from_hz), from_hz)
    expected = tone(1000, 48000)
    assert len(resampled) == len(expected)
    middle = slice(2400, -2400)
    assert np.abs(resampled[middle] - expected[middle]).max() < 0.005


def test_a_wav_file_gives_back_what_was_written(tmp_path: Path) -> None:
    samples = np.stack([tone(440, 48000), tone(330, 48000)], axis=1) * 0.5
    file = tmp_path / "tone.wav"
    file.write_bytes(audio.wav(samples))
    read, rate_hz = audio.read_wav(file)
    assert rate_hz == 48000
    assert np.abs(read - samples).max() < 1 / 32000


def test_silence_has_no_sound_in_it() -> None:
    assert audio.trimmed(np.zeros(1000, np.float32), 48000) == slice(0, 0)
