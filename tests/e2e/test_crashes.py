"""Productions whose processes are killed at every kind of point end right, and pay once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crashes import theatre, verdict
from tests.crashes.killers import AtEachPoint
from tests.crashes.theatre import House

pytestmark = [pytest.mark.e2e]

POINTS = (
    "launch 1: making.planned committed",
    "work 1: worker._taken committed",
    "work 1: after asking the model of script",
    "work 1: paid.submitted of song committed",
    "work 1: reviews.decided of script_gate committed",
    "decide 1: deciding.decide committed",
    "decide 2: launching.advance committed",
    "work 4: recorder._begun committed",
    "work 5: after swapping the folder of deliver",
)
"""Launch, resume, journal, gate, decide and deliver, each at its most delicate."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with theatre.opened(tmp_path_factory.mktemp("crashes"), tellings=1) as made:
        yield made


@pytest.mark.timeout(600)
def test_a_production_killed_at_each_kind_of_point_ends_right_and_pays_once(
    house: House, tmp_path: Path
) -> None:
    killer = AtEachPoint(tmp_path / "notes", "|".join(POINTS))
    told = house.tell(house.begin(), killer)
    assert verdict.faults(house, told) == [], told.printed
    assert verdict.decisions(house, told) == (0, 0)
    assert set(killer.points()) == set(POINTS)
