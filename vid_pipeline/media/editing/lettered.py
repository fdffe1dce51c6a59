"""Subtitles as a script that is burnt into pictures."""

import pysubs2

from vid_pipeline.errors import BadSource, OverLimit
from vid_pipeline.media.editing.orders import BurnSubtitles

_MOST_CUES, _MOST_CHARACTERS = 5000, 500
_PLACES = {"bottom": 2, "middle": 5, "top": 8}  # by the keys of a number pad


def script(text: str, width_px: int, height_px: int, order: BurnSubtitles) -> str:
    """A subtitle file's words as an ASS script of ours, in the frame's own pixels."""
    script = pysubs2.SSAFile()
    script.info |= {"PlayResX": str(width_px), "PlayResY": str(height_px), "WrapStyle": "0"}
    style = script.styles["Default"]
    style.fontname, style.fontsize, style.bold = "Inter", order.size * height_px * 1.2, True
    style.outline, style.shadow = max(1.0, order.size * height_px / 14), 0.0
    style.alignment = pysubs2.Alignment(_PLACES[order.place])
    style.marginv = round(height_px * 0.06)
    for event in _cues(text):
        words = event.plaintext.replace("{", "(").replace("}", ")").replace("\\", "/")
        script.append(pysubs2.SSAEvent(event.start, event.end, words.strip().replace("\n", r"\N")))
    return script.to_string("ass")


def _cues(text: str) -> list[pysubs2.SSAEvent]:
    try:
        found = [
            one
            for one in pysubs2.SSAFile.from_string(text)
            if one.plaintext.strip() and not one.is_drawing
        ]
    except (pysubs2.Pysubs2Error, ValueError) as fault:
        raise BadSource("the subtitles", "they cannot be read", "Give SRT or WebVTT.") from fault
    if not found:
        raise BadSource("the subtitles", "they hold no words", "Give SRT or WebVTT.")
    if len(found) > _MOST_CUES:
        raise OverLimit("The subtitles", f"they have {len(found)} cues", f"Give {_MOST_CUES}.")
    if max(len(one.plaintext) for one in found) > _MOST_CHARACTERS:
        reason = f"a cue has more than {_MOST_CHARACTERS} characters"
        raise OverLimit("The subtitles", reason, "Cut it in parts.")
    return found
