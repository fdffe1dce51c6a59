"""Programme loudness and true peak of a stereo recording at 48 kHz, in blocks of one millisecond.

Loudness and peak after a gain curve follow from the blocks, without the samples.
Source: ITU-R BS.1770-4, annex 1 (weighting, gates) and annex 2 (four times oversampled peak).
"""

import math

import numpy as np
import numpy.typing as npt

from vid_pipeline.media import equalizer
from vid_pipeline.media.audio import RATE_HZ, Samples
from vid_pipeline.media.equalizer import Biquad

BLOCK = RATE_HZ // 1000
_HOP_BLOCKS = 100
_WINDOW_HOPS = 4
_OFFSET_LU = -0.691
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_SHELF = Biquad(
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
)
_HIGHPASS = Biquad((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
# Source: BS.1770-4 annex 2, table of the 48-tap interpolation filter, phases 0 and 1; phases 2
# and 3 are these reversed.
_PHASES = (
    (0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875,
     0.1373291015625, 0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250,
     0.0148925781250, -0.0083007812500),
    (-0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500,
     0.4650878906250, 0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625,
     0.0330810546875, -0.0189208984375),
)  # fmt: skip

Blocks = npt.NDArray[np.float64]


def energy(samples: Samples) -> Blocks:
    """K-weighted energy of each millisecond, summed over its samples and channels."""
    weighted = _blocks(equalizer.filtered(samples, (_SHELF, _HIGHPASS)))
    sums: Blocks = np.einsum("ij,ij->i", weighted, weighted).astype(np.float64)
    return sums


def true_peak(stereo: Samples) -> Blocks:
    """The highest point of each millisecond, between the samples too."""
    left, right = (_true_peaks(np.ascontiguousarray(channel)) for channel in stereo.T)
    return np.maximum(left, right)


def integrated_lufs(energy: Blocks) -> float:
    """Gated loudness of blocks of K-weighted energy; minus infinity for silence."""
    hops = energy[: len(energy) // _HOP_BLOCKS * _HOP_BLOCKS].reshape(-1, _HOP_BLOCKS).sum(axis=1)
    if len(hops) < _WINDOW_HOPS:
        return -math.inf
    windows = np.convolve(hops, np.ones(_WINDOW_HOPS), "valid")
    windows /= _WINDOW_HOPS * _HOP_BLOCKS * BLOCK
    loud = windows[_lufs(windows) > _ABSOLUTE_GATE_LUFS]
    if not len(loud):
        return -math.inf
    loud = loud[_lufs(loud) > _lufs(loud.mean()) + _RELATIVE_GATE_LU]
    return float(_lufs(loud.mean()))


def _lufs(power: Blocks | np.floating) -> Blocks:
    return _OFFSET_LU + 10 * np.log10(np.maximum(power, 1e-12))


def _blocks(samples: Samples) -> Samples:
    """Rows of one millisecond, all channels in a row."""
    whole = math.ceil(len(samples) / BLOCK) * BLOCK
    padded = np.zeros((whole, *samples.shape[1:]), np.float32)
    padded[: len(samples)] = samples
    return padded.reshape(whole // BLOCK, -1)


def _true_peaks(channel: Samples) -> Blocks:
    peaks = np.abs(channel)
    for phase in _PHASES:
        for taps in (phase, phase[::-1]):
            between = np.convolve(channel, np.array(taps, np.float32), "same")
            np.maximum(peaks, np.abs(between, out=between), out=peaks)
    highest: Blocks = _blocks(peaks).max(axis=1).astype(np.float64)
    return highest
