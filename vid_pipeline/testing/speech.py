"""A voice for tests: one steady tone a word, always the same, with the time of every word."""

import numpy as np

from vid_pipeline.errors import BadRequest
from vid_pipeline.media import characters
from vid_pipeline.ports import Spoken, SpokenWord, Voice

_RATE_HZ = 24000
_GAP_S = 0.05
_SILENCE_S = 0.1
_CHARACTERS_A_WORD = 5
_NAMES = {"de": "German", "en-us": "English (America)", "es": "Spanish (Spain)"}


class FakeSpeech:
    """Speaks German, English and Spanish in tones; a longer word takes longer."""

    @property
    def fingerprint(self) -> str:
        return "tones"

    def voices(self) -> tuple[Voice, ...]:
        return tuple(Voice(name, name[:2], title) for name, title in _NAMES.items())

    def say(self, text: str, *, voice: str, words_per_minute: int = 165) -> Spoken:
        """A tone for every word, a silence of 0.1 s before and after."""
        if voice.lower()[:2] not in {name[:2] for name in _NAMES}:
            raise BadRequest("Voice", voice, f"Choose one of {', '.join(_NAMES)}.")
        words: list[SpokenWord] = []
        now_s = _SILENCE_S
        for start, end in characters.pieces(characters.speakable(text)):
            length_s = 60 / words_per_minute * (end - start) / _CHARACTERS_A_WORD
            words.append(SpokenWord(start, end, now_s, now_s + length_s))
            now_s += length_s + _GAP_S
        duration_s = now_s + _SILENCE_S if words else 0.0
        return Spoken(_tones(words, duration_s), _RATE_HZ, tuple(words))


def _tones(words: list[SpokenWord], duration_s: float) -> "np.typing.NDArray[np.float32]":
    samples = np.zeros(round(duration_s * _RATE_HZ), np.float32)
    for word in words:
        first, last = round(word.start_s * _RATE_HZ), round(word.end_s * _RATE_HZ)
        pitch_hz = 110 + 20 * (word.end - word.start)
        phase = 2 * np.pi * pitch_hz * np.arange(last - first) / _RATE_HZ
        samples[first:last] = 0.3 * np.sin(phase)
    return samples
