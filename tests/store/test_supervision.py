"""One server a home: shared, never orphaned; a kill loses no acknowledged row."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from vid_pipeline.errors import StoreError
from vid_pipeline.settings import Settings
from vid_pipeline.store import server, users
from vid_pipeline.store.database import Database, opened
from vid_pipeline.store.server import Lease

_ROOT = Path(__file__).resolve().parents[2]
_CLIENT = """
import sys, time
from pathlib import Path
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import opened
with opened(Settings(home=Path(sys.argv[1]), idle_s=0.5)) as db:
    print(db.local_user, db._lease.server.postgres_pid, flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    """A home whose server is this test's alone."""
    yield tmp_path / "own"
    until(lambda: not _in_use(tmp_path / "own"))


def _in_use(folder: Path) -> bool:
    if folder.exists():
        try:
            server.remove(folder)
        except StoreError:
            return True
    return False


def until(true: Callable[[], bool], timeout_s: float = 30) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline_s, "it did not come to pass"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def client(home: Path, hold_s: float = 0, *before: str) -> "subprocess.Popen[str]":
    command = [*before, sys.executable, "-c", _CLIENT, str(home), str(hold_s)]
    return subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)


def said(process: "subprocess.Popen[str]") -> list[str]:
    assert process.stdout is not None
    with process.stdout:
        return process.stdout.readline().split()


def settings_of(home: Path) -> Settings:
    return Settings(home=home, idle_s=0.5)


def current(db: Database) -> server.Server:
    assert db._lease is not None
    found = server._published(db._lease._notes)
    assert found is not None
    return found


def test_processes_that_start_at_once_share_one_server_that_ends_with_them(own: Path) -> None:
    clients = [client(own, 0.5) for _ in range(3)]
    answers = [said(process) for process in clients]
    assert [process.wait() for process in clients] == [0, 0, 0]
    assert len({tuple(answer) for answer in answers}) == 1
    until(lambda: gone(int(answers[0][1])))


def test_a_killed_client_keeps_nothing_running(own: Path) -> None:
    process = client(own, 60)
    pid = int(said(process)[1])
    process.kill()
    process.wait()
    until(lambda: gone(pid))


def test_a_server_in_use_cannot_be_removed(database: Database, home: Path) -> None:
    with pytest.raises(StoreError, match="in use"):
        server.remove(home)


def test_the_server_listens_on_no_network(database: Database) -> None:
    found = current(database)
    sockets = psutil.Process(found.postgres_pid).net_connections("inet")
    assert [connection for connection in sockets if connection.status == "LISTEN"] == []
    assert Path(found.socket).stat().st_mode & 0o077 == 0


def test_opening_what_is_ready_takes_little(database: Database, settings: Settings) -> None:
    began_s = time.process_time()
    with opened(settings):
        pass
    assert time.process_time() - began_s < 0.1


def test_a_relative_home_deep_in_folders_works(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own.parent)
    deep = Path("own").joinpath(*["a-rather-long-name-of-a-folder"] * 6)
    with opened(settings_of(deep)) as db:
        assert db.local_user
        assert len(os.fsencode(current(db).socket)) < 100
    until(lambda: not _in_use(deep))


def test_it_works_with_the_network_cut(own: Path) -> None:
    cut = ["unshare", "-n"]
    if shutil.which("unshare") is None or subprocess.run([*cut, "true"], check=False).returncode:
        pytest.skip("unshare -n is not permitted here")
    process = client(own, 0, *cut)
    assert len(said(process)) == 2
    assert process.wait() == 0


def _write_until_stopped(db: Database, stop: threading.Event, written: list[str]) -> None:
    while not stop.is_set():
        handle = f"w{len(written)}"
        try:
            with db.service() as conn:
                users.add(conn, handle)
        except (StoreError, psycopg.Error):
            return
        written.append(handle)


@pytest.mark.parametrize("victim", ["postgres", "supervisor", "both"])
def test_a_kill_loses_no_acknowledged_row_and_the_next_command_works(
    own: Path, victim: str
) -> None:
    with opened(settings_of(own)) as db:
        before, written, stop = current(db), list[str](), threading.Event()
        writer = threading.Thread(target=_write_until_stopped, args=(db, stop, written))
        writer.start()
        until(lambda: len(written) > 20)
        if victim != "postgres":
            os.kill(before.supervisor_pid, signal.SIGKILL)
        if victim != "supervisor":
            os.kill(before.postgres_pid, signal.SIGKILL)
        until(lambda: gone(before.postgres_pid))
        stop.set()
        writer.join()
        with db.service() as conn:
            found = {row[0] for row in conn.execute("select handle from vidp.users")}
        assert set(written) <= found
    with opened(settings_of(own)) as db:
        after = current(db)
        assert after.postgres_pid != before.postgres_pid
    until(lambda: gone(after.postgres_pid))


def test_a_stale_pid_is_left_alone_and_a_broken_cluster_is_named_in_one_line(own: Path) -> None:
    with Lease(own, idle_s=0.5) as lease:
        first = lease.server
        data = Path(psutil.Process(first.postgres_pid).cmdline()[2])
    until(lambda: gone(first.supervisor_pid))
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    with Lease(own, idle_s=0.5) as lease:
        second = lease.server
    until(lambda: gone(second.supervisor_pid))
    (data / "postgresql.conf").write_text("nonsense\n")
    with pytest.raises(StoreError, match=r"postgres\.log") as caught:
        Lease(own, idle_s=0.5)
    assert "\n" not in str(caught.value)


def test_a_home_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="Cannot use the folder"):
        Lease(tmp_path / "file" / "home", idle_s=0.5)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_root_opens_nobodys_folder(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    home = private / "home"
    modes = {path: path.stat().st_mode for path in (private, *private.parents)}
    with opened(settings_of(home)) as db:
        owner = psutil.Process(current(db).postgres_pid).username()
    assert owner == "vidp"
    assert modes == {path: path.stat().st_mode for path in modes}
    until(lambda: not _in_use(home))
