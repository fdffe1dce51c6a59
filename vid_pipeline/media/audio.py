"""Sound as samples: float32, full scale ±1, mono of shape (frames,) or stereo (frames, 2)."""

import io
import math
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

RATE_HZ = 48000
"""The rate of everything between the voice and the finished file."""

_SIXTEEN_BIT = 32767
_PAD_S = 0.02


def wav(samples: Samples, *, rate_hz: int = RATE_HZ) -> bytes:
    """A 16-bit WAV file of it; what exceeds full scale is cut."""
    pcm = np.rint(np.clip(samples, -1, 1) * _SIXTEEN_BIT).astype("<i2")
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(pcm.tobytes())
    return target.getvalue()


def read_wav(path: Path) -> tuple[Samples, int]:
    """Samples of shape (frames, channels), and their rate, of a 16-bit WAV file that we wrote."""
    with wave.open(str(path), "rb") as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        samples = pcm.reshape(-1, file.getnchannels()).astype(np.float32)
        return samples / np.float32(_SIXTEEN_BIT), file.getframerate()


def resample(samples: Samples, from_hz: int, to_hz: int = RATE_HZ) -> Samples:
    """The same mono sound at another rate, its band kept whole: the spectrum is cut or extended.

    The length is `len(samples) * to_hz / from_hz`, rounded.
    """
    if from_hz == to_hz or not len(samples):
        return samples
    shared = math.gcd(from_hz, to_hz)
    step, grown = from_hz // shared, to_hz // shared
    blocks = _smooth(math.ceil((len(samples) + _PAD_S * from_hz) / step))
    size, grown_size = blocks * step, blocks * grown
    spectrum = np.fft.rfft(samples, size)[: min(size, grown_size) // 2 + 1]
    wide = np.fft.irfft(spectrum, grown_size) * (grown_size / size)
    return wide[: round(len(samples) * to_hz / from_hz)].astype(np.float32)


def trimmed(samples: Samples, rate_hz: int, *, quiet: float = 0.004) -> slice:
    """Where its sound is, with 15 ms before it and 60 ms after; empty for silence."""
    loud = np.flatnonzero(np.abs(samples) > quiet)
    if not len(loud):
        return slice(0, 0)
    start = max(0, int(loud[0] - 0.015 * rate_hz))
    return slice(start, min(len(samples), int(loud[-1] + 0.060 * rate_hz)))


def faded(samples: Samples, rate_hz: int, *, fade_s: float = 0.008) -> Samples:
    """It starting and ending at zero, so that nothing clicks; mono or stereo."""
    count = min(int(fade_s * rate_hz), len(samples) // 2)
    ramp = np.sin(np.linspace(0, np.pi / 2, count, dtype=np.float32)) ** 2
    shape = (count, *[1] * (samples.ndim - 1))
    result = samples.copy()
    result[:count] *= ramp.reshape(shape)
    result[len(result) - count :] *= ramp[::-1].reshape(shape)
    return result


def _smooth(least: int) -> int:
    """The next number without prime factors above 5: a fast length for a Fourier transform."""
    while True:
        rest = least
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return least
        least += 1
