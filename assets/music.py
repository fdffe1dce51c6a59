"""Step kind `music`: a bed under the narration, made for this video."""

import hashlib
from typing import Literal

import numpy as np
from pydantic import Field

from vid_pipeline.artifacts import Music, Narration
from vid_pipeline.kinds import StepKind, StepParams
from vid_pipeline.media import audio
from vid_pipeline.media.audio import RATE_HZ
from vid_pipeline.media.music import compose
from vid_pipeline.ports import Store


class MusicParams(StepParams):
    mood: Literal["calm", "bright", "driving", "none"] = Field(
        default="calm", description="Calm, bright or driving; none leaves the voice alone."
    )
    seed: int | None = Field(
        default=None, ge=0, description="Chooses key, tempo and chords; else the first line does."
    )


def music(params: MusicParams, narration: Narration, *, store: Store) -> Music:
    """A stereo bed, 48 kHz, as long as the narration: chords, arpeggio, bass, soft percussion.

    The same first line gives the same bed, so that editing a later one does not change it.
    """
    seed = params.seed if params.seed is not None else _seed(narration)
    samples = round(narration.duration_s * RATE_HZ)
    if params.mood == "none":
        bed = np.zeros((samples, 2), np.float32)
    else:
        bed = compose(samples, params.mood, seed)
    return Music(audio=store.put_bytes(audio.wav(bed), "audio/wav"), mood=params.mood, seed=seed)


def _seed(narration: Narration) -> int:
    opening = " ".join(word.text for word in narration.lines[0].words)
    return int.from_bytes(hashlib.sha256(opening.encode()).digest()[:4])


MUSIC = StepKind.of(music)
