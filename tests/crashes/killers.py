"""Two who kill: one at every point once, one at random."""

import random
from dataclasses import dataclass
from pathlib import Path

from tests.crashes.fork_server import Forked
from vid_pipeline import worker_process

_LONGEST_S = {worker_process.MODULE: 3.0}
_OTHERS_S = 0.4


@dataclass(frozen=True)
class AtEachPoint:
    """Processes kill themselves at the first point that is not in `notes` yet, and note it."""

    notes: Path
    wanted: str = ""

    def env(self, stage: int) -> dict[str, str]:
        return {
            "VIDP_CRASH_NOTES": str(self.notes),
            "VIDP_CRASH_STAGE": str(stage),
            "VIDP_CRASH_WANTED": self.wanted,
        }

    def look(self, alive: Forked) -> float | None:
        return None

    def points(self) -> list[str]:
        """Where processes were killed so far."""
        return self.notes.read_text(encoding="utf-8").splitlines() if self.notes.exists() else []


@dataclass(frozen=True)
class AtRandom:
    """Kills, of what one act starts, one process at a random moment of its life."""

    moments: random.Random
    armed: list[bool]

    @classmethod
    def seeded(cls, seed: int) -> "AtRandom":
        return cls(random.Random(seed), [False])

    def env(self, stage: int) -> dict[str, str]:
        self.armed[0] = True
        return {}

    def look(self, alive: Forked) -> float | None:
        if not self.armed[0] or self.moments.random() < 0.5:
            return None  # perhaps the worker that it starts
        self.armed[0] = False
        return self.moments.uniform(0, _LONGEST_S.get(alive.main, _OTHERS_S))
