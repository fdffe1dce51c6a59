"""Notes without a model: the sentences of the pages that are nearest to the topic."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assets.author.sentences import sentences_of
from assets.research.pages import ReadPage, note
from vid_pipeline.ports import Embeddings
from vid_pipeline.research import Note

NEAREST, LEAST = 0.5, 0.2
ALIKE = 0.9
FIGURE_WORTH = 0.08
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class _Candidate:
    note: Note
    page: int
    place: int


def extracted(
    pages: Sequence[ReadPage], idea: str, embeddings: Embeddings, *, most: int
) -> tuple[Note, ...]:
    """Whole sentences that stand by themselves, those nearest to the topic, in the pages' order.

    Two sentences that say the same are one; sentences with different figures never are.
    """
    found = _candidates(pages)
    if not found:
        return ()
    vectors = embeddings.encode([*(one.note.quote for one in found), idea])
    own, topic = vectors[:-1], vectors[-1]
    near = own @ topic
    least = min(LEAST, NEAREST * float(near.max()))
    worth = near + np.array([FIGURE_WORTH * bool(_FIGURE.search(c.note.quote)) for c in found])
    likeness, chosen = own @ own.T, list[int]()
    for index in np.argsort(-worth, kind="stable"):
        twin = any(
            likeness[index, other] > ALIKE and _figures(found[index]) == _figures(found[other])
            for other in chosen
        )
        if not twin and near[index] >= least:
            chosen.append(int(index))
        if len(chosen) == most:
            break
    return tuple(found[index].note for index in sorted(chosen))


def _candidates(pages: Sequence[ReadPage]) -> list[_Candidate]:
    found = list[_Candidate]()
    for number, page in enumerate(pages):
        for sentence in sentences_of(page.article):
            alone = sentence.usable and sentence.before is None and not sentence.listed
            made = note(page, sentence.written, sentence.written) if alone else None
            if made is not None:
                found.append(_Candidate(made, number, sentence.index))
    return found


def _figures(one: _Candidate) -> list[str]:
    return _FIGURE.findall(one.note.quote)
