"""Programs that live and die together."""

import socket
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.children import Started
from vid_pipeline.errors import BadRequest, ToolFailed
from vid_pipeline.processes import ProcessGroup, Program, refuse_taken
from vid_pipeline.settings import child_environment

_PARENT = """
import subprocess, sys, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
open("up", "w").close()
time.sleep(60)
"""


@pytest.fixture
def group(tmp_path: Path) -> ProcessGroup:
    return ProcessGroup(tmp_path / "logs", tmp_path, child_environment({}))


def program(name: str, code: str, marker: Path | None = None) -> Program:
    return Program(name, [sys.executable, "-c", code], lambda: marker is None or marker.exists())


def test_stopping_leaves_nothing_of_a_program_that_does_not_listen(
    group: ProcessGroup, tmp_path: Path
) -> None:
    mine = Started()
    group.start(program("deaf", _PARENT, tmp_path / "up"))
    group.await_ready("deaf", within_s=30)
    started = mine.running()
    assert len(started) >= 2
    began_s = time.monotonic()
    group.stop(grace_s=0.3)
    assert time.monotonic() - began_s < 5
    _, left = psutil.wait_procs(started, timeout=5)
    assert [p for p in left if p.status() != psutil.STATUS_ZOMBIE] == []


def test_a_program_that_ends_by_itself_is_named_with_its_last_words(group: ProcessGroup) -> None:
    group.start(program("short", "import sys; print('no bread'); sys.exit(3)", Path("/nowhere")))
    with pytest.raises(ToolFailed, match="short exited with code 3: it ended by itself") as failed:
        group.await_ready("short", within_s=30)
    assert failed.value.code == 3
    assert "no bread" in failed.value.log
    group.stop(grace_s=0)


def test_a_taken_port_is_named_with_its_setting() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BadRequest, match=f"{port} cannot be used.*VIDP_STUDIO_PORT"):
            refuse_taken(port, "VIDP_STUDIO_PORT")
    refuse_taken(port, "VIDP_STUDIO_PORT")


def test_a_program_that_was_killed_is_started_again_with_its_log_kept(
    group: ProcessGroup, tmp_path: Path
) -> None:
    up = str(tmp_path / "up")
    code = f"import time; print('began', flush=True); open({up!r}, 'w'); time.sleep(60)"
    one = program("daemon", code, tmp_path / "up")
    group.start(one)
    group.await_ready("daemon", within_s=30)
    assert group.revive() == []
    (tmp_path / "up").unlink()
    _killed()
    assert group.revive() == ["daemon"]
    group.await_ready("daemon", within_s=30)
    group.stop(grace_s=1)
    assert group.log_of("daemon").read_text(encoding="utf-8").count("began") == 2


def test_a_program_that_ends_again_and_again_is_not_started_for_ever(group: ProcessGroup) -> None:
    group.start(program("short", "raise SystemExit(3)"))
    with pytest.raises(ToolFailed, match="too often"):
        _revived_for(group, seconds=20)
    group.stop(grace_s=1)


def _revived_for(group: ProcessGroup, *, seconds: float) -> None:
    deadline_s = time.monotonic() + seconds
    while time.monotonic() < deadline_s:
        group.revive()
        time.sleep(0.05)


def _killed() -> None:
    """Kill what was started, as somebody else would."""
    for child in psutil.Process().children():
        if "began" in " ".join(child.cmdline()):
            child.kill()
            child.wait(10)
