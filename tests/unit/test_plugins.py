"""Kinds and tools from other packages: the example is installed and run; broken ones are named."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.settings import child_environment

_RUNS_THEM = """
import json
from pathlib import Path
from assets import catalog
from assets.tools import catalog as tools
from vid_pipeline.artifacts import Brief
from vid_pipeline.check import problems
from vid_pipeline.running import StepPlace, perform
from vid_pipeline.testing.recorder import FakeRecorder
from vid_pipeline.testing.store import FakeStore
from vid_pipeline.workflow import Workflow

kind, tool = catalog.CATALOG["greet"], tools.TOOLS["count_words"]
steps = [
    {"id": "brief", "kind": "take_brief"},
    {"id": "hello", "kind": "greet", "in": {"brief": "brief"}},
    {"id": "write", "kind": "agent", "in": {"hello": "hello"}, "params": {
        "instructions": "{{hello.text}}", "tools": ["count_words"],
        "output": {"fields": [{"name": "text", "type": "text"}]}}},
]
faults = problems(Workflow.model_validate({"slug": "w", "title": "W", "steps": steps}),
                  catalog.CATALOG)
done = perform(kind, kind.params(word="Hi"), {"brief": Brief(name="bread")}, {},
               place=StepPlace("r", "hello", "hello", "greet"), store=FakeStore(Path("store")),
               recorder=FakeRecorder())
print(json.dumps({"said": done.output.text, "faults": [str(one) for one in faults],
                  "words": tool.run(tool.takes(text="a b c")).words,
                  "broken": catalog.PLUGGED.broken | tools.PLUGGED.broken,
                  "kinds": len(catalog.CATALOG), "own": len(catalog.OWN)}))
"""


def run(code: str, folder: Path, *packages: Path) -> "subprocess.CompletedProcess[str]":
    paths = ":".join(map(str, [*packages, PROJECT]))
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=child_environment({"PYTHONPATH": paths}),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


def broken(folder: Path, **entries: str) -> Path:
    """An installed package whose entry points are no good."""
    info = folder / "vidp_broken-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: vidp-broken\nVersion: 1.0\n")
    lines = [f"{name} = {value}" for name, value in entries.items()]
    (info / "entry_points.txt").write_text("\n".join(["[vid_pipeline.kinds]", *lines, ""]))
    (folder / "vidp_raising.py").write_text("raise RuntimeError('not today')\n")
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, installed from its sources."""
    target = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [
            Path(sys.executable).with_name("uv"),
            "pip",
            "install",
            "--quiet",
            "--offline",
            "--no-deps",
            "--no-build-isolation",
            "--python",
            sys.executable,
            "--target",
            target,
            PROJECT / "examples" / "plugin",
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return target


def test_the_example_runs_and_broken_ones_are_named(installed: Path, tmp_path: Path) -> None:
    bad = broken(
        tmp_path / "bad",
        gone="vidp_not_there:KIND",
        raises="vidp_raising:KIND",
        none="json:NOTHING",
        other="json:dumps",
        taken="assets.approving:APPROVE",
    )
    done = run(_RUNS_THEM, tmp_path, installed, bad)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["said"] == "Hi, friends of bread!"
    assert (told["faults"], told["words"]) == ([], 3)
    assert told["kinds"] == told["own"] + 1
    assert {name: why.split(":")[0] for name, why in told["broken"].items()} == {
        "vidp-broken: gone": "ModuleNotFoundError",
        "vidp-broken: raises": "RuntimeError",
        "vidp-broken: none": "AttributeError",
        "vidp-broken: other": "It is a function, not a StepKind.",
        "vidp-broken: taken": "The name 'approve' is taken.",
    }
    assert "vidp-broken" in done.stderr


def test_importing_the_catalogue_loads_no_sdk(tmp_path: Path) -> None:
    code = (
        "import sys, assets.catalog; "
        "heavy = 'anthropic openai instructor playwright dagster psycopg torch'; "
        "print([one for one in heavy.split() if one in sys.modules])"
    )
    assert run(code, tmp_path).stdout.strip() == "[]"
