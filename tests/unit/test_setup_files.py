"""What set-up reads: locks without addresses, an example that is there, CI that runs the README."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


def _text(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", ["requirements.lock", "deploy/uv.lock"])
def test_a_lock_names_versions_and_hashes_and_no_address(lock: str) -> None:
    text = _text(lock)
    assert "://" not in text
    requirements = re.split(r"\n(?=\S)", text)
    assert all("==" in one and "--hash=sha256:" in one for one in requirements)


def test_the_lock_brings_no_torch() -> None:
    assert not re.search(
        r"^(torch|sentence-transformers|nvidia-\S*)==", _text("requirements.lock"), re.M
    )


def test_the_demo_has_its_article() -> None:
    demo = re.search(r"^DEMO := (\S+)$", _text("Makefile"), re.MULTILINE)
    assert demo is not None
    assert (REPOSITORY / demo[1]).is_file()
    assert demo[1] in _text("README.md")


def test_ci_runs_the_readmes_test_command() -> None:
    assert "make test" in _text("README.md")
    assert "make test" in _text(".ci/run")
    assert ".ci/run" in _text(".github/workflows/ci.yml")
