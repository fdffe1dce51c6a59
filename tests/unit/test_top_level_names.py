"""`assets`, `resources` and `ui` are ordinary words: no installed package may take their place."""

from pathlib import Path

import pytest

import assets
import resources
import ui

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize("package", [assets, resources, ui], ids=lambda package: package.__name__)
def test_the_package_is_the_repositorys_own(package: object) -> None:
    assert REPOSITORY in Path(str(getattr(package, "__file__", ""))).parents
