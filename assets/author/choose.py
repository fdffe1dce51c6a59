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
QUALITY_WEIGHT = 0.25
TOPIC_DECAY = 0.8
MAX_LIST_SHARE = 0.34
NEIGHBOUR_WEIGHT = 0.03
FOLLOWING_WEIGHT = 0.05
SWAPS = 12
SHORT_LINE_S = 4.0


class Chooser:
    """Adds sentences, each with what it needs, until the script is long enough.

    `costs` are seconds by sentence index, `seconds` is what they should add up to; `pinned` stay
    in, `closed` stay out.
    """

    def __init__(
        self,
        sentences: tuple[Sentence, ...],
        ranking: Ranking,
        costs: dict[int, float],
        *,
        seconds: float,
        pinned: Iterable[int],
        closed: Iterable[int],
    ) -> None:
        self._sentences, self._ranking, self._costs = sentences, ranking, costs
        self._seconds_wanted = seconds
        self._pinned, self._closed = frozenset(pinned), frozenset(closed)
        self._bundles = {i: self._bundle(i) for i in ranking.places}
        self._chosen = set(self._pinned)

    def fill(self) -> tuple[int, ...]:
        """Indices of the sentences that take about as long as wanted, in the article's order."""
        seconds = self._seconds_wanted
        while best := self._best_addition(seconds * (1 + TOLERANCE) - self._seconds()):
            self._chosen |= best
        for _ in range(SWAPS):
            if abs(seconds - self._seconds()) <= seconds * TOLERANCE or not self._swap(seconds):
                break
        return tuple(sorted(self._chosen))

    def _seconds(self) -> float:
        return sum(self._costs[i] for i in self._chosen)

    def _cost(self, new: frozenset[int]) -> float:
        return sum(self._costs[i] for i in new)

    def _bundle(self, index: int) -> frozenset[int]:
        """The sentence with its antecedents and, if it announces a list, the list; or nothing."""
        sentence = self._sentences[index]
        wanted = {*chain(self._sentences, index), *sentence.listed}
        for link in tuple(wanted):
            wanted |= set(chain(self._sentences, link))
            if (after := self._sentences[link].after) is not None:
                wanted.add(after)
        sayable = wanted <= self._ranking.places.keys() and not wanted & self._closed
        if (
            sentence.listed
            and self._cost(frozenset(wanted)) > MAX_LIST_SHARE * self._seconds_wanted
        ):
            return frozenset()
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
                worth = self._gain(new, covered) / max(cost, SHORT_LINE_S) ** 0.6
                if worth > best_worth:
                    best, best_worth = new, worth
        return best

    def _swap(self, seconds: float) -> bool:
        """Exchange one sentence so that the length comes nearer; False if none does."""
        off = abs(seconds - self._seconds())
        best: tuple[float, int, frozenset[int]] | None = None
        for out in self._removable():
            self._chosen.discard(out)
            covered = self._covered()
            for index in self._bundles:
                new = self._new(index)
                miss = abs(seconds - self._seconds() - self._cost(new))
                if new and out not in new and miss < off:
                    worth = self._gain(new, covered) - miss / seconds
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
            needed |= {*self._sentences[i].listed, self._sentences[i].after}
        return sorted(self._chosen - self._pinned - needed)

    def _gain(self, new: frozenset[int], covered: npt.NDArray[np.float32]) -> float:
        added = [self._ranking.places[i] for i in sorted(new)]
        reach = self._ranking.likeness[added].max(axis=0)
        gain = COVERAGE_WEIGHT * float(np.maximum(reach - covered, 0).mean())
        gain += QUALITY_WEIGHT * sum(self._worth(i) for i in new)
        both = self._chosen | new
        beside = sum((i - 1 in both) or (i + 1 in both) for i in new)
        follows = sum(self._sentences[i].before in self._chosen for i in new)
        return gain + NEIGHBOUR_WEIGHT * beside + FOLLOWING_WEIGHT * follows

    def _worth(self, index: int) -> float:
        """Quality; the more is said under a heading, the less another sentence adds."""
        topic = self._sentences[index].topic
        said = sum(self._sentences[i].topic == topic for i in self._chosen)
        return float(self._ranking.quality[self._ranking.places[index]]) * TOPIC_DECAY**said

    def _covered(self) -> npt.NDArray[np.float32]:
        """How well each sentence of the article is represented so far, 0 to 1."""
        rows = [self._ranking.places[i] for i in sorted(self._chosen)]
        if not rows:
            return np.zeros(len(self._ranking.places), np.float32)
        return np.asarray(self._ranking.likeness[rows].max(axis=0), np.float32)
