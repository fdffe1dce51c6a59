"""A few programs that live and die together: started, watched, stopped with all they started."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import psutil

from vid_pipeline import process_tree
from vid_pipeline.errors import BadRequest, ToolFailed

_POLL_S = 0.1
_TAIL_LINES = 12
_MOST_REVIVED, _REVIVED_S = 3, 300.0


@dataclass(frozen=True)
class Program:
    """A program, and how to know that it is ready."""

    name: str
    command: Sequence[str]
    ready: Callable[[], bool]
    stop_signal: signal.Signals = signal.SIGINT
    socket: Path | None = None
    """Where it listens, if it does not clear that away itself when it was killed."""


@dataclass
class ProcessGroup:
    """Programs in `folder`'s logs. Stop it, whatever happened: nothing is left running."""

    logs: Path
    working_folder: Path
    environment: Mapping[str, str]
    _running: dict[str, tuple[Program, subprocess.Popen[bytes]]] = field(default_factory=dict)
    _revived_s: dict[str, list[float]] = field(default_factory=dict)

    def start(self, program: Program) -> None:
        """Start a program in a session of its own.

        Raises:
            ToolFailed: it is not there.
        """
        self._begin(program, "wb")

    def _begin(self, program: Program, mode: Literal["wb", "ab"]) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        with self.log_of(program.name).open(mode) as log:
            try:
                process = subprocess.Popen(
                    list(program.command),
                    cwd=self.working_folder,
                    env=dict(self.environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            except OSError as error:
                raise ToolFailed(program.name, error.errno or 1, str(error)) from error
        self._running[program.name] = (program, process)

    def await_ready(self, name: str, *, within_s: float) -> None:
        """Return when it answers.

        Raises:
            ToolFailed: it, or another one, ended first, or it took too long.
        """
        program, _ = self._running[name]
        deadline_s = time.monotonic() + within_s
        while not program.ready():
            self.refuse_ended()
            if time.monotonic() > deadline_s:
                raise self._failed(name, 1, f"not ready after {within_s:.0f} s")
            time.sleep(_POLL_S)

    def refuse_ended(self) -> None:
        """Return while all run.

        Raises:
            ToolFailed: one has ended; with the end of its log.
        """
        for name, (_, process) in self._running.items():
            code = process.poll()
            if code is not None:
                raise self._failed(name, code, "ended by itself")

    def revive(self) -> list[str]:
        """Start again what has ended by itself, with all it left gone; the names of what was.

        Raises:
            ToolFailed: one has ended three times in five minutes, or is not there any more.
        """
        ended = [
            (program, process)
            for program, process in self._running.values()
            if process.poll() is not None
        ]
        for program, process in ended:
            self._revive(program, process)
        return [program.name for program, _ in ended]

    def _revive(self, program: Program, process: "subprocess.Popen[bytes]") -> None:
        now_s = time.monotonic()
        recent = [at for at in self._revived_s.get(program.name, []) if now_s - at < _REVIVED_S]
        if len(recent) >= _MOST_REVIVED:
            raise self._failed(program.name, process.returncode, "ended by itself too often")
        self._revived_s[program.name] = [*recent, now_s]
        process_tree.kill(process_tree.members(process.pid))
        if program.socket is not None:
            program.socket.unlink(missing_ok=True)
        self._begin(program, "ab")

    def stop(self, *, grace_s: float) -> None:
        """Ask all of them at once, wait, then end whatever they have left."""
        families = [process_tree.members(process.pid) for _, process in self._running.values()]
        for program, process in self._running.values():
            if process.poll() is None:
                process.send_signal(program.stop_signal)
        deadline_s = time.monotonic() + grace_s
        for _, process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.01, deadline_s - time.monotonic()))
        for family, (_, process) in zip(families, self._running.values(), strict=True):
            process_tree.kill(family | process_tree.members(process.pid))
            process.wait()
        self._running.clear()

    def memory_bytes(self) -> dict[str, int]:
        """Resident memory of each program with all it started."""
        return {
            name: sum(_resident(member) for member in process_tree.members(process.pid))
            for name, (_, process) in self._running.items()
        }

    def log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _failed(self, name: str, code: int, what: str) -> ToolFailed:
        log = self.log_of(name)
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        tail = "\n".join(lines[-_TAIL_LINES:])
        return ToolFailed(name, code, f"{tail}\nit {what}, see {log}")


def refuse_taken(port: int, setting: str) -> None:
    """Return if we may listen on a loopback port.

    Raises:
        BadRequest: another program has it; the setting that names another is said.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise BadRequest(
                "Port", port, f"Another program uses it. Set {setting} to a free one."
            ) from error


def _resident(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0
