"""Which chords a bed plays: key, tempo and progression from a seed, voices led step by step."""

from dataclasses import dataclass
from itertools import pairwise, product
from typing import Literal

import numpy as np

Mood = Literal["calm", "bright", "driving"]
Chord = tuple[int, ...]

_MAJOR = (0, 2, 4, 5, 7, 9, 11)
_MINOR = (0, 2, 3, 5, 7, 8, 10)
_LOWEST, _HIGHEST = 50, 76
_MIDDLE = 63
_SEVENTH, _NINTH = 6, 8
_MINOR_NINTH = 13


@dataclass(frozen=True)
class Style:
    """What a mood means: scale, beats a minute, progressions by scale degree, who plays."""

    scale: tuple[int, ...]
    tempo: tuple[int, int]
    progressions: tuple[tuple[int, ...], ...]
    colour: int
    brightness: float
    plucks_a_bar: int
    kicks: tuple[float, ...]
    shakers_a_bar: int


STYLES: dict[Mood, Style] = {
    "calm": Style(
        _MAJOR, (72, 84), ((0, 4, 5, 3), (0, 2, 5, 3), (0, 5, 3, 4), (3, 0, 5, 4)),
        _NINTH, 0.35, 8, (), 4,
    ),
    "bright": Style(
        _MAJOR, (96, 108), ((0, 4, 5, 3), (0, 3, 5, 4), (5, 3, 0, 4), (0, 1, 3, 4)),
        _NINTH, 0.6, 8, (0.0, 0.5), 8,
    ),
    "driving": Style(
        _MINOR, (108, 120), ((0, 5, 2, 6), (0, 3, 5, 6), (0, 2, 6, 3), (5, 6, 0, 0)),
        _SEVENTH, 0.5, 16, (0.0, 0.25, 0.5, 0.75), 8,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Harmony:
    """Four bars: a chord's voices and its bass as MIDI notes, and the tempo wanted."""

    chords: tuple[Chord, ...]
    basses: tuple[int, ...]
    beats_a_minute: float


def choose(mood: Mood, rng: np.random.Generator) -> Harmony:
    """Key, tempo and progression of a bed; the same generator state gives the same harmony."""
    style = STYLES[mood]
    tonic = int(rng.integers(0, 12))
    degrees = style.progressions[rng.integers(len(style.progressions))]
    tones = [_tones(style, tonic, degree) for degree in degrees]
    chords: list[Chord] = []
    for chord in tones:
        chords.append(_led(chord, chords[-1] if chords else None))
    basses = tuple(36 + (chord[0] - 36 + 5) % 12 - 5 for chord in tones)
    return Harmony(tuple(chords), basses, float(rng.integers(*style.tempo)))


def hertz(note: float) -> float:
    """Frequency of a MIDI note, A4 = 69 = 440 Hz."""
    return 440.0 * float(2.0 ** ((note - 69) / 12))


def _tones(style: Style, tonic: int, degree: int) -> Chord:
    def tone(step: int) -> int:
        octave, index = divmod(degree + step, 7)
        return tonic + 12 * octave + style.scale[index]

    rubs = tone(_NINTH) - tone(0) == _MINOR_NINTH
    return tuple(tone(step) for step in (0, 2, 4, _SEVENTH if rubs else style.colour))


def _led(tones: Chord, before: Chord | None) -> Chord:
    """The voicing that moves least from the chord before it, and stays in the middle."""
    places = [[n for n in range(_LOWEST, _HIGHEST) if n % 12 == tone % 12] for tone in tones]
    voicings = {tuple(sorted(voicing)) for voicing in product(*places)}
    open_ones = [voicing for voicing in voicings if _is_open(voicing)]

    def effort(voicing: Chord) -> tuple[float, Chord]:
        moved = sum(abs(a - b) for a, b in zip(voicing, before or voicing, strict=True))
        return moved + 0.5 * abs(sum(voicing) / len(voicing) - _MIDDLE), voicing

    return min(open_ones, key=effort)


def _is_open(voicing: Chord) -> bool:
    """No two voices closer than a tone, none further than an octave apart."""
    gaps = [high - low for low, high in pairwise(voicing)]
    return min(gaps) >= 2 and max(gaps) <= 12
