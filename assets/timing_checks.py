"""Checks of time: captions on the timeline, words on the speech, speech in the finished file."""

from itertools import pairwise
from pathlib import Path

import numpy as np

from vid_pipeline.artifacts import Captions, Check, Narration, Word
from vid_pipeline.media.envelope import STEP_S, Steps, envelope_db, lag_s, speaking
from vid_pipeline.media.inspection import MediaReport

_HALF_FRAME = 0.5
_PAUSE_S = 0.25
_WORDS_VOICED = 0.97
_ONSET_S = 0.1
_SILENCE_MORE_S = 0.5


def captions_inside(captions: Captions, narration: Narration) -> Check:
    """Cues lie on the timeline, in order, one at a time, and hold every word that is said."""
    slack_s = _HALF_FRAME / narration.fps
    cues = captions.cues
    faults = {
        "outside": sum(c.end_s > narration.duration_s + slack_s for c in cues),
        "without length": sum(c.end_s <= c.start_s for c in cues),
        "overlapping": sum(a.end_s > b.start_s + 1e-6 for a, b in pairwise(cues)),
        "with words outside it": sum(
            c.words[0].start_s < c.start_s - slack_s or c.words[-1].end_s > c.end_s + slack_s
            for c in cues
        ),
    }
    said = sum(len(line.words) for line in narration.lines)
    shown = sum(len(cue.words) for cue in cues)
    measured = [f"{len(cues)} cues, {shown} of {said} words"]
    measured += [f"{count} {fault}" for fault, count in faults.items() if count]
    return Check(
        name="captions_inside",
        passed=bool(cues) and not any(faults.values()) and shown == said,
        measured=", ".join(measured),
        expected="every word, on the timeline, in order, not overlapping",
    )


def words_in_step(captions: Captions, speech: Path) -> Check:
    """Words lie where the voice is, and those after a pause begin where it begins."""
    voiced = speaking(envelope_db(speech))
    words = [word for cue in captions.cues for word in cue.words]
    inside = sum(_is_voiced(word, voiced) for word in words)
    onsets_s = _onset_errors_s(words, voiced)
    middle_s = float(np.median(onsets_s)) if onsets_s else 0.0
    share = inside / len(words) if words else 0.0
    return Check(
        name="words_in_step",
        passed=share >= _WORDS_VOICED and middle_s <= _ONSET_S,
        measured=f"{inside} of {len(words)} words on speech, onsets {middle_s * 1000:.0f} ms off "
        f"(median of {len(onsets_s)})",
        expected=f"at least {_WORDS_VOICED:.0%} on speech, onsets within {_ONSET_S * 1000:.0f} ms",
    )


def sound_in_step(video: Path, speech: Path, *, fps: int) -> Check:
    """The narration is heard in the finished file when the timeline says."""
    late_s = lag_s(envelope_db(speech), envelope_db(video))
    return Check(
        name="sound_in_step",
        passed=abs(late_s) <= 1 / fps,
        measured=f"{late_s * 1000:+.0f} ms",
        expected=f"within 1 frame ({1000 / fps:.0f} ms) of the narration",
    )


def silence_expected(report: MediaReport, narration: Narration) -> Check:
    """No silence is longer than the narration's own longest pause."""
    longest_s = max((span.duration_s for span in report.measured.silent), default=0.0)
    pause_s = _longest_pause_s(narration)
    return Check(
        name="no_silence",
        passed=report.audio is not None and longest_s <= pause_s + _SILENCE_MORE_S,
        measured=f"{longest_s:.2f} s" if report.audio else "no sound",
        expected=f"at most {pause_s + _SILENCE_MORE_S:.2f} s",
    )


def _longest_pause_s(narration: Narration) -> float:
    words = [word for line in narration.lines for word in line.words]
    edges = [0.0, *(edge for word in words for edge in (word.start_s, word.end_s))]
    edges.append(narration.duration_s)
    return max(after - before for before, after in zip(edges[::2], edges[1::2], strict=True))


def _is_voiced(word: Word, voiced: Steps) -> bool:
    """Whether any of the word's time holds speech; a step more at its end, for the shortest."""
    return bool(voiced[int(word.start_s / STEP_S) : int(word.end_s / STEP_S) + 2].any())


def _onset_errors_s(words: list[Word], voiced: Steps) -> list[float]:
    """For each word after a pause, how far from it the voice sets in."""
    starts = np.flatnonzero(np.diff(voiced.astype(np.int8)) == 1) + 1
    if not len(starts):
        return []
    ends_s = (0.0, *(word.end_s for word in words))
    begins_s = [
        word.start_s
        for word, before_s in zip(words, ends_s, strict=False)
        if word.start_s - before_s >= _PAUSE_S
    ]
    return [float(np.min(np.abs(starts * STEP_S - begin_s))) for begin_s in begins_s]
