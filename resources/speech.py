"""Speech by espeak-ng: offline, free, fast; robotic, but with the time of every word."""

from importlib.metadata import version

import numpy as np
import numpy.typing as npt
from pydantic import Field

from resources import espeak, letters, voices
from resources.espeak import Prosody, Utterance, WordEvent
from resources.stoppable import StoppableResource
from vid_pipeline.errors import BadRequest, SpeechError
from vid_pipeline.media import characters
from vid_pipeline.ports import Spoken, SpokenWord, Voice

MAX_CHARACTERS = 5000
"""One call's longest text: five minutes of speech. Twenty thousand words hold a core for 13 s."""

_SILENT_RATE_HZ = 22050
_QUIET = 0.006
_ENVELOPE_S = 0.005
_TAIL_S = 0.03


class EspeakSpeechResource(StoppableResource):
    """The port `Speech`. Voices are language codes, `en-gb`, or with a timbre, `en-gb+f3`."""

    pitch: int = Field(default=42, ge=0, le=100, description="Base pitch; 50 is the voice's own.")
    pitch_range: int = Field(default=58, ge=0, le=100, description="Melody; 0 is monotone.")

    @property
    def fingerprint(self) -> str:
        """The engine, its version and how it is set."""
        return f"espeak-ng {version('espeakng-loader')} {self.pitch} {self.pitch_range}"

    def voices(self) -> tuple[Voice, ...]:
        """Every voice that is installed."""
        return voices.listed(espeak.installed().voices)

    def say(self, text: str, *, voice: str, words_per_minute: int = 165) -> Spoken:
        """Speak a text of at most `MAX_CHARACTERS`; emoji and control characters are silent.

        A text without a letter or digit gives no samples and no words.

        Raises:
            BadRequest: no such voice, one that cannot read the text's letters, or a rate outside 80
                to 450 words a minute.
            SpeechError: the text is too long, or the library gave no audio.
            ToolMissing: the library is not installed.
            Cancelled: a stop was requested.
        """
        self._stop.check()
        installed = espeak.installed()
        identifier = voices.find(voice, installed.voices, installed.variants)
        _refuse(text, words_per_minute)
        if not characters.has_sound(text):
            return Spoken(np.zeros(0, np.float32), _SILENT_RATE_HZ, ())
        prosody = Prosody(words_per_minute, self.pitch, self.pitch_range)
        language = identifier.partition("+")[0].rpartition("/")[2].partition("-")[0]
        clean = letters.readable(characters.speakable(text), voice=voice, language=language)
        uttered = espeak.speak(clean, identifier, prosody)
        if not len(uttered.samples):
            raise SpeechError(
                f"Voice {voice!r} gave no audio for {text[:60]!r}. Try another voice."
            )
        return _spoken(text, uttered)


def _refuse(text: str, words_per_minute: int) -> None:
    if not 80 <= words_per_minute <= 450:
        raise BadRequest("Speech rate", words_per_minute, "Give 80 to 450 words a minute.")
    if len(text) > MAX_CHARACTERS:
        raise SpeechError(
            f"A text of {len(text)} characters is too long to speak at once. "
            f"Cut it into lines of at most {MAX_CHARACTERS}."
        )


def _spoken(text: str, uttered: Utterance) -> Spoken:
    samples = uttered.samples.astype(np.float32) * np.float32(1 / 32768)
    duration_s = len(samples) / uttered.rate_hz
    places = characters.pieces(characters.speakable(text))
    starts_s = _starts(places, uttered.events, duration_s)
    ends_s = np.append(starts_s[1:], duration_s)
    ends_s = _without_pauses(samples, uttered.rate_hz, starts_s, ends_s)
    words = tuple(
        SpokenWord(start, end, float(start_s), float(end_s))
        for (start, end), start_s, end_s in zip(places, starts_s, ends_s, strict=True)
    )
    return Spoken(samples, uttered.rate_hz, words)


def _starts(
    places: tuple[tuple[int, int], ...], events: tuple[WordEvent, ...], duration_s: float
) -> npt.NDArray[np.float64]:
    """When each word starts; one that espeak merged into another shares its time by length."""
    known = {0: 0.0}
    for start, end in places:
        if inside := [event.start_s for event in events if start <= event.start < end]:
            known[start] = min(inside)
    known[places[-1][1]] = duration_s
    times_s = np.maximum.accumulate(list(known.values()))
    starts_s = np.interp([start for start, _ in places], list(known), times_s)
    return np.minimum(starts_s, duration_s)


def _without_pauses(
    samples: npt.NDArray[np.float32],
    rate_hz: int,
    starts_s: npt.NDArray[np.float64],
    ends_s: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Ends moved back to the last sound before them, so that a pause belongs to no word."""
    hop = int(rate_hz * _ENVELOPE_S)
    frames = np.abs(samples[: len(samples) // hop * hop]).reshape(-1, hop).max(axis=1)
    loud_s = (np.flatnonzero(frames > _QUIET) + 1) * hop / rate_hz
    if not len(loud_s):
        return ends_s
    last = np.searchsorted(loud_s, ends_s, side="right") - 1
    sound_s = np.where(last >= 0, loud_s[np.maximum(last, 0)], ends_s) + _TAIL_S
    return np.where(sound_s > starts_s, np.minimum(ends_s, sound_s), ends_s)
