"""The first seconds of the fixture by MoviePy: same layers, motion, captions and encoder.

Runs in its own environment, knows nothing of us: reads a JSON description, writes an MP4.
"""

import json
import sys
from pathlib import Path
from typing import Any

from moviepy import AudioFileClip, CompositeVideoClip, ImageClip, TextClip, vfx  # type: ignore[import-not-found]

RISE_PX, RISE_S, FADE_S = 56, 0.6, 1 / 3


def eased(x: float) -> float:
    return 1 - (1 - min(max(x, 0.0), 1.0)) ** 3


def scene(spec: dict[str, Any], *, first: bool) -> Any:
    length_s = spec["end_s"] - spec["start_s"]
    parts = [ImageClip(spec["background"], duration=length_s)]
    for layer in spec["layers"]:
        starts_s, x, y = layer["start_s"], layer["x_px"], layer["y_px"]
        if starts_s >= length_s:
            continue
        clip = ImageClip(layer["image"], duration=length_s - starts_s).with_start(starts_s)
        clip = clip.with_effects([vfx.CrossFadeIn(RISE_S)])
        parts.append(
            clip.with_position(lambda t, x=x, y=y: (x, y + RISE_PX * (1 - eased(t / RISE_S))))
        )
    made = CompositeVideoClip(parts).with_duration(length_s).with_start(spec["start_s"])
    return made if first else made.with_effects([vfx.CrossFadeIn(FADE_S)])


def caption(cue: dict[str, Any], spec: dict[str, Any]) -> list[Any]:
    area, font = spec["caption_area"], spec["font"]
    length_s = cue["end_s"] - cue["start_s"]
    whole = TextClip(
        font=font, text=cue["text"], font_size=60, color="white", method="caption",
        size=(area["width_px"], area["height_px"]), text_align="center", bg_color=(12, 13, 18, 190),
    )  # fmt: skip
    shown = [whole.with_start(cue["start_s"]).with_duration(length_s)]
    for word in cue["words"]:
        marked = TextClip(font=font, text=word["text"], font_size=60, color="#ffd140")
        marked = marked.with_start(word["start_s"])
        shown.append(marked.with_duration(max(word["end_s"] - word["start_s"], 0.05)))
    return [clip.with_position((area["x_px"], area["y_px"])) for clip in shown]


def main(description: str, target: str) -> None:
    spec = json.loads(Path(description).read_text(encoding="utf-8"))
    parts = [scene(part, first=place == 0) for place, part in enumerate(spec["scenes"])]
    for cue in spec["cues"]:
        parts += caption(cue, spec)
    size = (spec["width_px"], spec["height_px"])
    video = CompositeVideoClip(parts, size=size).with_duration(spec["seconds"])
    sound = AudioFileClip(spec["sound"]).subclipped(0, spec["seconds"])
    video.with_audio(sound).write_videofile(
        target, fps=spec["fps"], codec="libx264", audio_codec="aac", preset="veryfast", threads=2,
        ffmpeg_params=["-crf", "20", "-pix_fmt", "yuv420p", "-profile:v", "high"], logger=None,
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
