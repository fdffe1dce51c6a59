"""A missing or broken part is named with what to do; the others are still examined."""

from pathlib import Path

import pytest

from vid_pipeline import doctor, probes
from vid_pipeline.errors import ToolMissing
from vid_pipeline.settings import Settings


@pytest.fixture
def examined(tmp_path: Path) -> dict[str, doctor.Part]:
    """On a machine with no such browser and no such database."""
    settings = Settings(
        home=tmp_path / "home",
        chromium=tmp_path / "no-browser",
        database_url="postgresql://nobody:hush-hush@127.0.0.1:9/none",
        identity_key="k" * 32,
        anthropic_api_key=None,
    )
    return {part.name: part for part in doctor.parts(settings)}


def test_a_missing_part_is_named_with_its_remedy(examined: dict[str, doctor.Part]) -> None:
    part = examined["chromium"]
    assert (part.found, part.works, part.fatal) == (False, False, True)
    assert "no-browser" in part.detail
    assert "apt-get install chromium" in part.remedy


def test_a_part_that_fails_hides_no_other(examined: dict[str, doctor.Part]) -> None:
    assert examined["postgres"].fatal
    assert examined["postgres"].remedy
    for name in ("python", "packages", "ffmpeg", "pyav", "skia", "fonts", "speech", "embeddings"):
        assert examined[name].works, examined[name]
        assert not examined[name].remedy


def test_no_secret_is_shown(examined: dict[str, doctor.Part]) -> None:
    assert "hush-hush" not in " ".join(part.model_dump_json() for part in examined.values())


def test_what_is_optional_is_not_fatal(examined: dict[str, doctor.Part]) -> None:
    key = examined["llm_key"]
    assert (key.needed, key.works, key.fatal) == (False, False, False)


@pytest.mark.browser
def test_chromium_is_started_for_real() -> None:
    assert "laid out a page" in probes.chromium(None).detail


@pytest.mark.browser
def test_a_browser_that_shows_nothing_does_not_work(tmp_path: Path) -> None:
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\n")
    silent.chmod(0o755)
    with pytest.raises(Exception, match="showed no page"):
        probes.chromium(silent)


def test_a_disk_is_measured_where_home_will_be(tmp_path: Path) -> None:
    assert str(tmp_path) in probes.disk(tmp_path / "not" / "yet").detail


def test_an_absent_key_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing):
        probes.llm_key(Settings(home=tmp_path, anthropic_api_key=None))
