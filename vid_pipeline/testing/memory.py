"""A content brain for tests: in memory, exact, with vectors of shared words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vid_pipeline.acts.remembering import known_kinds
from vid_pipeline.memories import (
    ALIKE,
    MAIN,
    RULES,
    Alike,
    Feedback,
    Kept,
    NewMemory,
    Recalled,
    digest,
    embedded_text,
)
from vid_pipeline.testing.embeddings import FakeEmbeddings


@dataclass(frozen=True)
class _Held:
    id: str
    channel: str
    new: NewMemory
    live: bool = True

    def recalled(self, score: float) -> Recalled:
        new = self.new
        return Recalled(
            id=self.id,
            kind=new.kind,
            text=new.text,
            heading=new.heading,
            slot=new.slot,
            pinned=new.pinned,
            source=new.source,
            score=score,
        )


class FakeMemory:
    """Fills the port `Memory`; `used` keeps the ids that each recall gave."""

    def __init__(self, *said: Feedback) -> None:
        self._held: list[_Held] = []
        self._said = said
        self._changes = 0
        self.used: list[tuple[str, ...]] = []

    @property
    def fingerprint(self) -> str:
        return str(self._changes)

    def recall(
        self,
        query: str,
        *,
        channel: str = MAIN,
        most: int = 8,
        kinds: Sequence[str] = (),
        rules: bool = False,
    ) -> tuple[Recalled, ...]:
        """What fits by cosine alone."""
        wanted = known_kinds(kinds)
        live = [one for one in self._held if one.live and one.channel == channel]
        standing = [one for one in live if one.new.pinned or one.new.kind in RULES] if rules else []
        standing.sort(key=lambda one: not one.new.pinned)
        rest = [one for one in live if one not in standing]
        fitting = [one for one in rest if not wanted or one.new.kind in wanted]
        scored = sorted(((self._score(query, one), one) for one in fitting), key=lambda p: -p[0])
        found = [one.recalled(0.0) for one in standing]
        found += [one.recalled(score) for score, one in scored[:most]]
        self.used.append(tuple(one.id for one in found))
        return tuple(found)

    def remember(self, new: NewMemory, *, channel: str = MAIN) -> Kept:
        """Keep it, once."""
        live = [one for one in self._held if one.live and one.channel == channel]
        alike = [one for one in live if one.new.kind == new.kind]
        for one in alike:
            slots = new.slot is None or one.new.slot == new.slot
            if slots and digest(one.new.text) == digest(new.text):
                return Kept(id=one.id, new=False)
        old = next((one for one in alike if new.slot and one.new.slot == new.slot), None)
        if old is not None:
            self._held[self._held.index(old)] = replace(old, live=False)
        made = _Held(f"m{len(self._held) + 1}", channel, new)
        self._held.append(made)
        self._changes += 1
        near = [(self._score(embedded_text(new.heading, new.text), one), one) for one in alike]
        return Kept(
            id=made.id,
            new=True,
            superseded=old.id if old else None,
            alike=tuple(
                Alike(id=one.id, text=one.new.text, cosine=cosine)
                for cosine, one in near
                if cosine >= ALIKE and one is not old
            ),
        )

    def feedback(self) -> tuple[Feedback, ...]:
        return self._said

    def _score(self, query: str, one: _Held) -> float:
        text = embedded_text(one.new.heading, one.new.text)
        asked, said = FakeEmbeddings().encode([query, text])
        return min(1.0, max(0.0, float(asked @ said)))
