"""Which sentences are said: all main points, no repetition, antecedents first, to a length.

Coverage is a facility location: every sentence of the article should have one like it in the
script. It is submodular, so adding the best gain for its length step by step is near the optimum.
Source: Lin & Bilmes 2011, "A Class of Submodular Functions for Document Summarization".
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from assets.author.rank import Ranking
from assets.author.sentences import Sentence, chain

TOO_ALIKE = 0.86
TOLERANCE = 0.04
COVERAGE_WEIGHT = 3.0
QUALITY_WEIGHT = 0.15
NEIGHBOUR_WEIGHT = 0.03
SWAPS = 12


class Chooser:
    """Adds sentences, each with what it needs, until the script is long enough.

    `costs` are spoken words by sentence index; `pinned` stay in, `closed` stay out.
    """

    def __init__(
        self,
        sentences: tuple[Sentence, ...],
        ranking: Ranking,
        costs: dict[int, int],
        *,
        pinned: Iterable[int],
        closed: Iterable[int],
    ) -> None:
        self._sentences, self._ranking, self._costs = sentences, ranking, costs
        self._pinned, self._closed = frozenset(pinned), frozenset(closed)
        self._bundles = {i: self._bundle(i) for i in ranking.places}
        self._chosen = set(self._pinned)

    def fill(self, words: int) -> tuple[int, ...]:
        """Indices of the sentences that make about so many words, in the article's order."""
        while best := self._best_addition(words * (1 + TOLERANCE) - self._words()):
            self._chosen |= best
        for _ in range(SWAPS):
            if abs(words - self._words()) <= words * TOLERANCE or not self._swap(words):
                break
        return tuple(sorted(self._chosen))

    def _words(self) -> int:
        return sum(self._costs[i] for i in self._chosen)

    def _cost(self, new: frozenset[int]) -> int:
        return sum(self._costs[i] for i in new)

    def _bundle(self, index: int) -> frozenset[int]:
        """The sentence with its antecedents and, if it announces a list, the list; or nothing."""
        sentence = self._sentences[index]
        wanted = {*chain(self._sentences, index), *sentence.listed}
        for item in sentence.listed:
            wanted |= set(chain(self._sentences, item))
        sayable = wanted <= self._ranking.places.keys() and not wanted & self._closed
        return frozenset(wanted) if sayable else frozenset()

    def _new(self, index: int) -> frozenset[int]:
        new = self._bundles[index] - self._chosen
        return frozenset() if any(self._repeats(i) for i in new) else new

    def _repeats(self, index: int) -> bool:
        row = self._ranking.likeness[self._ranking.places[index]]
        return any(row[self._ranking.places[i]] > TOO_ALIKE for i in self._chosen)

    def _best_addition(self, room: float) -> frozenset[int]:
        covered, best, best_worth = self._covered(), frozenset[int](), 0.0
        for index in self._bundles:
            new = self._new(index)
            if new and (cost := self._cost(new)) <= room:
                worth = self._gain(new, covered) / max(cost, 6) ** 0.6
                if worth > best_worth:
                    best, best_worth = new, worth
        return best

    def _swap(self, words: int) -> bool:
        """Exchange one sentence so that the length comes nearer; False if none does."""
        off = abs(words - self._words())
        best: tuple[float, int, frozenset[int]] | None = None
        for out in self._removable():
            self._chosen.discard(out)
            covered = self._covered()
            for index in self._bundles:
                new = self._new(index)
                miss = abs(words - self._words() - self._cost(new))
                if new and out not in new and miss < off:
                    worth = self._gain(new, covered) - miss / words
                    best = (worth, out, new) if best is None or worth > best[0] else best
            self._chosen.add(out)
        if best is None:
            return False
        self._chosen = (self._chosen - {best[1]}) | best[2]
        return True

    def _removable(self) -> list[int]:
        """Chosen sentences that none of the others needs."""
        needed = {self._sentences[i].before for i in self._chosen}
        for i in self._chosen:
            needed |= set(self._sentences[i].listed)
        return sorted(self._chosen - self._pinned - needed)

    def _gain(self, new: frozenset[int], covered: npt.NDArray[np.float32]) -> float:
        added = [self._ranking.places[i] for i in sorted(new)]
        reach = self._ranking.likeness[added].max(axis=0)
        gain = COVERAGE_WEIGHT * float(np.maximum(reach - covered, 0).mean())
        gain += QUALITY_WEIGHT * float(self._ranking.quality[added].sum())
        both = self._chosen | new
        return gain + NEIGHBOUR_WEIGHT * sum((i - 1 in both) or (i + 1 in both) for i in new)

    def _covered(self) -> npt.NDArray[np.float32]:
        """How well each sentence of the article is represented so far, 0 to 1."""
        rows = [self._ranking.places[i] for i in sorted(self._chosen)]
        if not rows:
            return np.zeros(len(self._ranking.places), np.float32)
        return np.asarray(self._ranking.likeness[rows].max(axis=0), np.float32)
