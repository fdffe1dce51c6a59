"""A process that has loaded all that runs need, and forks a child for each.

A fresh interpreter spends seconds on imports; a fork spends milliseconds. What a fork cannot take
along (threads, database connections, channels) must not be there when `serve` is called.
"""

import atexit
import gc
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from select import select
from typing import NoReturn

import numpy as np
import psutil
from pydantic import ValidationError

from vid_pipeline import process_tree
from vid_pipeline.runner_socket import Order, Reply, line_of

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)
_CLIENT_S = 2.0
_GRACE_S = 4.5
_REPORT_S = 3.0
_POLL_S = 0.02


@dataclass(frozen=True)
class Work:
    """What a runner does for an order, each in a child of its own.

    `execute` gives 0 when the run has ended and Dagster knows; `report` is called after any other
    end, with the exit code, negative for a signal. `is_current` says whether the loaded code is
    still that on disk; if not, orders are refused until the runner has started again.
    """

    execute: Callable[[Order], int]
    report: Callable[[Order, int], int]
    is_current: Callable[[], bool]


@dataclass
class Runner:
    """Listens on `path`; its children print where it prints."""

    path: Path
    work: Work
    _runs: dict[int, Order] = field(default_factory=dict)
    _reporters: set[int] = field(default_factory=set)
    _asked: set[int] = field(default_factory=set)
    _sockets: list[socket.socket] = field(default_factory=list)

    def serve(self) -> bool:
        """Take orders until a signal ends it, then stop all runs; True: start again with new code.

        Single-threaded, so that a fork takes no lock along that nobody will release.
        """
        gc.freeze()  # pages of what is loaded stay shared with the children
        with _listening(self.path) as listener, _signals_ring(self._asked) as (bell, clapper):
            self._sockets += [listener, bell, clapper]
            while not self._asked:
                ready, _, _ = select([listener, bell], [], [])
                if bell in ready:
                    bell.recv(1 << 10)
                self._reap()
                if listener in ready and not self._answer(listener):
                    return True
            self._stop_all()
        return False

    def _answer(self, listener: socket.socket) -> bool:
        """False when there is newer code and no run at work: time to start again."""
        client, _ = listener.accept()
        current = True
        with client, suppress(OSError, ValidationError):
            client.settimeout(_CLIENT_S)
            order = Order.model_validate_json(line_of(client))
            current = order.verb != "start" or self.work.is_current()
            reply = self._done(order, client) if current else Reply(done=False)
            client.sendall(reply.model_dump_json().encode() + b"\n")
        return current or bool(self._runs or self._reporters)

    def _done(self, order: Order, client: socket.socket) -> Reply:
        pid = next((p for p, known in self._runs.items() if known.run_id == order.run_id), 0)
        if order.verb == "start" and not pid:
            pid = self._fork(partial(self.work.execute, order), client)
            self._runs[pid] = order
        elif order.verb == "stop" and pid:
            os.kill(pid, signal.SIGINT)
        return Reply(done=pid != 0, pid=pid)

    def _fork(self, task: Callable[[], int], *others: socket.socket) -> int:
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            pid = os.fork()
            if not pid:
                _be_child(task, [*self._sockets, *others])
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        return pid

    def _reap(self) -> None:
        """Clear up after each child that has ended, with all that it started."""
        while (ended := _ended()) is not None:
            if ended in self._runs:
                process_tree.kill(process_tree.members(ended))
            _, status = os.waitpid(ended, 0)
            self._reporters.discard(ended)
            order = self._runs.pop(ended, None)
            code = os.waitstatus_to_exitcode(status)
            if order is not None and code != 0:
                self._reporters.add(self._fork(partial(self.work.report, order, code)))

    def _stop_all(self) -> None:
        """Interrupt the runs, wait, end what is left, and wait until all that is reported."""
        families = set[psutil.Process]().union(*map(process_tree.members, self._runs))
        for pid in self._runs:
            os.kill(pid, signal.SIGINT)
        self._await(lambda: not self._runs, _GRACE_S)
        process_tree.kill(families.union(*map(process_tree.members, self._runs)))
        self._await(lambda: not self._runs and not self._reporters, _REPORT_S)
        process_tree.kill(psutil.Process().children(recursive=True))

    def _await(self, done: Callable[[], bool], within_s: float) -> None:
        deadline_s = time.monotonic() + within_s
        while not done() and time.monotonic() < deadline_s:
            self._reap()
            time.sleep(_POLL_S)


def _ended() -> int | None:
    """A child that has ended and was not waited for; its id is not given to another yet."""
    with suppress(ChildProcessError):
        found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return found.si_pid if found is not None else None
    return None


@contextmanager
def _listening(path: Path) -> Iterator[socket.socket]:
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(64)
        try:
            yield listener
        finally:
            path.unlink(missing_ok=True)


@contextmanager
def _signals_ring(asked: set[int]) -> Iterator[tuple[socket.socket, socket.socket]]:
    """A socket that gets a byte for each signal, and its other end; wishes to end are noted."""
    bell, clapper = socket.socketpair()
    with bell, clapper:
        bell.setblocking(False)
        clapper.setblocking(False)
        signal.set_wakeup_fd(clapper.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, _frame: asked.add(number))
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        try:
            yield bell, clapper
        finally:
            signal.set_wakeup_fd(-1)


def _be_child(task: Callable[[], int], sockets: Sequence[socket.socket]) -> NoReturn:
    """Do the task in a session of our own, with nothing of the runner's."""
    code = 1
    try:
        os.setsid()
        _let_go(sockets)
        np.random.seed()  # numpy's old generator is the same in all forks; Python's is not
        code = task()
        atexit._run_exitfuncs()
    except BaseException:  # noqa: BLE001  (a process's edge: the parent reports the code)
        traceback.print_exc()
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _let_go(sockets: Sequence[socket.socket]) -> None:
    """The runner's sockets closed, signals as in a fresh process."""
    signal.set_wakeup_fd(-1)
    for held in sockets:
        held.close()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
