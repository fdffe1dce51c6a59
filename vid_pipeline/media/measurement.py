"""Levels, and black, still and silent spans, measured by ffmpeg's own filters."""

import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from vid_pipeline.cancel import CancelToken
from vid_pipeline.media import ffmpeg

SILENCE_DB = -50
SILENCE_S = 1.0
_BLACK = "scale=270:-2,blackdetect=d=0:pix_th=0.02"  # a dark card's background is not black
_STILL = "freezedetect=noise=-60dB:duration=2"
_SOUND = f"silencedetect=noise={SILENCE_DB}dB:duration={SILENCE_S},ebur128=peak=true:framelog=quiet"
_LOUDNESS = re.compile(r"^\s+I:\s+(-?[\d.]+|-inf|nan) LUFS", re.MULTILINE)
_PEAK = re.compile(r"^\s+Peak:\s+(-?[\d.]+|-inf|nan) dBFS", re.MULTILINE)
_START_END = r"{name}_start:\s*(-?[\d.]+)|{name}_end:\s*([\d.]+)"


class Span(BaseModel):
    """A stretch of the file's timeline, in seconds."""

    model_config = ConfigDict(frozen=True)

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


class Measured(BaseModel):
    """Loudness is None for silence. Still pictures are None when they were not looked for."""

    model_config = ConfigDict(frozen=True)

    integrated_lufs: float | None = Field(description="EBU R 128, the whole programme.")
    true_peak_dbtp: float | None = Field(description="Four times oversampled, by ebur128.")
    black: tuple[Span, ...]
    still: tuple[Span, ...] | None
    silent: tuple[Span, ...]


def measure(
    path: Path,
    duration_s: float,
    *,
    pictures: bool,
    sound: bool,
    thorough: bool = False,
    cancel: CancelToken | None = None,
) -> Measured:
    """Decode a file once and say what is in it.

    Black is looked for in keyframes only, unless `thorough`: then in every reference frame, and
    stills of two seconds or more as well (about seven times the work).

    Raises:
        ToolFailed: the file does not decode.
        Cancelled: the token was set.
    """
    skip, look = ("noref", f"{_BLACK},{_STILL}") if thorough else ("nokey", _BLACK)
    before = ["-skip_frame", skip] if pictures else []
    seen = ["-map", "0:v:0", "-vf", look, "-f", "null", "-"] if pictures else []
    heard = ["-map", "0:a:0", "-af", _SOUND, "-f", "null", "-"] if sound else []
    arguments = [*before, *ffmpeg.source(path), *seen, *heard]
    log = ffmpeg.run(arguments, timeout_s=60 + 4 * duration_s, cancel=cancel)
    return Measured(
        integrated_lufs=_level(_LOUDNESS, log),
        true_peak_dbtp=_level(_PEAK, log),
        black=_spans("black", log, duration_s),
        still=_spans("freeze", log, duration_s) if thorough else None,
        silent=_spans("silence", log, duration_s),
    )


def _level(pattern: re.Pattern[str], log: str) -> float | None:
    found = pattern.findall(log)
    return float(found[-1]) if found and found[-1] not in {"-inf", "nan", "-70.0"} else None


def _spans(name: str, log: str, duration_s: float) -> tuple[Span, ...]:
    """The spans a detecting filter reported; one still open at the end lasts to the end."""
    spans: list[Span] = []
    start: float | None = None
    for begins, ends in re.findall(_START_END.format(name=name), log):
        if begins:
            start = max(0.0, float(begins))
        elif start is not None:
            spans.append(Span(start_s=start, end_s=float(ends)))
            start = None
    if start is not None:
        spans.append(Span(start_s=start, end_s=duration_s))
    return tuple(spans)
