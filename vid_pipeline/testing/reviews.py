"""People for tests: they decide when a test says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from vid_pipeline.artifacts import Artifact
from vid_pipeline.asking import Ask, Waits
from vid_pipeline.ports import Decided


@dataclass
class Asked:
    """One round: what people see by key, those among it that are approved already, the outcome."""

    ask: Ask
    given: Mapping[str, Artifact]
    shown: Mapping[str, Artifact]
    settled: frozenset[str]
    state: str = "open"
    edits: Mapping[str, Artifact] = field(default_factory=dict)
    rejected: frozenset[str] = frozenset()
    form: Mapping[str, JsonValue] = field(default_factory=dict)


class FakeReviews:
    """Fills the port `Reviews` for one gate: every round it asked is in `rounds`."""

    def __init__(self) -> None:
        self.rounds: list[Asked] = []

    def decided(self, ask: Ask, subjects: Mapping[str, Artifact]) -> Decided:
        last = self.rounds[-1] if self.rounds else None
        same = last is not None and (last.ask, dict(last.given)) == (ask, dict(subjects))
        approved = self._approved(subjects)
        if last is not None and same and last.state == "approved":
            return Decided(approved, last.form)
        if last is None or not same or last.state != "open":
            if last is not None and last.state == "open":
                last.state = "withdrawn"
            shown = {key: approved.get(key, one) for key, one in subjects.items()}
            self.rounds.append(Asked(ask, dict(subjects), shown, frozenset(approved)))
        raise Waits(f"request{len(self.rounds)}", ask.title)

    def approve(
        self,
        edits: Mapping[str, Artifact] | None = None,
        form: Mapping[str, JsonValue] | None = None,
    ) -> None:
        """Somebody approves all that is shown, with edits."""
        last = self.rounds[-1]
        last.state, last.edits, last.form = "approved", dict(edits or {}), dict(form or {})

    def reject(self, *keys: str, edits: Mapping[str, Artifact] | None = None) -> None:
        """Somebody rejects these, and approves the others, with edits."""
        last = self.rounds[-1]
        last.state, last.rejected, last.edits = "rejected", frozenset(keys), dict(edits or {})

    def _approved(self, subjects: Mapping[str, Artifact]) -> dict[str, Artifact]:
        found: dict[str, Artifact] = {}
        for asked in self.rounds:
            if asked.state not in {"approved", "rejected"}:
                continue
            for key, seen in asked.shown.items():
                if key not in subjects or key in asked.rejected:
                    found.pop(key, None)
                elif asked.ask.kind == "items" or asked.state == "approved":
                    if subjects[key] != seen and found.get(key) != seen:
                        found.pop(key, None)
                    else:
                        found[key] = asked.edits.get(key, seen)
        return found
