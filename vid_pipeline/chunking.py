"""A document cut into parts of a size that can be recalled: each under its heading."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from vid_pipeline.artifacts import Paragraph

WORDS = 180
"""The embedding model reads 256 tokens, about 190 English words; the rest would be ignored."""
OVERLAP = 30
LONGEST = 2_000
"""Characters of a part, for scripts that are written without spaces."""


@dataclass(frozen=True)
class Chunk:
    """A part of a document and the heading it stands under."""

    heading: str
    text: str


def chunks(
    paragraphs: Iterable[Paragraph], *, words: int = WORDS, overlap: int = OVERLAP
) -> list[Chunk]:
    """Parts of up to `words` words, none across a heading, each with the end of the one before.

    They end with a sentence where one ends in the last third.
    """
    found = list[Chunk]()
    for heading, under in groupby(paragraphs, key=lambda one: one.heading or ""):
        said = " ".join(paragraph.text for paragraph in under).split()
        found += [Chunk(heading[:500], part) for part in _parts(said, words, overlap)]
    return found


def _parts(said: list[str], most: int, overlap: int) -> Iterator[str]:
    start = 0
    while start < len(said):
        end = min(start + most, len(said))
        if end < len(said):
            end = _after_sentence(said, start + most * 2 // 3, end)
        text = " ".join(said[start:end])
        yield from (text[at : at + LONGEST] for at in range(0, len(text), LONGEST))
        if end == len(said):
            return
        start = end - overlap


def _after_sentence(said: list[str], least: int, most: int) -> int:
    """The last place between two sentences, or `most` when there is none."""
    ends = (at for at in range(most, least, -1) if re.search(r"[.!?…。]['\"”»)]*$", said[at - 1]))
    return next(ends, most)
