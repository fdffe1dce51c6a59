"""Second-order filters, applied to a whole recording at once through its spectrum.

Source: R. Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients".
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vid_pipeline.media.audio import RATE_HZ, Samples

_SIZE = 1 << 15
_RINGING = RATE_HZ // 10
_HOP = _SIZE - _RINGING


@dataclass(frozen=True)
class Biquad:
    """Numerator and denominator of a second-order filter at 48 kHz."""

    b: tuple[float, float, float]
    a: tuple[float, float, float]


def highpass(hz: float, *, q: float = math.sqrt(0.5)) -> Biquad:
    """Takes away what is below `hz`, 12 dB an octave."""
    cosine, alpha = _angle(hz, q)
    edge = (1 + cosine) / 2
    return Biquad((edge, -2 * edge, edge), (1 + alpha, -2 * cosine, 1 - alpha))


def lowpass(hz: float, *, q: float = math.sqrt(0.5)) -> Biquad:
    """Takes away what is above `hz`, 12 dB an octave."""
    cosine, alpha = _angle(hz, q)
    edge = (1 - cosine) / 2
    return Biquad((edge, 2 * edge, edge), (1 + alpha, -2 * cosine, 1 - alpha))


def peak(hz: float, gain_db: float, *, q: float = 1.0) -> Biquad:
    """Lifts or lowers a band around `hz`."""
    cosine, alpha = _angle(hz, q)
    gain = 10 ** (gain_db / 40)
    return Biquad(
        (1 + alpha * gain, -2 * cosine, 1 - alpha * gain),
        (1 + alpha / gain, -2 * cosine, 1 - alpha / gain),
    )


def filtered(samples: Samples, filters: Iterable[Biquad]) -> Samples:
    """A recording through filters in series, mono or (frames, channels); as long as it was.

    It is cut in blocks, each goes through its spectrum, and what rings on is added to the next.
    """
    curve = response(filters, _SIZE)
    channels = samples.reshape(len(samples), -1)
    result = np.zeros((len(samples) + _SIZE, channels.shape[1]), np.float32)
    for number, channel in enumerate(channels.T):
        for first in range(0, len(samples), _HOP):
            spectrum = np.fft.rfft(channel[first : first + _HOP], _SIZE)
            result[first : first + _SIZE, number] += np.fft.irfft(spectrum * curve, _SIZE)
    return result[: len(samples)].reshape(samples.shape)


def response(filters: Iterable[Biquad], size: int) -> npt.NDArray[np.complex64]:
    """What filters in series do to each bin of a real spectrum of `size` samples."""
    z = np.exp(-2j * np.pi / size * np.arange(size // 2 + 1))  # double: highpasses cancel at z = 1
    result: npt.NDArray[np.complex128] = np.ones_like(z)
    for one in filters:
        (b0, b1, b2), (a0, a1, a2) = one.b, one.a
        result *= ((b2 * z + b1) * z + b0) / ((a2 * z + a1) * z + a0)
    return result.astype(np.complex64)


def _angle(hz: float, q: float) -> tuple[float, float]:
    omega = 2 * math.pi * hz / RATE_HZ
    return math.cos(omega), math.sin(omega) / (2 * q)
