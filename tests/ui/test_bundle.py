"""The committed bundle of the browser component is what its source makes."""

import filecmp
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ui import texts
from ui.flow import bundle_files
from vid_pipeline.settings import child_environment
from vid_pipeline.wire import events

_SOURCE = Path(bundle_files.__file__).parent / "frontend"
_TIMEOUT_S = 240
_SAID = re.compile(r"""(?:\bsay\((?:words, |texts, )?|refuse\(|toast\(|\bno\()"([a-z_]+)\"""")
_QUOTED = re.compile(r"""["'`]([a-z_]+)(?:\$\{|["'`])""")
_INTERFACE = r"export interface {name}(?: extends Omit<(\w+), \"(\w+)\">)? {{\n(.*?)\n}}"
_COMPOSED = ("state_", "log_", "do_", "tab_", "mark_", "m-", "refused_")


@pytest.fixture(scope="module")
def npm() -> str:
    """npm, with the locked packages installed; where CI runs it must be there."""
    found = shutil.which("npm")
    if found is None:
        assert not child_environment({}).get("CI"), "CI checks the bundle, so it needs npm"
        pytest.skip("npm is not installed; the studio does not need it")
    lock, installed = _SOURCE / "package-lock.json", _SOURCE / "node_modules/.package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        _run(found, "ci", "--no-audit", "--no-fund")
    return found


def test_a_rebuild_is_the_committed_bundle(npm: str, tmp_path: Path) -> None:
    _run(npm, "exec", "--", "tsc", "--noEmit")
    _run(npm, "exec", "--", "vite", "build", "--outDir", str(tmp_path / "built"))
    built = sorted(path.name for path in (tmp_path / "built").iterdir())
    committed = sorted(path.name for path in bundle_files.FOLDER.iterdir())
    assert built == committed, "run `make bundle` and commit ui/flow/bundle"
    _, wrong, missing = filecmp.cmpfiles(
        tmp_path / "built", bundle_files.FOLDER, built, shallow=False
    )
    assert not wrong + missing


def test_the_components_own_tests_pass(npm: str) -> None:
    _run(npm, "test")


def test_every_text_of_the_component_is_there_and_used() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in (_SOURCE / "src").rglob("*.ts*")
    )
    known = texts.of("flow").keys()
    assert set(_SAID.findall(source)) <= known
    quoted = set(_QUOTED.findall(source))
    unused = {key for key in known - quoted if not key.startswith(_COMPOSED)}
    assert not unused


@pytest.mark.parametrize(
    "name", ["Steps", "LiveStep", "LogLine", "Said", "Ended", "AtWork", "Mine"]
)
def test_the_browser_reads_the_events_that_are_streamed(name: str) -> None:
    assert _fields(name) == getattr(events, name).model_fields.keys()


def test_the_browser_reads_the_items_that_are_streamed() -> None:
    assert _fields("Item") == events.LiveItem.model_fields.keys()


def _fields(interface: str) -> set[str]:
    """What the TypeScript says that an event has."""
    source = (_SOURCE / "src" / "live" / "types.ts").read_text(encoding="utf-8")
    found = re.search(_INTERFACE.format(name=interface), source, re.DOTALL)
    assert found is not None, f"types.ts has no {interface}"
    base, left_out, body = found.groups()
    own = set(re.findall(r"^  (\w+):", body, re.MULTILINE))
    return own | (_fields(base) - {left_out} if base else set())


def _run(*command: str) -> None:
    done = subprocess.run(
        command, cwd=_SOURCE, env=child_environment({}), capture_output=True, text=True,
        timeout=_TIMEOUT_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
