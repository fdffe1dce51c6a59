"""The finished sound of a video: voice over music, at a known loudness, as one AAC track."""

import math
from pathlib import Path

import av
import numpy as np

from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import RenderError
from vid_pipeline.media import audio, code, dynamics, equalizer, loudness
from vid_pipeline.media.audio import RATE_HZ, Samples
from vid_pipeline.media.dynamics import applied, factor

TARGET_LUFS = -14.0
"""Source: what YouTube, Spotify and Instagram play at; louder is turned down."""

CEILING_DBTP = -1.8
"""AAC adds up to some tenths of a decibel, and the file must stay under -1 dBTP."""

_VOICE_EQUALIZER = (
    equalizer.highpass(90),
    equalizer.peak(250, -2.0),
    equalizer.peak(3200, 2.5, q=1.2),
    equalizer.lowpass(9500),
)
_VOICE_RMS_DB = -20.0
_VOICE_THRESHOLD_DB = -22.0
_VOICE_RATIO = 3.0
_SPEECH_DB = -45.0
_MUSIC_BELOW_VOICE_LU = 13.0
_DUCKING_DB = 7.0
_BIT_RATE = 192_000
_FRAME_SAMPLES = 1 << 16
_PASSES = 8


def version() -> str:
    """What decides the sound's bytes besides its inputs: this code and the libraries."""
    return f"{code.digest('mastering')} {np.__version__} {sorted(av.library_versions.items())}"


def master(
    narration_wav: Path,
    music_wav: Path | None,
    target: Path,
    *,
    frames: int,
    fps: int,
    cancel: CancelToken | None = None,
) -> None:
    """Write the AAC track of a video of `frames` frames: 48 kHz stereo in MP4, exactly as long.

    Loudness is -14 LUFS, the true peak under -1 dBTP. A narration or music of another length is
    cut or followed by silence; music alone, or a silent voice, is brought to the same loudness.

    Raises:
        Cancelled: the token was set; `target` is not written then.
        RenderError: a WAV file is not 48 kHz, or there is no sound at all.
    """
    size = round(frames * RATE_HZ / fps)
    voice = _voice(_read(narration_wav, size)[:, 0])
    _check(cancel)
    mix = np.repeat(voice[:, None], 2, axis=1)
    if music_wav is not None:
        mix += _bed(_read(music_wav, size), voice)
    _check(cancel)
    mix = _levelled(mix)
    _check(cancel)
    _write(mix, target)


def _check(cancel: CancelToken | None) -> None:
    if cancel is not None:
        cancel.check()


def _read(path: Path, size: int) -> Samples:
    samples, rate_hz = audio.read_wav(path)
    if rate_hz != RATE_HZ:
        raise RenderError(f"{path.name} is at {rate_hz} Hz. Make it again at {RATE_HZ} Hz.")
    samples = samples[:size]
    return np.pad(samples, ((0, size - len(samples)), (0, 0)))


def _voice(samples: Samples) -> Samples:
    """The voice, clearer and more even, its speech at -20 dB."""
    if not samples.any():
        return samples
    clear = equalizer.filtered(samples, _VOICE_EQUALIZER)
    level_db = dynamics.levels_db(clear)
    speech = level_db[level_db > level_db.max() - 30]
    gain_db = _VOICE_RMS_DB - 10 * math.log10(np.power(10.0, speech / 10).mean())
    curve_db = gain_db + dynamics.compression_db(
        level_db + gain_db, threshold_db=_VOICE_THRESHOLD_DB, ratio=_VOICE_RATIO
    )
    return applied(clear, factor(curve_db))


def _bed(music: Samples, voice: Samples) -> Samples:
    """Music under a voice: as loud as it may be beside it, and lower while it speaks."""
    bed = music if music.shape[1] == 2 else np.repeat(music[:, :1], 2, axis=1)
    own_lufs = loudness.integrated_lufs(loudness.energy(bed))
    voice_lufs = loudness.integrated_lufs(2 * loudness.energy(voice))
    gain_db = voice_lufs - _MUSIC_BELOW_VOICE_LU - own_lufs
    if not math.isfinite(gain_db):
        return bed
    level_db = dynamics.levels_db(voice)
    ducked_db = dynamics.ducking_db(level_db, depth_db=_DUCKING_DB, speech_db=_SPEECH_DB)
    return applied(bed, factor(gain_db + ducked_db))


def _levelled(mix: Samples) -> Samples:
    """The mix at the target loudness; where that would exceed the ceiling, it is limited."""
    energy, peak = loudness.energy(mix), loudness.true_peak(mix)
    gain_db = TARGET_LUFS - loudness.integrated_lufs(energy)
    if not math.isfinite(gain_db):
        raise RenderError("The sound of this video is silence. Look at its narration and music.")
    ceiling = 10 ** (CEILING_DBTP / 20)
    for _ in range(_PASSES):
        gain = 10 ** (gain_db / 20)
        curve = gain * dynamics.limiting(peak * gain, ceiling=ceiling)
        missing_db = TARGET_LUFS - loudness.integrated_lufs(energy * curve**2)
        if abs(missing_db) < 0.05:
            break
        gain_db += missing_db
    return applied(mix, curve)


def _write(mix: Samples, target: Path) -> None:
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as file:
        stream = file.add_stream(
            "aac", rate=RATE_HZ, layout="stereo", options={"aac_coder": "fast"}
        )
        stream.bit_rate = _BIT_RATE
        for first in range(0, len(mix), _FRAME_SAMPLES):
            planes = np.ascontiguousarray(mix[first : first + _FRAME_SAMPLES].T)
            frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = RATE_HZ, first
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
