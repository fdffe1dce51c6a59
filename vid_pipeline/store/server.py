"""Getting our own Postgres: take a lease, and it runs until the last lease is gone.

A lease is a shared file lock, so it ends with the process that holds it, however that ends.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from vid_pipeline.errors import StoreError
from vid_pipeline.store import cluster, locks

_WAIT_S = 90.0
_POLL_S = 0.01
_LAUNCHES = 3
_RELAUNCH_S = 3.0
_PACKAGE_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Server:
    """Where a running server is. `socket` is the folder of its Unix socket."""

    socket: str
    port: int
    log: str
    postgres_pid: int
    supervisor_pid: int


class Lease:
    """Keeps the server of a home running; `server` says where it is. Close it, or exit."""

    def __init__(self, home: Path, *, idle_s: float) -> None:
        self._home = home.absolute()
        self._notes = _notes(self._home)
        self._idle_s = idle_s
        self._file = (self._notes / "lease").open("a", encoding="utf-8")
        try:
            self._hold()
            self.server = self.await_ready()
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        """Let go; the server stops some seconds after the last one did."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def await_ready(self) -> Server:
        """The server, once it accepts connections; started, or started again, if need be.

        Raises:
            StoreError: it does not start; the log is named.
        """
        deadline_s, launches, launched_s = time.monotonic() + _WAIT_S, 0, 0.0
        while time.monotonic() < deadline_s:
            if locks.is_held(self._notes / "lock"):
                server = _published(self._notes)
                if server is not None and _accepts(server):
                    return server
            elif time.monotonic() - launched_s > _RELAUNCH_S or self._failure():
                self._refuse_failure(launches)
                self._launch()
                launches, launched_s = launches + 1, time.monotonic()
            time.sleep(_POLL_S)
        raise StoreError(f"The database is not ready after {_WAIT_S:.0f} s, see {self._log}.")

    def heal(self) -> None:
        """Start the server again if its supervisor was killed; a look at a lock otherwise."""
        if not locks.is_held(self._notes / "lock"):
            self.server = self.await_ready()

    @property
    def _log(self) -> Path:
        return self._notes / "supervisor.log"

    def _hold(self) -> None:
        """Take the lock; waits while a supervisor that is stopping holds it."""
        deadline_s = time.monotonic() + _WAIT_S
        while not locks.shared(self._file):
            if time.monotonic() > deadline_s:
                raise StoreError(f"The database does not stop, see {self._log}.")
            time.sleep(_POLL_S)

    def _failure(self) -> str:
        path = self._notes / "failure"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def _refuse_failure(self, launches: int) -> None:
        """Give up when a supervisor that we started said why it cannot, or none stays up."""
        failure = self._failure()
        if launches and failure:
            raise StoreError(f"The database does not start: {failure}")
        if launches >= _LAUNCHES:
            raise StoreError(f"The database does not start, see {self._log}.")
        (self._notes / "failure").unlink(missing_ok=True)

    def _launch(self) -> None:
        """Start a supervisor; if another one is quicker, ours goes away by itself."""
        module = "vid_pipeline.store.supervisor"
        command = [sys.executable, "-m", module, os.fspath(self._home), str(self._idle_s)]
        with self._log.open("ab") as log:
            done = subprocess.run(
                command,
                check=False,
                cwd=_PACKAGE_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if done.returncode != 0:
            raise StoreError(f"The database's supervisor does not start, see {self._log}.")


def remove(home: Path) -> None:
    """Stop the database of `home` and delete all that is in it.

    Raises:
        StoreError: somebody uses it.
    """
    notes = _notes(home)
    with (notes / "lease").open("a", encoding="utf-8") as lease:
        if not locks.exclusive(lease):
            raise StoreError(f"The database of {home} is in use. Stop what uses it first.")
        deadline_s = time.monotonic() + _WAIT_S
        while locks.is_held(notes / "lock"):
            server = _published(notes)
            if server is not None:
                os.kill(server.supervisor_pid, signal.SIGTERM)
            if time.monotonic() > deadline_s:
                raise StoreError(f"The database of {home} does not stop.")
            time.sleep(0.1)
        cluster.delete(home)


def _notes(home: Path) -> Path:
    try:
        return cluster.bookkeeping(home)
    except OSError as error:
        raise StoreError(f"Cannot use the folder {home}: {error.strerror}.") from error


def _published(notes: Path) -> Server | None:
    try:
        return Server(**json.loads((notes / "ready.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _accepts(server: Server) -> bool:
    """Whether somebody listens on the socket; a killed server's socket file refuses."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(os.path.join(server.socket, f".s.PGSQL.{server.port}"))  # noqa: PTH118
        except OSError:
            return False
    return True
