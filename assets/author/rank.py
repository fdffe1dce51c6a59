"""How much each sentence matters: close to the whole, early, concrete, and well formed."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assets.author.lexicon import lexicon, stems
from assets.author.sentences import Sentence
from vid_pipeline.artifacts import Article
from vid_pipeline.ports import Embeddings

_COMPARES = re.compile(r"\d\s?%|\d times\b|\b(?:percent|Prozent|por ciento)\b")
MAX_EMBEDDED = 320
_FIGURE = re.compile(r"\d")
_STRONG_FIGURE = re.compile(
    r"\d\s?%|[$€£]\s?\d|\b\d{1,3}(?:[.,]\d{3})+\b|\b(?:1[5-9]|20)\d\d\b|percent"
)


@dataclass(frozen=True)
class Ranking:
    """`quality[i]` is how well sentence i would do; `likeness[i, j]` cosines, both by place.

    `places` maps a sentence's index to its row.
    """

    places: dict[int, int]
    likeness: npt.NDArray[np.float32]
    quality: npt.NDArray[np.float32]
    centrality: npt.NDArray[np.float32]


def ranked(article: Article, sentences: tuple[Sentence, ...], embeddings: Embeddings) -> Ranking:
    """The usable sentences ranked; of a very long article, the most telling ones."""
    usable = _shortlist(article, [s for s in sentences if s.usable])
    vectors = embeddings.encode([*(s.text for s in usable), article.title])
    own, title = vectors[:-1], vectors[-1]
    likeness = own @ own.T
    middle = own.mean(axis=0)
    centrality = own @ (middle / max(float(np.linalg.norm(middle)), 1e-6))
    quality = 0.6 * centrality + 0.25 * (own @ title)
    quality += np.array([_shape(s, len(sentences), article) for s in usable], np.float32)
    places = {sentence.index: place for place, sentence in enumerate(usable)}
    return Ranking(places, likeness, quality.astype(np.float32), centrality)


def _shape(sentence: Sentence, total: int, article: Article) -> float:
    """What its form is worth: figures, a good length, standing early and by itself."""
    worth = 0.10 * (1 - sentence.index / max(total, 1))
    if _STRONG_FIGURE.search(sentence.text):
        worth += 0.20 + (0.15 if _COMPARES.search(sentence.text) else 0.0)
    elif _FIGURE.search(sentence.text):
        worth += 0.08
    if sentence.before is not None:
        worth -= 0.05
    if sentence.words > 28 or sentence.words < 7:
        worth -= 0.08
    if sentence.text.endswith("?"):
        worth -= 0.30
    if lexicon(article.language).definition.match(sentence.text) and sentence.index < 3:
        worth += 0.10
    return worth


def _shortlist(article: Article, usable: list[Sentence]) -> list[Sentence]:
    """At most `MAX_EMBEDDED` sentences, from all parts, those with the commonest words first."""
    if len(usable) <= MAX_EMBEDDED:
        return usable
    words = lexicon(article.language)
    counts: dict[str, int] = {}
    for sentence in usable:
        for stem in stems(sentence.text, words):
            counts[stem] = counts.get(stem, 0) + 1
    parts = 40
    kept = list[Sentence]()
    for part in range(parts):
        slot = usable[part * len(usable) // parts : (part + 1) * len(usable) // parts]
        slot.sort(key=lambda s: (-_commonness(s, counts, article), s.index))
        kept += slot[: MAX_EMBEDDED // parts]
    return sorted(kept, key=lambda s: s.index)


def _commonness(sentence: Sentence, counts: dict[str, int], article: Article) -> float:
    found = stems(sentence.text, lexicon(article.language))
    whole = sum(np.log1p(counts.get(stem, 0)) for stem in found) / max(len(found), 4)
    return float(whole) + (0.5 if _FIGURE.search(sentence.text) else 0.0)
