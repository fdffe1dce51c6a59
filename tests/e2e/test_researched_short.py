"""The researched short, driven by its script: what was cited, what was marked, what it cost."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.settings import child_environment

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.media,
    pytest.mark.browser,
    pytest.mark.timeout(600),  # about 50 s of CPU, in nine processes one after the other
]

DRIVE = PROJECT / "examples" / "researched-short" / "drive.py"


@pytest.fixture(scope="module")
def told(home: Path) -> str:
    """What the script has printed on its way to the video."""
    env = child_environment({"VIDP_HOME": str(home), "VIDP_DAGSTER_PORT": "1"})
    drove = subprocess.run(
        [sys.executable, str(DRIVE)],
        env=env,
        capture_output=True,
        text=True,
        timeout=560,
        check=False,
    )
    assert drove.returncode == 0, drove.stdout[-3000:] + drove.stderr[-2000:]
    return drove.stdout


@pytest.fixture(scope="module")
def manifest(told: str) -> dict[str, Any]:
    found = re.search(r"^The video is (.+)$", told, re.MULTILINE)
    assert found is not None
    body: dict[str, Any] = json.loads(Path(found[1]).with_name("manifest.json").read_text("utf-8"))
    return body


def test_a_wrong_figure_and_an_invented_quote_are_seen_before_anybody_approves(told: str) -> None:
    first = told.partition("$ vidp reject")[0]
    assert "A note was dropped: “The ferries have earned more than they cost.”" in first
    assert "It says “45”; note n5 says “54”." in first
    assert "gone.html" in first


def test_what_was_sent_back_is_supported_and_cited_in_the_manifest(
    told: str, manifest: dict[str, Any]
) -> None:
    second = told.partition("$ vidp reject")[2]
    assert "Contradicted" not in second
    assert {line["support"] for line in manifest["sentences"]} == {"supported"}
    for line in manifest["sentences"]:
        assert all(note["quote"] and note["retrieved_at"] for note in line["citations"])
        assert line["citations"][0]["url"].startswith("http://127.0.0.1:")
    assert manifest["metadata"]["by"] == "llm"
    assert manifest["warnings"] == []
    assert manifest["checks_passed"]


def test_instructions_of_a_page_changed_nothing(manifest: dict[str, Any]) -> None:
    said = json.dumps(manifest["sentences"]) + json.dumps(manifest["metadata"])
    assert "Boat Tours" not in said
    assert "tours.example" not in said


def test_the_script_was_written_with_what_the_channel_remembers(told: str) -> None:
    assert re.search(r"^3 memories were used, by recall$", told, re.MULTILINE)
    assert "the model was told of 3 of them" in told


def test_tokens_are_those_that_the_server_counted(told: str) -> None:
    found = re.search(r"by the trace: (\[.+\]); by the server: (\[.+\])$", told, re.MULTILINE)
    assert found is not None
    assert found[1] == found[2]
    assert json.loads(found[1])[0] > 0
