import re
from pathlib import Path

import av
import numpy as np
import pytest

from resources.speech import EspeakSpeechResource
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import Cancelled, RenderError
from vid_pipeline.media import audio, ffmpeg, loudness
from vid_pipeline.media.audio import RATE_HZ, Samples
from vid_pipeline.media.mastering import master

pytestmark = pytest.mark.media

FPS = 30
FRAMES = 361
SIZE = FRAMES * RATE_HZ // FPS
TEXT = "Solar power used to be the costliest way to make electricity. Then it fell by half. " * 3


def written(path: Path, samples: Samples) -> Path:
    path.write_bytes(audio.wav(samples))
    return path


def voice() -> Samples:
    spoken = EspeakSpeechResource().say(TEXT, voice="en")
    samples = audio.resample(spoken.samples, spoken.rate_hz)
    return np.pad(samples, (RATE_HZ // 2, SIZE))[:SIZE]


def music() -> Samples:
    times_s = np.arange(SIZE) / RATE_HZ
    left, right = np.sin(2 * np.pi * 220 * times_s), np.sin(2 * np.pi * 331 * times_s)
    return (0.2 * np.stack([left, right], axis=1)).astype(np.float32)


def ebur128(path: Path) -> tuple[float, float]:
    measure = ["-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"]
    log = ffmpeg.run([*ffmpeg.source(path), *measure])
    found = dict(re.findall(r"^\s+(I|Peak):\s+(-?[\d.]+)", log, re.MULTILINE))
    return float(found["I"]), float(found["Peak"])


def decoded(path: Path) -> Samples:
    with av.open(str(path)) as file:
        frames = [frame.to_ndarray().astype(np.float32) for frame in file.decode(audio=0)]
    return np.concatenate(frames, axis=1).T


@pytest.mark.parametrize("bed", [True, False], ids=["with music", "voice alone"])
def test_a_finished_track_is_loud_enough_never_clips_and_lasts_as_long_as_its_frames(
    tmp_path: Path, bed: bool
) -> None:
    target = tmp_path / "track.m4a"
    music_wav = written(tmp_path / "music.wav", music()) if bed else None
    master(written(tmp_path / "voice.wav", voice()), music_wav, target, frames=FRAMES, fps=FPS)
    lufs, peak_dbtp = ebur128(target)
    assert lufs == pytest.approx(-14, abs=0.5)
    assert peak_dbtp <= -1
    with av.open(str(target)) as file:
        stream = file.streams.audio[0]
        assert (stream.codec.name, stream.rate, stream.layout.name) == ("aac", 48000, "stereo")
        assert stream.start_time == 0
        assert stream.duration is not None
        assert stream.time_base is not None
        assert stream.duration * stream.time_base == pytest.approx(FRAMES / FPS, abs=1e-3)


def test_a_sound_stays_where_it_was(tmp_path: Path) -> None:
    clicks = np.zeros(SIZE, np.float32)
    places = [RATE_HZ * second for second in (2, 5, 9)]
    for place in places:
        clicks[place : place + 480] = 0.5 * np.sin(np.arange(480) * 2 * np.pi / 48)
    target = tmp_path / "track.m4a"
    master(written(tmp_path / "clicks.wav", clicks), None, target, frames=FRAMES, fps=FPS)
    heard = np.abs(decoded(target)[:, 0])
    for place in places:
        near = heard[place - 4800 : place + 4800]
        start = place - 4800 + int(np.argmax(near > 0.5 * near.max()))
        assert abs(start - place) < 96


def test_music_gives_way_while_somebody_speaks(tmp_path: Path) -> None:
    spoken = voice()
    spoken[RATE_HZ * 7 :] = 0
    target = tmp_path / "track.m4a"
    master(
        written(tmp_path / "voice.wav", spoken),
        written(tmp_path / "music.wav", music()),
        target,
        frames=FRAMES,
        fps=FPS,
    )
    finished = decoded(target)

    def bed_db(second: float) -> float:
        part = finished[int(second * RATE_HZ) :][: RATE_HZ // 2, 0]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
        return float(20 * np.log10(spectrum[109:112].max()))

    assert bed_db(10) - bed_db(4) > 4


def test_silence_is_refused(tmp_path: Path) -> None:
    silent = written(tmp_path / "silent.wav", np.zeros(SIZE, np.float32))
    with pytest.raises(RenderError, match="silence"):
        master(silent, None, tmp_path / "track.m4a", frames=FRAMES, fps=FPS)


def test_a_cancelled_track_is_not_written(tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.request()
    target = tmp_path / "track.m4a"
    with pytest.raises(Cancelled):
        master(
            written(tmp_path / "voice.wav", voice()),
            None,
            target,
            frames=FRAMES,
            fps=FPS,
            cancel=cancel,
        )
    assert not target.exists()


@pytest.mark.parametrize("gain", [1.0, 0.1])
def test_loudness_and_peak_are_what_ffmpeg_measures(tmp_path: Path, gain: float) -> None:
    rng = np.random.default_rng(7)
    noise = rng.normal(0, 0.03, (SIZE, 2)).astype(np.float32)
    noise[RATE_HZ * 3 : RATE_HZ * 5] *= 0.01
    mix = gain * (np.repeat(voice()[:, None], 2, axis=1) + music() + noise)
    lufs, peak_dbtp = ebur128(written(tmp_path / "mix.wav", mix))
    assert loudness.integrated_lufs(loudness.energy(mix)) == pytest.approx(lufs, abs=0.1)
    peak = loudness.true_peak(mix).max()
    assert 20 * np.log10(peak) == pytest.approx(peak_dbtp, abs=0.3)
