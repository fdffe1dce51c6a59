"""Ranking candidates for a question: half what they mean, half the words they share with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

K1, B = 1.5, 0.75
"""Source: Robertson & Zaragoza 2009, The Probabilistic Relevance Framework, 3.4: 1.2 < k1 < 2."""
HALF = 0.5
"""Share of the cosine. Measured best or near it on LoCoMo and Cranfield, and not tuned further."""
_IMPORTANCE = 0.05


@dataclass(frozen=True)
class Candidate:
    """A memory before it is ranked: its cosine, how often it has each asked word, its length."""

    cosine: float
    counts: Mapping[str, int]
    length: int
    importance: float = 0.5


def scores(candidates: Sequence[Candidate], rarity: Mapping[str, float]) -> list[float]:
    """A score from 0 to 1 for each; `rarity` is the asked words' inverse document frequency.

    Both halves are scaled to the range they have among the candidates.
    """
    if not candidates:
        return []
    usual = fmean(one.length for one in candidates) or 1.0
    said = _scaled([bm25(one, rarity, usual) for one in candidates], floor=0.0)
    meant = _scaled([one.cosine for one in candidates])
    return [
        min(1.0, max(0.0, HALF * m + (1 - HALF) * s + _IMPORTANCE * (one.importance - 0.5)))
        for m, s, one in zip(meant, said, candidates, strict=True)
    ]


def bm25(one: Candidate, rarity: Mapping[str, float], usual_length: float) -> float:
    """Okapi BM25 of a candidate for the asked words."""
    norm = K1 * (1 - B + B * one.length / usual_length)
    return sum(
        rarity.get(word, 0.0) * count * (K1 + 1) / (count + norm)
        for word, count in one.counts.items()
    )


def _scaled(values: Sequence[float], floor: float | None = None) -> list[float]:
    low = min(values) if floor is None else floor
    span = max(values) - low
    return [(value - low) / span if span > 0 else 0.0 for value in values]
