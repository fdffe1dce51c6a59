"""A three-second production: bursts of tone for words, a test picture, a plan that fits both."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vid_pipeline.artifacts import (
    Brief,
    Canvas,
    Captions,
    ClosingCard,
    Cue,
    Line,
    LineTiming,
    MediaRef,
    Narration,
    Origin,
    Scene,
    SceneTiming,
    Script,
    Storyboard,
    TitleCard,
    Video,
    Word,
)
from vid_pipeline.media import ffmpeg
from vid_pipeline.media.audio import wav
from vid_pipeline.ports import Store

CANVAS = Canvas(width_px=108, height_px=192, fps=30)
FRAMES = 90
SPANS_S = ((0.3, 0.6), (0.7, 1.0), (1.6, 2.0), (2.1, 2.6))
WORDS = tuple(
    Word(text=text, start_s=start_s, end_s=end_s)
    for text, (start_s, end_s) in zip(("Reefs", "breathe.", "Watch", "them."), SPANS_S, strict=True)
)
LINES = (
    Line(
        id="l1",
        text="Reefs breathe.",
        spoken="Reefs breathe.",
        role="hook",
        origin=Origin(paragraph=2, sentence="Reefs breathe, slowly."),
    ),
    Line(id="l2", text="Watch them.", spoken="Watch them.", role="closing"),
)
SCRIPT = Script(title="Reefs", language="en", lines=LINES, author="extractive", source="reef.org")
STORYBOARD = Storyboard(
    title="Reefs",
    language="en",
    scenes=(
        Scene(id="s1", lines=LINES[:1], card=TitleCard(kicker="Sea", title="Reefs"), canvas=CANVAS),
        Scene(id="s2", lines=LINES[1:], card=ClosingCard(title="Look"), canvas=CANVAS),
    ),
)
CAPTIONS = Captions(
    language="en",
    cues=(
        Cue(scene_id="s1", start_s=0.3, end_s=1.0, words=WORDS[:2]),
        Cue(scene_id="s2", start_s=1.6, end_s=2.6, words=WORDS[2:]),
    ),
)
BRIEF = Brief(
    name="reefs.md", document=MediaRef(sha256="a" * 64, mime="text/markdown", size_bytes=9)
)


@dataclass(frozen=True)
class Made:
    """What the steps before the check have made."""

    narration: Narration
    video: Video


def speech_wav(*, late_s: float = 0.0) -> bytes:
    """The words as bursts of 300 Hz, 48 kHz mono."""
    rate_hz = 48_000
    samples = np.zeros(FRAMES * rate_hz // CANVAS.fps, dtype=np.float32)
    for start_s, end_s in SPANS_S:
        first, last = int((start_s + late_s) * rate_hz), int((end_s + late_s) * rate_hz)
        tone = np.sin(2 * np.pi * 300 * np.arange(last - first) / rate_hz)
        samples[first:last] = 0.38 * tone.astype(np.float32)
    return wav(samples, rate_hz=rate_hz)


def make(
    store: Store,
    folder: Path,
    *,
    pictures: str = f"testsrc2=s=108x192:r=30:d={FRAMES / 30}",
    sound_filter: str = "anull",
    heard_late_s: float = 0.0,
) -> Made:
    """Narration and video of the production, the video with a fault if one is asked for."""
    narration = Narration(
        audio=store.put_bytes(speech_wav(), "audio/wav"),
        fps=CANVAS.fps,
        frames=FRAMES,
        scenes=(
            SceneTiming(scene_id="s1", start_frame=0, frames=40),
            SceneTiming(scene_id="s2", start_frame=40, frames=50),
        ),
        lines=(
            LineTiming(line_id="l1", scene_id="s1", start_s=0.3, end_s=1.0, words=WORDS[:2]),
            LineTiming(line_id="l2", scene_id="s2", start_s=1.6, end_s=2.6, words=WORDS[2:]),
        ),
        voice="tone",
    )
    heard, target = folder / "heard.wav", folder / "video.mp4"
    heard.write_bytes(speech_wav(late_s=heard_late_s))
    ffmpeg.run([
        "-f", "lavfi", "-i", pictures, *ffmpeg.source(heard), "-af", sound_filter,
        "-c:v", "libx264", "-preset", "superfast", "-profile:v", "high", "-pix_fmt", "yuv420p",
        "-x264-params", "colorprim=bt709:transfer=bt709:colormatrix=bt709:range=tv",
        "-c:a", "aac", "-ac", "2", "-movflags", "+faststart", str(target),
    ])  # fmt: skip
    video = Video(
        file=store.put(target, "video/mp4"),
        canvas=CANVAS,
        frames=FRAMES,
        scenes_rendered=2,
        scenes_reused=0,
    )
    return Made(narration=narration, video=video)
