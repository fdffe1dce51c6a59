"""Imports that point back up are caught: each is put into a copy of the packages and linted."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PACKAGES = ("vid_pipeline", "resources", "assets", "ui")

BACK_ARROWS = {
    "the framework imports a step kind": ("vid_pipeline", "assets"),
    "a step kind imports a resource": ("assets", "resources"),
    "a resource imports the studio": ("resources", "ui"),
    "the store reads the render engine": ("vid_pipeline.store", "vid_pipeline.media"),
}


def _copy(target: Path) -> None:
    shutil.copy(REPOSITORY / "pyproject.toml", target)
    modules_only = shutil.ignore_patterns("__pycache__", "node_modules", "fonts", "static")
    for package in PACKAGES:
        shutil.copytree(REPOSITORY / package, target / package, ignore=modules_only)


def _add_arrow(root: Path, package: str, imported: str) -> None:
    (root / imported.replace(".", "/") / "lured.py").write_text('"""Lured."""\n')
    bait = root / package.replace(".", "/") / "bait.py"
    bait.write_text(f'"""Bait."""\n\nimport {imported}.lured\n')


def _lint(root: Path) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [linter, "--no-cache"], cwd=root, capture_output=True, text=True, timeout=120
    )


@pytest.fixture(scope="module")
def linted(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    root = tmp_path_factory.mktemp("arrows")
    _copy(root)
    for package, imported in BACK_ARROWS.values():
        _add_arrow(root, package, imported)
    return _lint(root)


@pytest.mark.parametrize("arrow", BACK_ARROWS.values(), ids=BACK_ARROWS)
def test_a_back_arrow_is_caught(
    arrow: tuple[str, str], linted: subprocess.CompletedProcess[str]
) -> None:
    assert linted.returncode == 1
    assert f"{arrow[0]}.bait -> {arrow[1]}.lured" in linted.stdout


def test_the_repository_itself_has_none(tmp_path: Path) -> None:
    _copy(tmp_path)
    result = _lint(tmp_path)
    assert result.returncode == 0, result.stdout
