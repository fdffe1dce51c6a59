"""Gain curves, one value a millisecond: a compressor, music that gives way to speech, a limiter."""

import math

import numpy as np
import numpy.typing as npt

from vid_pipeline.media.audio import Samples
from vid_pipeline.media.loudness import BLOCK, Blocks

_SILENCE_DB = -120.0
_LOOK_AHEAD = 4
_RELEASE_MS = 60.0
_STRETCH = 1 << 18  # samples at a time: a long video must not need its own size many times over


def levels_db(mono: Samples) -> Blocks:
    """Root mean square of each millisecond, in dB of full scale."""
    blocks = np.pad(mono, (0, -len(mono) % BLOCK)).reshape(-1, BLOCK)
    power = np.einsum("ij,ij->i", blocks, blocks) / BLOCK
    level_db: Blocks = 10 * np.log10(np.maximum(power, 10 ** (_SILENCE_DB / 10)))
    return level_db


def compression_db(
    level_db: Blocks,
    *,
    threshold_db: float,
    ratio: float,
    attack_ms: float = 5.0,
    release_ms: float = 80.0,
) -> Blocks:
    """Gain in dB, never above 0, that brings levels above the threshold down by the ratio."""
    over_db = np.maximum(level_db - threshold_db, 0)
    return -_followed(over_db, attack_ms, release_ms) * (1 - 1 / ratio)


def ducking_db(level_db: Blocks, *, depth_db: float, speech_db: float = -50.0) -> Blocks:
    """Gain in dB for what plays under speech: low before it starts, back after it has ended.

    Gaps under half a second do not lift it, and it moves over half a second: no pumping.
    """
    speech = (level_db > speech_db).astype(np.float64)
    held = np.convolve(speech, np.ones(501), "same") > 0.5
    return -depth_db * _smoothed(held.astype(np.float64), 501)


def limiting(peak: Blocks, *, ceiling: float) -> Blocks:
    """Factors, at most 1, under which no peak exceeds the ceiling, reached before it comes."""
    needed = np.minimum(1, ceiling / np.maximum(peak, 1e-9))
    if needed.min(initial=1) == 1:
        return needed
    held = np.lib.stride_tricks.sliding_window_view(
        np.pad(needed, 2 * _LOOK_AHEAD, constant_values=1), 4 * _LOOK_AHEAD + 1
    ).min(axis=1)
    released = 1 - _followed(1 - held, 0.0, _RELEASE_MS)
    return np.minimum(_smoothed(released, 2 * _LOOK_AHEAD + 1), needed)


def applied(samples: Samples, gain: Blocks) -> Samples:
    """Samples times a curve of factors, drawn straight between the blocks' middles."""
    middles = np.arange(len(gain)) * BLOCK + (BLOCK - 1) / 2
    result = np.empty_like(samples)
    for first in range(0, len(samples), _STRETCH):
        part = samples[first : first + _STRETCH]
        places = np.arange(first, first + len(part))
        curve = np.interp(places, middles, gain).astype(np.float32)
        result[first : first + len(part)] = part * curve.reshape(-1, *[1] * (part.ndim - 1))
    return result


def factor(gain_db: Blocks) -> Blocks:
    """Decibels as factors."""
    return np.power(10.0, gain_db / 20)


def _followed(level: Blocks, attack_ms: float, release_ms: float) -> Blocks:
    """A level that rises and falls no faster than its time constants allow."""
    rise = 1 - math.exp(-1 / attack_ms) if attack_ms else 1.0
    fall = 1 - math.exp(-1 / release_ms)
    now, result = 0.0, []
    for value in level.tolist():
        now += (value - now) * (rise if value > now else fall)
        result.append(now)
    return np.array(result)


def _smoothed(curve: Blocks, width: int) -> npt.NDArray[np.float64]:
    window = np.hanning(width + 2)[1:-1]
    padded = np.pad(curve, width // 2, mode="edge")
    return np.convolve(padded, window / window.sum(), "valid")
