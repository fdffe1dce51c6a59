"""The process that owns Postgres: `python -m vid_pipeline.store.supervisor HOME IDLE_S`.

One a home (a lock sees to it), started by whoever needs the database, detached from them. Postgres
is its child: restarted when it dies, told to stop when the supervisor dies. When nobody has held
the lease for a while, it stops Postgres and itself.
"""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psutil

from vid_pipeline.errors import StoreError, VidPipelineError
from vid_pipeline.store import cluster, locks, programs

_TICK_S = 0.1
_LOCK_WAIT_S = 1.0
_START_S = 300.0
_STOP_S = 60.0
_STEADY_S = 60.0
_RESTARTS = 5
_LOG_BYTES = 16_000_000
_PR_SET_PDEATHSIG = 1
_SETTINGS = (
    "max_connections=200",
    "shared_buffers=128MB",
    "unix_socket_permissions=0700",
    "idle_in_transaction_session_timeout=10min",
    "log_min_error_statement=panic",  # statements may hold secrets
)


class Supervisor:
    """Keeps one cluster running while somebody holds its lease."""

    def __init__(self, home: Path, idle_s: float, lease: IO[str]) -> None:
        self._notes = cluster.bookkeeping(home)
        self._idle_s = idle_s
        self._lease = lease
        self._stopping = False
        self._cluster = cluster.opened(home)
        self._program = programs.binaries(self._cluster.account) / "postgres"

    def run(self) -> None:
        """Serve until nobody needs it, or until told to stop."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop_soon)
        restarts = 0
        while not self._stopping:
            began_s = time.monotonic()
            self._serve()
            restarts = 0 if time.monotonic() - began_s > _STEADY_S else restarts + 1
            if restarts > _RESTARTS:
                raise StoreError(f"Postgres keeps dying, see {self._cluster.log}.")

    def _stop_soon(self, *_: object) -> None:
        self._stopping = True

    def _serve(self) -> None:
        """Start Postgres and watch it until it dies or is no longer needed."""
        postgres = self._start()
        try:
            self._publish(postgres)
            self._watch(postgres)
        finally:
            (self._notes / "ready.json").unlink(missing_ok=True)
            _end(postgres)

    def _watch(self, postgres: subprocess.Popen[bytes]) -> None:
        used_s = time.monotonic()
        while not self._stopping and postgres.poll() is None:
            if not self._unused():
                used_s = time.monotonic()
            elif time.monotonic() - used_s >= self._idle_s:
                self._stopping = locks.exclusive(
                    self._lease
                )  # kept to the end: who comes now waits
            time.sleep(_TICK_S)

    def _unused(self) -> bool:
        """Whether nobody holds the lease, or the home is gone."""
        if not _same_file(self._lease, self._notes / "lease"):
            self._stopping = True
        elif locks.exclusive(self._lease):
            locks.release(self._lease)
        else:
            return False
        return True

    def _start(self) -> subprocess.Popen[bytes]:
        """Postgres, accepting connections."""
        deadline_s = time.monotonic() + _START_S
        _clear(self._cluster)
        postgres = self._spawn()
        while postgres.poll() is None and not self._stopping and time.monotonic() < deadline_s:
            if _is_ready(self._cluster, postgres.pid):
                return postgres
            time.sleep(0.01)
        _end(postgres)
        log = self._cluster.log
        raise StoreError(f"Postgres did not start: {cluster.reason(log)}; see {log}.")

    def _spawn(self) -> subprocess.Popen[bytes]:
        place = self._cluster
        if place.log.exists() and place.log.stat().st_size > _LOG_BYTES:
            place.log.rename(place.log.with_suffix(".log.1"))
        where = ("-D", place.data, "-k", place.socket_folder, "-h", "", "-p", str(cluster.PORT))
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        with place.log.open("ab") as log:
            return cluster.spawn(
                place,
                [self._program, *where, *settings],
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_follow_parent(),
            )

    def _publish(self, postgres: subprocess.Popen[bytes]) -> None:
        """Tell clients where the server is; the note is whole or not there."""
        facts = {
            "socket": os.fspath(self._cluster.socket_folder),
            "port": cluster.PORT,
            "log": os.fspath(self._cluster.log),
            "postgres_pid": postgres.pid,
            "supervisor_pid": os.getpid(),
        }
        draft = self._notes / "ready.draft"
        draft.write_text(json.dumps(facts), encoding="utf-8")
        draft.rename(self._notes / "ready.json")


def main() -> None:
    """Detach, take the lock, serve; leave one line in `failure` if that cannot be done."""
    home, idle_s = Path(sys.argv[1]), float(sys.argv[2])
    if os.fork() > 0:
        os._exit(0)
    os.setsid()
    os.chdir("/")
    notes = cluster.bookkeeping(home)
    with (notes / "lock").open("a") as lock, (notes / "lease").open("a") as lease:
        if not _locked_within(lock, _LOCK_WAIT_S):
            return
        try:
            Supervisor(home, idle_s, lease).run()
        except (VidPipelineError, OSError) as error:
            (notes / "failure").write_text(str(error), encoding="utf-8")
            raise


def _locked_within(file: IO[str], wait_s: float) -> bool:
    """Take a lock; the wait outlasts clients that only look whether it is taken."""
    deadline_s = time.monotonic() + wait_s
    while not locks.exclusive(file):
        if time.monotonic() > deadline_s:
            return False
        time.sleep(0.02)
    return True


def _same_file(file: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _follow_parent() -> Callable[[], None] | None:
    """What makes the child shut down fast when its parent dies; Linux only."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)

    return ask


