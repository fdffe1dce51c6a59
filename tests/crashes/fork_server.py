"""A warm process that forks others: each begins with everything imported, and is a process to kill.

python -m tests.crashes.fork_server SOCKET

`Forks` talks to it. The product's own `sys.executable -m assets.worker` reaches it too, by a small
executable that hands over arguments, environment and open files, as an interpreter would have them.
"""

import array
import contextlib
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from vid_pipeline.dagster_env import PROJECT

_MAX_FDS = 64
_TURN_S = 0.01
_EXECUTABLE = """#!{python} -IS
import array, json, os, socket, sys
if sys.argv[1:3] != ["-m", "assets.worker"]:
    os.execv({python!r}, [{python!r}, *sys.argv[1:]])
server = socket.socket(socket.AF_UNIX)
fds = [int(name) for name in os.listdir("/proc/self/fd")]
fds = sorted(fd for fd in fds if fd != server.fileno() and os.path.exists(f"/proc/self/fd/{{fd}}"))
server.connect({address!r})
body = {{"do": "fork", "main": sys.argv[2], "arguments": sys.argv[3:], "env": dict(os.environ)}}
ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
server.sendmsg([json.dumps(body).encode() + b"\\n"], ancillary)
server.recv(100)
"""


@dataclass(frozen=True)
class Forked:
    """A process that was forked: its program, when it began, how it ended (None: it has not)."""

    pid: int
    main: str
    began_s: float
    code: int | None
    ended_s: float | None


class Forks:
    """The fork server as its user sees it; `with Forks(…)` starts one."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self.address = str(folder / "forks")
        self.executable = folder / "python"
        self._log = folder / "forks.log"
        self._env = dict(env)
        self.executable.write_text(
            _EXECUTABLE.format(python=sys.executable, address=self.address), encoding="utf-8"
        )
        self.executable.chmod(0o755)

    def __enter__(self) -> Self:
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(
                [sys.executable, "-m", __name__, self.address, str(self.executable)],
                cwd=PROJECT,
                env=self._env,
                stdout=log,
                stderr=log,
            )
        patience = time.monotonic() + 120
        while not Path(self.address).exists():
            assert self._server.poll() is None, self._log.read_text(encoding="utf-8")[-3000:]
            assert time.monotonic() < patience, "the fork server does not start"
            time.sleep(0.02)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.terminate()
        self._server.wait(30)

    def fork(self, main: str, *arguments: str, **env: str) -> int:
        """Run `main(arguments)` of a module in a new process; its pid."""
        told = self._ask(
            {"do": "fork", "main": main, "arguments": arguments, "env": self._env | env}
        )
        return int(told["pid"])

    def all(self) -> list[Forked]:
        """Every process that was forked so far, the oldest first."""
        return [Forked(**one) for one in self._ask({"do": "list"})["forked"]]

    def kill(self, pid: int) -> bool:
        """Kill one that lives."""
        return bool(self._ask({"do": "kill", "pid": pid})["killed"])

    def said(self) -> str:
        """What the forked processes have printed, its end."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-3000:]

    def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX) as server:
            server.connect(self.address)
            server.sendall(json.dumps(body).encode() + b"\n")
            with server.makefile("r", encoding="utf-8") as reply:
                told: dict[str, Any] = json.loads(reply.readline())
        return told


class _Server:
    def __init__(self, address: str, executable: str) -> None:
        self._executable = executable
        self._forked: dict[int, dict[str, Any]] = {}
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(address + ".draft")
        self._socket.listen(64)
        self._socket.settimeout(_TURN_S)
        Path(address + ".draft").rename(address)

    def serve(self) -> None:
        while True:
            self._reap()
            with contextlib.suppress(TimeoutError):
                client, _ = self._socket.accept()
                with client:
                    self._answer(client)

    def _reap(self) -> None:
        for pid, one in self._forked.items():
            if one["code"] is None:
                done, status = os.waitpid(pid, os.WNOHANG)
                if done:
                    one |= {"code": os.waitstatus_to_exitcode(status), "ended_s": time.time()}

    def _answer(self, client: socket.socket) -> None:
        body, fds = _received(client)
        if body["do"] == "fork":
            told: dict[str, Any] = {"pid": self._fork(client, body, fds)}
        elif body["do"] == "kill":
            told = {"killed": self._kill(body["pid"])}
        else:
            self._reap()
            told = {"forked": list(self._forked.values())}
        with contextlib.suppress(OSError):  # whoever asked was killed
            client.sendall(json.dumps(told).encode() + b"\n")

    def _kill(self, pid: int) -> bool:
        self._reap()
        alive = self._forked[pid]["code"] is None
        if alive:
            os.kill(pid, signal.SIGKILL)
        return alive

    def _fork(self, client: socket.socket, body: dict[str, Any], fds: list[int]) -> int:
        pid = os.fork()
        if pid == 0:
            self._socket.close()
            client.close()
            self._become(body, fds)
        for fd in fds:
            os.close(fd)
        facts = {"pid": pid, "main": body["main"], "began_s": time.time()}
        self._forked[pid] = facts | {"code": None, "ended_s": None}
        return pid

    def _become(self, body: dict[str, Any], fds: list[int]) -> None:
        code = 70
        try:
            os.setsid()
            for number, fd in enumerate(fds[:3]):
                os.dup2(fd, number)
            os.environ.clear()  # noqa: TID251  (this is the new process's environment)
            os.environ.update(body["env"])  # noqa: TID251
            sys.executable = self._executable
            code = importlib.import_module("tests.crashes.children").run(
                body["main"], body["arguments"]
            )
        except BaseException:  # noqa: BLE001  (a process's edge)
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _received(client: socket.socket) -> tuple[dict[str, Any], list[int]]:
    fds, data = array.array("i"), b""
    while not data.endswith(b"\n"):
        part, ancillary, _, _ = client.recvmsg(1 << 20, socket.CMSG_SPACE(_MAX_FDS * 4))
        if not part:
            return {"do": "list"}, []
        data += part
        for level, kind, cargo in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                fds.frombytes(cargo[: len(cargo) - len(cargo) % fds.itemsize])
    return json.loads(data), list(fds)


if __name__ == "__main__":
    importlib.import_module("tests.crashes.children").warm()
    _Server(sys.argv[1], sys.argv[2]).serve()
