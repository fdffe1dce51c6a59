"""Sounds of a music bed, each a short recording that starts and ends at zero; 48 kHz, float32."""

import numpy as np
import numpy.typing as npt

from vid_pipeline.media import audio, equalizer
from vid_pipeline.media.audio import RATE_HZ, Samples
from vid_pipeline.media.harmony import Chord, hertz

_PAD_SIZE = 1 << 17
_PARTIALS = 14
_SPREAD_CENTS = 16.0
_PAD_CUT_HZ = 2400.0


def pad(chord: Chord, rng: np.random.Generator) -> tuple[Samples, Samples]:
    """A chord as a soft choir of detuned partials: a dark and a bright form, to blend over time.

    Stereo, and endless: its end runs on into its start.
    Source: the PADsynth algorithm of Nasca Octavian Paul: partials with a Gaussian bandwidth and
    random phases, by one inverse transform.
    """
    shape = _pad_spectrum(chord)
    hz = np.arange(len(shape)) * RATE_HZ / _PAD_SIZE
    dark = shape / (1 + (hz / 500) ** 2)
    bright = shape / (1 + (hz / _PAD_CUT_HZ) ** 4)
    phases = np.exp(2j * np.pi * rng.random((2, len(shape))))
    phases[1] = 0.5 * phases[0] + 0.87 * phases[1]
    forms = [np.fft.irfft(phases * form, _PAD_SIZE).T for form in (dark, bright)]
    loud = max(float(np.sqrt(np.mean(form**2))) for form in forms[:1])
    first, second = ((form / loud * 0.1).astype(np.float32) for form in forms)
    return first, second


def _pad_spectrum(chord: Chord) -> npt.NDArray[np.float64]:
    spectrum = np.zeros(_PAD_SIZE // 2 + 1)
    spread = 2 ** (_SPREAD_CENTS / 1200) - 1
    for note in chord:
        for partial in range(1, _PARTIALS + 1):
            hz = hertz(note) * partial
            width = max(hz * spread * _PAD_SIZE / RATE_HZ, 1.0)
            centre = hz * _PAD_SIZE / RATE_HZ
            first, last = int(centre - 4 * width), int(centre + 4 * width) + 1
            bins = np.arange(first, min(last, len(spectrum)))
            bell = np.exp(-0.5 * ((bins - centre) / width) ** 2) / np.sqrt(width)
            spectrum[first : first + len(bins)] += bell / partial**1.5
    return spectrum


def pluck(note: int, *, brightness: float) -> Samples:
    """A soft mallet or string: partials that fade faster the higher they are."""
    times_s = np.arange(round(1.1 * RATE_HZ)) / RATE_HZ
    sound = np.zeros(len(times_s))
    for partial in range(1, 7):
        decay = 3.2 + 2.4 * (partial - 1) / brightness
        level = partial ** -(1.2 + 1.2 * (1 - brightness))
        phase = 2 * np.pi * hertz(note) * partial * times_s
        sound += level * np.exp(-decay * times_s) * np.sin(phase)
    sound *= np.minimum(1, times_s / 0.006)
    return audio.faded(sound.astype(np.float32), RATE_HZ, fade_s=0.003) * np.float32(0.12)


def bass(note: int, length_s: float) -> Samples:
    """A round low note, held and let go."""
    times_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    phase = 2 * np.pi * hertz(note) * times_s
    sound = np.sin(phase) + 0.28 * np.sin(2 * phase) + 0.08 * np.sin(3 * phase)
    shape = np.minimum(1, times_s / 0.025) * np.exp(-1.1 * times_s)
    return audio.faded((0.2 * sound * shape).astype(np.float32), RATE_HZ, fade_s=0.08)


def kick() -> Samples:
    """A soft thump, falling from 105 to 46 Hz."""
    times_s = np.arange(round(0.28 * RATE_HZ)) / RATE_HZ
    phase = 2 * np.pi * (46 * times_s + 59 / 28 * (1 - np.exp(-28 * times_s)))
    sound = np.sin(phase) * np.exp(-13 * times_s)
    return audio.faded((0.3 * sound).astype(np.float32), RATE_HZ, fade_s=0.004)


def shaker(rng: np.random.Generator) -> Samples:
    """A breath of high noise."""
    times_s = np.arange(round(0.09 * RATE_HZ)) / RATE_HZ
    noise = rng.normal(0, 1, len(times_s)).astype(np.float32)
    airy = equalizer.filtered(noise, (equalizer.highpass(5200), equalizer.lowpass(11000)))
    shape = np.minimum(1, times_s / 0.018) * np.exp(-42 * times_s)
    return audio.faded((0.1 * airy * shape).astype(np.float32), RATE_HZ, fade_s=0.004)
