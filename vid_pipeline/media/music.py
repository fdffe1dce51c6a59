"""A music bed made of arithmetic: chords, an arpeggio, bass and soft percussion, in a mood.

Four bars are played twice, the second time with another arpeggio, and go round until the end;
players come in one after another. The tempo is bent by a little so that the last bar is whole.
"""

import math
from dataclasses import dataclass

import numpy as np

from vid_pipeline.media import audio, instruments
from vid_pipeline.media.audio import RATE_HZ, Samples
from vid_pipeline.media.harmony import STYLES, Harmony, Mood, Style, choose

_BEATS = 4
_CYCLE_BARS = 8
_PEAK = 0.7
_SWELL_S = 2.5
_FADE_S = 3.0
_TURNS = ((0, 1, 2, 3, 2, 1, 3, 2), (3, 1, 2, 0, 1, 3, 2, 1), (0, 2, 1, 3, 0, 2, 3, 1))
_ACCENTS = (1.0, 0.62, 0.8, 0.66)


def compose(samples: int, mood: Mood, seed: int) -> Samples:
    """A stereo bed of a length in samples; the same seed gives the same bed.

    It swells up in the first seconds, fades out in the last, and its peak is at 0.7.
    """
    rng = np.random.default_rng(seed)
    harmony = choose(mood, rng)
    bar_s = _bar_seconds(samples / RATE_HZ, harmony.beats_a_minute)
    band = _Band(STYLES[mood], harmony, bar_s, rng)
    played = np.zeros((samples, 2), np.float32)
    for cycle, enters_at_bar in band.parts():
        count = math.ceil(samples / len(cycle))
        part = np.tile(cycle, (count, 1))[:samples]
        if enters_at_bar:
            part *= _entry(samples, enters_at_bar * bar_s)
        played += part
    played *= _outline(samples)
    return played * np.float32(_PEAK / max(float(np.abs(played).max()), 1e-6))


def _bar_seconds(duration_s: float, beats_a_minute: float) -> float:
    bar_s = 60 * _BEATS / beats_a_minute
    return duration_s / max(1, round(duration_s / bar_s))


@dataclass(frozen=True)
class _Band:
    """The players of one bed; each gives eight bars, stereo, whose end runs into their start."""

    style: Style
    harmony: Harmony
    bar_s: float
    rng: np.random.Generator

    def parts(self) -> list[tuple[Samples, int]]:
        """What each player plays, and the bar at which it comes in."""
        return [
            (self._pads(), 0),
            (self._plucks(), 1),
            (self._basses(), 2),
            (self._percussion(), 4),
        ]

    def _pads(self) -> Samples:
        """Chords that melt into each other while a filter slowly opens and closes."""
        cycle, melt = self._empty(), round(0.35 * self.bar_s * RATE_HZ)
        forms = [instruments.pad(chord, self.rng) for chord in self.harmony.chords]
        length = round(self.bar_s * RATE_HZ) + melt
        sweep = np.float32(0.5) * self.style.brightness * np.sin(np.linspace(0, np.pi, length))
        for bar in range(_CYCLE_BARS):
            dark, bright = forms[bar % len(forms)]
            opened = (0.15 + sweep).astype(np.float32)[:, None]
            start = bar * length % len(dark)
            index = np.arange(start, start + length) % len(dark)
            chord = dark[index] * (1 - opened) + bright[index] * opened
            self._play(cycle, audio.faded(chord, RATE_HZ, fade_s=melt / RATE_HZ), bar)
        return cycle

    def _plucks(self) -> Samples:
        """An arpeggio over the chord, wandering from side to side, with an echo."""
        cycle, a_bar = self._empty(), self.style.plucks_a_bar
        sounds: dict[int, Samples] = {}
        turns = self.rng.permutation(len(_TURNS))[:2]
        for step in range(_CYCLE_BARS * a_bar):
            bar = step // a_bar
            turn = _TURNS[turns[bar // 4]]
            chord = self.harmony.chords[bar % len(self.harmony.chords)]
            note = chord[turn[step % len(turn)]] + 12
            if note not in sounds:
                sounds[note] = instruments.pluck(note, brightness=self.style.brightness)
            level = _ACCENTS[step % 4] * self.rng.uniform(0.85, 1.0)
            side = 0.35 * math.sin(2 * math.pi * step / 7)
            self._play(cycle, sounds[note] * np.float32(level), step / a_bar, side=side)
        echo = round(self.bar_s * RATE_HZ * 3 / 16)
        crossed = np.roll(cycle[:, ::-1], echo, axis=0)
        again = np.roll(cycle, 2 * echo, axis=0)
        cycle += np.float32(0.34) * crossed + np.float32(0.15) * again
        return cycle

    def _basses(self) -> Samples:
        cycle = self._empty()
        beats = (0.0,) if not self.style.kicks else (0.0, 0.375, 0.5)
        for bar in range(_CYCLE_BARS):
            note = self.harmony.basses[bar % len(self.harmony.basses)]
            for at, following in zip(beats, (*beats[1:], 1.0), strict=True):
                held_s = (following - at) * self.bar_s * 0.95
                self._play(cycle, instruments.bass(note, held_s), bar + at)
        return cycle

    def _percussion(self) -> Samples:
        cycle, thump = self._empty(), instruments.kick()
        shakes = [instruments.shaker(self.rng) for _ in range(4)]
        for bar in range(_CYCLE_BARS):
            for at in self.style.kicks:
                self._play(cycle, thump, bar + at)
            for step in range(self.style.shakers_a_bar):
                level = np.float32(1.0 if step % 2 else 0.55)
                at = bar + step / self.style.shakers_a_bar
                self._play(cycle, shakes[step % 4] * level, at, side=0.25)
        return cycle

    def _empty(self) -> Samples:
        return np.zeros((round(_CYCLE_BARS * self.bar_s * RATE_HZ), 2), np.float32)

    def _play(self, cycle: Samples, sound: Samples, bar: float, *, side: float = 0.0) -> None:
        """Add a sound at a place in bars; what sticks out at the end goes to the start."""
        if sound.ndim == 1:
            angle = (1 + side) * math.pi / 4
            pan = np.array([math.cos(angle), math.sin(angle)], np.float32)
            sound = sound[:, None] * pan
        first = round(bar * self.bar_s * RATE_HZ) % len(cycle)
        room = len(cycle) - first
        cycle[first : first + len(sound)] += sound[:room]
        if len(sound) > room:
            cycle[: len(sound) - room] += sound[room:]


def _entry(samples: int, at_s: float) -> Samples:
    """Nothing before a player's entry, then up within a second."""
    first, count = round((at_s - 0.5) * RATE_HZ), RATE_HZ
    curve = np.ones((samples, 1), np.float32)
    curve[: max(first, 0)] = 0
    rising = curve[max(first, 0) : first + count]
    rising[:, 0] = np.linspace(0, 1, count, dtype=np.float32)[: len(rising)]
    return curve


def _outline(samples: int) -> Samples:
    """The swell at the start and the fade at the end, zero at both ends."""
    duration_s = samples / RATE_HZ
    curve = np.ones(samples, np.float32)
    for length_s, part in ((_SWELL_S, slice(None)), (_FADE_S, slice(None, None, -1))):
        count = round(min(length_s, duration_s / 4) * RATE_HZ)
        curve[part][:count] *= np.sin(np.linspace(0, np.pi / 2, count, dtype=np.float32)) ** 2
    return curve[:, None]
