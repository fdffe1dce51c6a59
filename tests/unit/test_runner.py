"""The warm runner: a fork a run, told apart, stopped, cleared up after."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from tests.children import Started
from vid_pipeline import process_tree
from vid_pipeline.errors import ToolFailed
from vid_pipeline.runner_socket import Order, Reply, ask, is_up

PROJECT = Path(__file__).parents[2]


@dataclass
class Served:
    process: "subprocess.Popen[bytes]"
    socket: str
    folder: Path

    def start(self, job: str, run_id: str = "r1") -> int:
        reply = ask(self.socket, Order(verb="start", run_id=run_id, job=job))
        assert reply is not None
        assert reply.done
        return reply.pid

    def told(self, name: str) -> str:
        file = self.folder / name
        eventually(lambda: file.exists() and file.read_text() != "")
        return file.read_text()


def eventually(holds: Callable[[], bool], within_s: float = 15.0) -> None:
    deadline_s = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with TemporaryDirectory(prefix="vidp-") as short:
        path = f"{short}/runner.sock"
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.forks", path, str(tmp_path)],
            cwd=PROJECT,
            start_new_session=True,
        )
        eventually(lambda: is_up(path), 30)
        try:
            yield Served(process, path, tmp_path)
        finally:
            family = process_tree.members(process.pid)
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            process.wait(20)
            process_tree.kill(family)


def test_a_run_has_a_process_and_session_of_its_own(served: Served) -> None:
    pid = served.start("wait")
    assert served.told("r1.began") == f"{pid} {pid}"
    assert pid != served.process.pid
    assert served.start("wait") == pid, "a run that is asked for twice is started once"
    assert served.start("wait", "r2") != pid


def test_a_stopped_run_sees_an_interrupt_and_is_then_unknown(served: Served) -> None:
    pid = served.start("wait")
    served.told("r1.began")
    assert ask(served.socket, Order(verb="stop", run_id="r1")) == Reply(done=True, pid=pid)
    look = Order(verb="look", run_id="r1")
    eventually(lambda: ask(served.socket, look) == Reply(done=False))
    assert not (served.folder / "r1.reported").exists()


@pytest.mark.parametrize(
    ("job", "number", "code"),
    [
        pytest.param("crash", None, "1", id="crashed"),
        pytest.param("wait", signal.SIGKILL, "-9", id="killed"),
    ],
)
def test_a_run_that_ends_without_telling_is_reported(
    served: Served, job: str, number: signal.Signals | None, code: str
) -> None:
    pid = served.start(job)
    served.told("r1.began")
    if number is not None:
        os.kill(pid, number)
    assert served.told("r1.reported") == code


def test_what_a_run_left_behind_ends_with_it(served: Served) -> None:
    leader = served.start("helper")
    served.told("r1.began")
    eventually(lambda: not process_tree.members(leader))


def test_with_newer_code_runs_are_refused_and_it_starts_again_when_none_is_at_work(
    served: Served,
) -> None:
    pid = served.start("wait")
    served.told("r1.began")
    (served.folder / "newer").touch()
    refused = Order(verb="start", run_id="r2", job="wait")
    assert ask(served.socket, refused) == Reply(done=False)
    assert psutil.pid_exists(pid)
    ask(served.socket, Order(verb="stop", run_id="r1"))
    eventually(lambda: ask(served.socket, Order(verb="look", run_id="r1")) == Reply(done=False))
    assert ask(served.socket, refused) == Reply(done=False)
    assert served.told("ended") == "again"


def test_its_end_leaves_no_process_even_of_a_run_that_does_not_listen(tmp_path: Path) -> None:
    mine = Started()
    with TemporaryDirectory(prefix="vidp-") as short:
        path = f"{short}/runner.sock"
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.forks", path, str(tmp_path)], cwd=PROJECT
        )
        eventually(lambda: is_up(path), 30)
        ask(path, Order(verb="start", run_id="r1", job="deaf"))
        eventually(lambda: len(mine.running()) >= 4)
        started = mine.running()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert not Path(path).exists()
    psutil.wait_procs(started, timeout=5)
    assert [p for p in started if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == []
    assert (tmp_path / "r1.reported").read_text() == "-9"


def test_nobody_listening_is_no_reply(tmp_path: Path) -> None:
    assert ask(str(tmp_path / "none"), Order(verb="look")) is None
    assert not is_up(str(tmp_path / "none"))


def test_a_runner_that_hangs_up_is_an_error_not_a_reason_to_start_the_run_again(
    tmp_path: Path,
) -> None:
    code = (
        "import socket, sys; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen();"
        "open('up', 'w').close(); s.accept()[0].close()"
    )
    with TemporaryDirectory(prefix="vidp-") as short:
        path = f"{short}/s"
        with subprocess.Popen([sys.executable, "-c", code, path], cwd=tmp_path):
            eventually((tmp_path / "up").exists)
            with pytest.raises(ToolFailed, match="no reply to 'start'"):
                ask(path, Order(verb="start", run_id="r1"))
