"""The process that runs one production when no Dagster server does: found, stopped, never orphaned.

It has a session of its own, so that Ctrl-C in a terminal reaches it only through `stop`.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import psutil

from vid_pipeline import at_work, process_tree
from vid_pipeline.dagster_env import PROJECT, environment
from vid_pipeline.errors import ToolFailed
from vid_pipeline.records import Launch
from vid_pipeline.settings import Settings, child_environment
from vid_pipeline.store.database import Database

MODULE = "assets.worker"
GRACE_S = 8.0


def start(settings: Settings, db: Database, launch: Launch) -> subprocess.Popen[bytes]:
    """Run a planned launch in the background; what it prints goes to `log_of`.

    Raises:
        ToolFailed: the system does not start another process.
    """
    command = [sys.executable, "-m", MODULE, str(launch.production_id)]
    log = log_of(settings, launch.production_id)
    log.parent.mkdir(parents=True, exist_ok=True)
    claimed = at_work.claim(settings, launch.production_id)
    with log.open("ab") as file, claimed as claim, _no_sigint():
        try:
            return subprocess.Popen(
                command,
                cwd=PROJECT,
                env=child_environment(environment(settings, db)),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
                pass_fds=(claim.fileno(),),  # held for as long as the worker lives
            )
        except OSError as error:
            raise ToolFailed("The worker process", error.errno or 1, str(error)) from error


def leave(settings: Settings, db: Database, launch: Launch) -> None:
    """Start a worker that goes on by itself, and is no zombie when it has ended.

    Raises:
        ToolFailed: the system does not start another process.
    """
    process = start(settings, db, launch)
    threading.Thread(target=process.wait, name=f"worker {process.pid}", daemon=True).start()


def stop(process: subprocess.Popen[bytes], *, grace_s: float = GRACE_S) -> int:
    """Ask a worker to cancel its production, wait, then end whatever is left of it."""
    before = process_tree.members(process.pid)
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(grace_s)
    process_tree.kill(before | process_tree.members(process.pid))
    return process.wait()


def interrupt(production_id: UUID) -> bool:
    """Ask the worker of a production to cancel it; False if there is no such worker."""
    found = False
    for process in _workers():
        with suppress(psutil.Error):
            if str(production_id) in process.cmdline():
                process.send_signal(signal.SIGINT)
                found = True
    return found


def log_of(settings: Settings, production_id: UUID) -> Path:
    """Where the output of a production's workers is kept."""
    return settings.home.absolute() / "logs" / f"worker-{str(production_id)[-8:]}.log"


@contextmanager
def _no_sigint() -> Iterator[None]:
    """Block SIGINT in what is started now: one that comes early waits until the worker listens."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _workers() -> Iterator[psutil.Process]:
    """Our user's worker processes."""
    me = os.geteuid()
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.uids().effective == me and MODULE in process.cmdline():
                yield process