def _is_ready(place: cluster.Cluster, pid: int) -> bool:
    """Whether the server that wrote the pid file is this one and accepts connections."""
    lines = _pid_file(place)
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _pid_file(place: cluster.Cluster) -> list[str]:
    try:
        return (place.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _end(postgres: subprocess.Popen[bytes]) -> None:
    """Fast shutdown; harder if it takes too long."""
    for name in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if postgres.poll() is not None:
            return
        postgres.send_signal(name)
        try:
            postgres.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            continue


def _clear(place: cluster.Cluster) -> None:
    """End what a killed supervisor or server left running, then remove its lock files.

    Postgres itself refuses to start when the pid in them is a zombie, or somebody else's now.
    They may go only when no process works on the data any more.
    """
    lines = _pid_file(place)
    if lines:
        _end_workers(place, lines[0])
        (place.data / "postmaster.pid").unlink(missing_ok=True)
    for name in (f".s.PGSQL.{cluster.PORT}", f".s.PGSQL.{cluster.PORT}.lock"):
        (place.socket_folder / name).unlink(missing_ok=True)


def _end_workers(place: cluster.Cluster, server_pid: str) -> None:
    """Ask an orphaned server to shut down fast, the workers of a dead one to quit; wait."""
    deadline_s = time.monotonic() + _STOP_S
    asked: set[int] = set()
    while workers := _workers(place.data):
        server = [worker for worker in workers if str(worker.pid) == server_pid]
        for worker in server or workers:
            if worker.pid not in asked:
                asked.add(worker.pid)
                with contextlib.suppress(psutil.NoSuchProcess):
                    worker.send_signal(signal.SIGINT if server else signal.SIGQUIT)
        if time.monotonic() > deadline_s:
            pids = ", ".join(str(worker.pid) for worker in workers)
            raise StoreError(f"An old Postgres does not stop. End these processes: {pids}.")
        time.sleep(0.02)


def _workers(data: Path) -> list[psutil.Process]:
    """The living Postgres processes of a cluster: they all work in its data folder."""
    found = []
    real = os.fspath(data.resolve())
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            zombie = process.status() == psutil.STATUS_ZOMBIE
            if not zombie and process.name() == "postgres" and process.cwd() == real:
                found.append(process)
    return found


if __name__ == "__main__":
    main()
