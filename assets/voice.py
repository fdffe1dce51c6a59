"""Step kind `narrate`: a storyboard spoken by one voice, and the timeline that locks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from vid_pipeline.artifacts import (
    Brief,
    Line,
    LineTiming,
    MediaRef,
    Narration,
    SceneTiming,
    Storyboard,
    Word,
)
from vid_pipeline.errors import SpeechError
from vid_pipeline.kinds import Retry, StepKind, StepParams
from vid_pipeline.media import audio, timeline
from vid_pipeline.media.alignment import align
from vid_pipeline.media.audio import RATE_HZ, Samples
from vid_pipeline.media.timeline import PlacedScene
from vid_pipeline.ports import Speech, SpokenWord, Store

NOMINAL_WORDS_PER_MINUTE = 165
SLOWEST, FASTEST = 150, 185
_TOLERANCE = 0.02
_TRIES = 3
_SILENT_LINE_S = 0.6


class NarrateParams(StepParams):
    voice: str | None = Field(
        default=None, description="Voice name; else the brief's, else the language's own."
    )
    words_per_minute: int | None = Field(
        default=None, ge=80, le=300, description="Fixed rate; else fitted to the wanted length."
    )


@dataclass(frozen=True)
class _Take:
    """A line as spoken: its samples from the first sound to the last, and its caption's words."""

    line: Line
    scene_id: str
    samples: Samples
    words: tuple[Word, ...]

    @property
    def duration_s(self) -> float:
        return len(self.samples) / RATE_HZ


def narrate(
    params: NarrateParams, brief: Brief, storyboard: Storyboard, *, speech: Speech, store: Store
) -> Narration:
    """Speak every line, and lock when each line, word and scene starts.

    The rate is fitted, between 150 and 185 words a minute, to the length the brief asks for.
    The audio is mono, 48 kHz, exactly as long as the scenes' frames.

    Raises:
        BadRequest: no such voice, or no voice for this language.
        SpeechError: the voice gave no audio for the whole storyboard.
    """
    voice = params.voice or brief.voice or storyboard.language
    takes = _fitted(storyboard, brief.seconds, voice, params.words_per_minute, speech)
    fps = storyboard.scenes[0].canvas.fps
    placed = timeline.place(_lengths(storyboard, takes), fps=fps)
    starts_s = [start_s for scene in placed for start_s in scene.line_starts_s]
    frames = sum(scene.frames for scene in placed)
    return Narration(
        audio=_recorded(takes, starts_s, frames / fps, store),
        fps=fps,
        frames=frames,
        scenes=_scene_timings(storyboard, placed),
        lines=tuple(_timing(*pair) for pair in zip(takes, starts_s, strict=True)),
        voice=voice,
    )


def _fitted(
    storyboard: Storyboard, wanted_s: int, voice: str, fixed_rate: int | None, speech: Speech
) -> list[_Take]:
    rate = fixed_rate or NOMINAL_WORDS_PER_MINUTE
    speech_s = wanted_s - timeline.silence_s([len(scene.lines) for scene in storyboard.scenes])
    for _ in range(_TRIES):
        takes = _takes(storyboard, voice, rate, speech)
        spoken_s = sum(take.duration_s for take in takes)
        ideal = round(rate * spoken_s / max(speech_s, 1))
        better = min(max(ideal, SLOWEST), FASTEST)
        if fixed_rate or better == rate or abs(spoken_s - speech_s) < _TOLERANCE * wanted_s:
            break
        rate = better
    return takes


def _takes(storyboard: Storyboard, voice: str, rate: int, speech: Speech) -> list[_Take]:
    takes = [
        _take(line, scene.id, voice, rate, speech)
        for scene in storyboard.scenes
        for line in scene.lines
    ]
    if not any(take.samples.any() for take in takes):
        raise SpeechError(
            f"Voice {voice!r} gave no audio for {storyboard.title!r}. "
            "Its lines hold no words that can be spoken; edit the script."
        )
    return takes


def _take(line: Line, scene_id: str, voice: str, rate: int, speech: Speech) -> _Take:
    spoken = speech.say(line.spoken, voice=voice, words_per_minute=rate)
    sound = audio.trimmed(spoken.samples, spoken.rate_hz)
    clip = audio.faded(spoken.samples[sound], spoken.rate_hz)
    samples = audio.resample(clip, spoken.rate_hz)
    if not len(samples):
        samples = np.zeros(round(_SILENT_LINE_S * RATE_HZ), np.float32)
    duration_s = len(samples) / RATE_HZ
    said = [_moved(word, sound.start / spoken.rate_hz, duration_s) for word in spoken.words]
    words = align(line.text, line.spoken, said, duration_s=duration_s)
    return _Take(line, scene_id, samples, words)


def _moved(word: SpokenWord, earlier_s: float, duration_s: float) -> SpokenWord:
    start_s, end_s = (
        min(max(time_s - earlier_s, 0.0), duration_s) for time_s in (word.start_s, word.end_s)
    )
    return SpokenWord(word.start, word.end, start_s, end_s)


def _lengths(storyboard: Storyboard, takes: Sequence[_Take]) -> list[list[float]]:
    lengths = iter(take.duration_s for take in takes)
    return [[next(lengths) for _ in scene.lines] for scene in storyboard.scenes]


def _recorded(
    takes: Sequence[_Take], starts_s: Sequence[float], duration_s: float, store: Store
) -> MediaRef:
    track = np.zeros(round(duration_s * RATE_HZ), np.float32)
    for take, start_s in zip(takes, starts_s, strict=True):
        first = round(start_s * RATE_HZ)
        track[first : first + len(take.samples)] = take.samples
    return store.put_bytes(audio.wav(track), "audio/wav")


def _scene_timings(
    storyboard: Storyboard, placed: Sequence[PlacedScene]
) -> tuple[SceneTiming, ...]:
    return tuple(
        SceneTiming(scene_id=scene.id, start_frame=place.start_frame, frames=place.frames)
        for scene, place in zip(storyboard.scenes, placed, strict=True)
    )


def _timing(take: _Take, start_s: float) -> LineTiming:
    words = (
        word.model_copy(update={"start_s": start_s + word.start_s, "end_s": start_s + word.end_s})
        for word in take.words
    )
    return LineTiming(
        line_id=take.line.id,
        scene_id=take.scene_id,
        start_s=start_s,
        end_s=start_s + take.duration_s,
        words=tuple(words),
    )


NARRATE = StepKind.of(
    narrate, retry=Retry(times=2), deliverable="narration", ignores={"brief": ("aspect", "hook")}
)
