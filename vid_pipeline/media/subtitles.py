"""Captions as files that players read beside a video: SubRip and WebVTT."""

from vid_pipeline.artifacts import Captions, Cue
from vid_pipeline.media import cues

_ROW_WIDTH = 40


def srt(captions: Captions) -> str:
    """A SubRip file: numbered, two rows at most."""
    return "\n".join(
        f"{number}\n{_time(cue.start_s, ',')} --> {_time(cue.end_s, ',')}\n{_srt_text(cue)}\n"
        for number, cue in enumerate(captions.cues, start=1)
    )


def vtt(captions: Captions) -> str:
    """A WebVTT file; inside a cue, a time stands before each word, for players that follow them."""
    blocks = ["WEBVTT\n"]
    for cue in captions.cues:
        blocks.append(f"{_time(cue.start_s)} --> {_time(cue.end_s)}\n{_vtt_text(cue)}\n")
    return "\n".join(blocks)


def _srt_text(cue: Cue) -> str:
    rows = cues.rows(cue.words, _ROW_WIDTH)
    text = "\n".join("".join(w.text + " " * w.spaced for w in row).rstrip() for row in rows)
    return text.replace("-->", "→")


def _vtt_text(cue: Cue) -> str:
    rows, now_ms = [], _milliseconds(cue.start_s)
    for row in cues.rows(cue.words, _ROW_WIDTH):
        text = ""
        for word in row:
            start_ms = _milliseconds(word.start_s)
            if now_ms < start_ms < _milliseconds(cue.end_s):  # the format wants them rising
                text += f"<{_time(word.start_s)}>"
                now_ms = start_ms
            text += _escaped(word.text) + " " * word.spaced
        rows.append(text.rstrip())
    return "\n".join(rows)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _milliseconds(time_s: float) -> int:
    return round(time_s * 1000)


def _time(time_s: float, mark: str = ".") -> str:
    seconds, milliseconds = divmod(_milliseconds(time_s), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{mark}{milliseconds:03}"
