"""When the words of a caption are spoken, although the voice was given other words.

A caption reads `$3.5M`, the voice says "3.5 million dollars". Words that both share are anchors;
what lies between two anchors shares its time by length.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import numpy.typing as npt

from vid_pipeline.artifacts import Word
from vid_pipeline.media import characters
from vid_pipeline.ports import SpokenWord


@dataclass(frozen=True)
class _Span:
    """Words `first:last` of the caption, and the time they take together."""

    first: int
    last: int
    start_s: float
    end_s: float


def align(
    text: str, spoken: str, said: Sequence[SpokenWord], *, duration_s: float
) -> tuple[Word, ...]:
    """The words of a caption with their times: in order, no overlap, within 0 to `duration_s`.

    Emoji leave. Joined by their spaces, the words are the text.
    """
    text = characters.without_emoji(text)
    places = characters.pieces(text)
    if not places:
        return ()
    spans = _spans([text[slice(*place)] for place in places], spoken, said, duration_s)
    starts_s, ends_s = _times(places, spans, duration_s)
    return tuple(
        Word(
            text=text[start:end],
            start_s=float(start_s),
            end_s=float(end_s),
            spaced=end == len(text) or text[end].isspace(),
        )
        for (start, end), start_s, end_s in zip(places, starts_s, ends_s, strict=True)
    )


def _spans(
    shown: Sequence[str], spoken: str, said: Sequence[SpokenWord], duration_s: float
) -> list[_Span]:
    if not said:
        return [_Span(0, len(shown), 0, duration_s)]
    heard = [_plain(spoken[word.start : word.end]) for word in said]
    matcher = SequenceMatcher(None, [_plain(word) for word in shown], heard, autojunk=False)
    spans: list[_Span] = []
    unsaid = 0
    for tag, first, last, from_, to in matcher.get_opcodes():
        if tag == "equal":
            pairs = zip(range(first, last), said[from_:to], strict=True)
            found = [_Span(i, i + 1, word.start_s, word.end_s) for i, word in pairs]
        elif tag == "replace":
            found = [_Span(first, last, said[from_].start_s, said[to - 1].end_s)]
        elif tag == "delete" and spans:
            before = spans.pop()
            found = [_Span(before.first, last, before.start_s, before.end_s)]
        else:
            unsaid += last - first
            continue
        spans += found
    if unsaid:
        spans[0] = _Span(0, spans[0].last, spans[0].start_s, spans[0].end_s)
    return spans


def _times(
    places: Sequence[tuple[int, int]], spans: Sequence[_Span], duration_s: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    starts_s, ends_s = np.zeros(len(places)), np.zeros(len(places))
    for span in spans:
        lengths = [end - start + 1 for start, end in places[span.first : span.last]]
        edges = np.cumsum([0, *lengths]) / sum(lengths)
        times_s = span.start_s + edges * (span.end_s - span.start_s)
        starts_s[span.first : span.last] = times_s[:-1]
        ends_s[span.first : span.last] = times_s[1:]
    starts_s = np.maximum.accumulate(np.clip(starts_s, 0, duration_s))
    limits_s = np.append(starts_s[1:], duration_s)
    return starts_s, np.clip(ends_s, starts_s, limits_s)


def _plain(word: str) -> str:
    folded = unicodedata.normalize("NFKC", word).casefold()
    return "".join(character for character in folded if character.isalnum())
