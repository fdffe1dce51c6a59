"""`python -m bench.crash`: productions killed at every point, then at random, and their ends."""

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.crashes import story, theatre, verdict
from tests.crashes.killers import AtEachPoint, AtRandom
from tests.crashes.theatre import House, Killer
from ui.cli.stopping import stoppable

_MOST_TELLINGS = 160
_RANDOM = "at random"


@dataclass
class Row:
    """What became of the productions that were killed at one point."""

    killed: int = 0
    right: int = 0


@dataclass
class Totals:
    """All kills, by point; decisions and paid calls of all productions."""

    rows: dict[str, Row] = field(default_factory=dict)
    productions: int = 0
    lost: int = 0
    doubled: int = 0
    charged: int = 0
    distinct: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, house: House, killer: Killer, points: Counter[str], *, what: str) -> int:
        """Tell the story once more; how many were killed in it."""
        told = house.tell(house.begin(), killer)
        wrong = verdict.faults(house, told)
        self.faults += [f"{what}, production {told.production.id}: {one}" for one in wrong]
        lost, doubled = verdict.decisions(house, told)
        self.productions, self.lost, self.doubled = (
            self.productions + 1, self.lost + lost, self.doubled + doubled,
        )  # fmt: skip
        self.charged, self.distinct = self.charged + told.charges, self.distinct + story.PAID_CALLS
        if isinstance(killer, AtEachPoint):
            points = Counter(map(_row, killer.points())) - points
        else:
            points = Counter(f"{_RANDOM}: {name}" for name in told.killed)
        for name, count in points.items():
            row = self.rows.setdefault(name, Row())
            row.killed += count
            row.right += 0 if wrong else count
        print(f"{what}: {self.productions} productions, {points.total()} kills", file=sys.stderr)
        return points.total()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--random", type=int, default=200, help="how many are killed at random")
    parser.add_argument("--no-points", action="store_true", help="leave out every point")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments")
    chosen = parser.parse_args()
    totals = Totals()
    with (
        tempfile.TemporaryDirectory(prefix="crash-") as folder,
        theatre.opened(Path(folder), tellings=_MOST_TELLINGS) as house,
    ):
        with suppress(KeyboardInterrupt), stoppable():  # what was done so far is told
            if not chosen.no_points:
                _each(totals, house, AtEachPoint(Path(folder, "points")))
            _random(totals, house, AtRandom.seeded(chosen.seed), chosen.random, chosen.seed)
        _print(totals)
        print(json.dumps(figures(totals)))
    if totals.faults:
        raise SystemExit("\n".join(totals.faults))


def _each(totals: Totals, house: House, killer: AtEachPoint) -> None:
    known = -1
    while known != len(killer.points()):  # until a telling comes to no new point
        known = len(killer.points())
        totals.add(house, killer, Counter(map(_row, killer.points())), what="at each point")


def _random(totals: Totals, house: House, killer: AtRandom, wanted: int, seed: int) -> None:
    while wanted > 0 and house.told < _MOST_TELLINGS:
        wanted -= totals.add(house, killer, Counter(), what=f"at random, seed {seed}")


def _row(point: str) -> str:
    """A point without its stage and count."""
    return re.sub(r"( \d+)?:", ":", re.sub(r" #\d+$", "", point), count=1)


def figures(totals: Totals) -> dict[str, dict[str, object]]:
    """The figures by name, each with its target and whether it was met."""
    killed = sum(row.killed for row in totals.rows.values())
    at_random = sum(r.killed for name, r in totals.rows.items() if name.startswith(_RANDOM))
    wrong = killed - sum(row.right for row in totals.rows.values())
    return {
        "killed": {"value": killed, "unit": "processes", "at_random": at_random},
        "ended_wrong": _none(wrong, "kills"),
        "decisions_lost": _none(totals.lost, "decisions"),
        "decisions_doubled": _none(totals.doubled, "decisions"),
        "calls_charged_twice": _none(totals.charged - totals.distinct, "calls"),
    }


def _none(value: int, unit: str) -> dict[str, object]:
    return {"value": value, "unit": unit, "target": 0, "pass": value == 0}


def _print(totals: Totals) -> None:
    title = (
        f"{totals.productions} productions: "
        f"{totals.lost} decisions lost, {totals.doubled} doubled; "
        f"{totals.charged} calls charged, {totals.distinct} distinct"
    )
    table = Table(title=title)
    for name in ("killed at", "times", "ended right"):
        table.add_column(name, justify="left" if name == "killed at" else "right")
    for name, row in sorted(totals.rows.items()):
        table.add_row(name, str(row.killed), str(row.right))
    Console(stderr=True).print(table)


if __name__ == "__main__":
    main()
