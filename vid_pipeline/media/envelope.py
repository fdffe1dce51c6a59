"""How loud a file is from moment to moment, and where speech begins in it."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from vid_pipeline.errors import BadSource
from vid_pipeline.media.opening import opened

STEP_S = 0.005
_RATE_HZ = 16_000
_STEP_SAMPLES = int(STEP_S * _RATE_HZ)
_FLOOR_DB = -90.0
_BELOW_SPEECH_DB = 30.0
_LOUD_PERCENTILE = 95

Curve = npt.NDArray[np.float64]
Steps = npt.NDArray[np.bool_]


def envelope_db(path: Path) -> Curve:
    """RMS in dB of full scale, one value for every `STEP_S` seconds, all channels as one.

    Raises:
        BadSource: the file has no sound that can be read.
    """
    samples = _samples(path)
    steps = samples[: len(samples) // _STEP_SAMPLES * _STEP_SAMPLES].reshape(-1, _STEP_SAMPLES)
    rms = np.sqrt(np.mean(np.square(steps), axis=1))
    levels: Curve = np.maximum(20 * np.log10(np.maximum(rms, 1e-9)), _FLOOR_DB)
    return levels


def speaking(levels_db: Curve) -> Steps:
    """Which steps hold speech: those within 30 dB of the loud ones."""
    if not len(levels_db):
        return np.zeros(0, dtype=np.bool_)
    loud: float = np.percentile(levels_db, _LOUD_PERCENTILE).item()
    return levels_db > max(loud - _BELOW_SPEECH_DB, _FLOOR_DB)


def lag_s(one: Curve, other: Curve, *, within_s: float = 0.5) -> float:
    """How much later `other` is than `one`, where the two curves fit best."""
    length = min(len(one), len(other))
    reach = min(int(within_s / STEP_S), length - 1)
    first, second = (np.power(10, curve[:length] / 20) for curve in (one, other))
    first, second = first - first.mean(), second - second.mean()
    lags = range(-reach, reach + 1)
    fits = [
        float(
            first[max(0, -lag) : length - max(0, lag)] @ second[max(0, lag) : length + min(0, lag)]
        )
        for lag in lags
    ]
    return lags[int(np.argmax(fits))] * STEP_S


def _samples(path: Path) -> npt.NDArray[np.float32]:
    import av  # noqa: PLC0415  (as in `opening`)

    resampler = av.AudioResampler(format="flt", layout="mono", rate=_RATE_HZ)
    with opened(path) as container:
        if not container.streams.audio:
            raise BadSource(str(path), "has no sound", "Give a file with an audio stream.")
        decoded = container.decode(container.streams.audio[0])
        parts = [part for frame in decoded for part in resampler.resample(frame)]
        parts += resampler.resample(None)
    if not parts:
        return np.zeros(0, dtype=np.float32)
    return np.concatenate([part.to_ndarray()[0] for part in parts])
