"""The reviewed short, driven by its script: what ran how often, in which runs, and the video."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import vidp
from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.settings import child_environment

pytestmark = [pytest.mark.e2e, pytest.mark.media, pytest.mark.browser]

DRIVE = PROJECT / "examples" / "reviewed-short" / "drive.py"


@pytest.fixture(scope="module")
def trace(home: Path) -> dict[str, Any]:
    """The production that the script has driven to its end."""
    env = child_environment({"VIDP_HOME": str(home), "VIDP_DAGSTER_PORT": "1"})
    drove = subprocess.run(
        [sys.executable, str(DRIVE), "--seconds", "15"],
        env=env,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert drove.returncode == 0, drove.stdout[-3000:] + drove.stderr[-2000:]
    found = re.search(r"^\$ vidp trace (\S+)$", drove.stdout, re.MULTILINE)
    assert found is not None
    told: dict[str, Any] = json.loads(vidp("trace", found[1], "--json", home=home).stdout)
    return told


def test_only_what_was_rejected_ran_again(trace: dict[str, Any]) -> None:
    ran = Counter(step["step_key"] for step in trace["steps"] if step["state"] == "done")
    again = {key for key, times in ran.items() if times > 1}
    assert again == {"script", "scene[s2]"}
    assert {"brief", "article", "storyboard", "scene[s1]", "scene[s3]", "video"} <= ran.keys()


def test_all_runs_are_one_group_of_decisions(trace: dict[str, Any]) -> None:
    launches = trace["launches"]
    assert [launch["reason"] for launch in launches] == ["start"] + ["decision"] * 5
    assert {launch["root_run_id"] for launch in launches} == {launches[0]["run_id"]}
    assert all(launch["state"] == "ended" for launch in launches)


def test_the_video_holds_what_was_edited(trace: dict[str, Any]) -> None:
    assert trace["state"] == "done"
    manifest = json.loads(Path(trace["folder"], "manifest.json").read_text(encoding="utf-8"))
    texts = [text for scene in manifest["scenes"] for text in scene["texts"]]
    assert "It may cost more" in texts
    opening = "From 2 March, electric ferries will cross Port Ellery all night."
    assert manifest["sentences"][0]["text"] == opening
    assert manifest["checks_passed"]
