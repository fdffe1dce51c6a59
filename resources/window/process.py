"""A window seen from outside: started, told, waited for, ended."""

import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from resources.proxy import Proxy
from resources.window.orders import SAID, Order, Ready, Said, Setup
from vid_pipeline import programs_at_work
from vid_pipeline.cancel import LOOK_S, CancelToken
from vid_pipeline.errors import ToolFailed

_ROOT_UID = 0
_PROJECT = Path(__file__).resolve().parents[2]
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from resources.window.main import main; main()"
)
_READ_BYTES = 1 << 20
_START_S = 60.0


class Hangs(ToolFailed):
    """No answer in time; the window is gone."""


class Window:
    """A process with a Chromium behind a proxy. One caller at a time.

    The process has an empty environment, so that neither it nor a page holds a secret of ours. A
    stop, or an answer that does not come, ends it with all it has started.
    """

    def __init__(self, executable: Path, proxy: Proxy, *, page_s: float, stop: CancelToken) -> None:
        self._stop, self._unread = stop, b""
        self._folder = Path(tempfile.mkdtemp(prefix="vidp-browsing-"))
        self._log = (self._folder / "log.txt").open("w+b")
        self._process = self._started()
        setup = Setup(
            executable=str(executable),
            sandboxed=os.geteuid() != _ROOT_UID,
            profile=str(self._folder / "profile"),
            proxy=proxy.url,
            user=proxy.user,
            password=proxy.password,
            page_s=page_s,
        )
        if not isinstance(self._say(setup.model_dump_json(), _START_S), Ready):
            raise self._failed("it does not start")

    def _started(self) -> "subprocess.Popen[bytes]":
        variables = [f"HOME={self._folder}", f"TMPDIR={self._folder}", "LANG=C.UTF-8"]
        program = [sys.executable, "-Ic", _START, str(_PROJECT)]
        return programs_at_work.start(
            ["/usr/bin/env", "-i", *variables, *program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            log=self._log,
        )

    def ask(self, order: Order, *, timeout_s: float) -> Said:
        """What an order gives.

        Raises:
            Hangs: no answer in time.
            ToolFailed: it ended.
            Cancelled: a stop was requested.
        """
        return self._say(order.model_dump_json(), timeout_s)

    def _say(self, line: str, timeout_s: float) -> Said:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode() + b"\n")
        except BrokenPipeError:
            raise self._failed("it ended") from None
        return SAID.validate_json(self._heard(time.monotonic() + timeout_s))

    def _heard(self, deadline_s: float) -> bytes:
        assert self._process.stdout is not None
        end, chunks = self._process.stdout.fileno(), [self._unread]
        while b"\n" not in chunks[-1]:
            self._wait_for(end, deadline_s)
            chunk = os.read(end, _READ_BYTES)
            if not chunk:
                raise self._failed("it ended")
            chunks.append(chunk)
        line, self._unread = b"".join(chunks).split(b"\n", 1)
        return line

    def _wait_for(self, end: int, deadline_s: float) -> None:
        while not select.select([end], [], [], LOOK_S)[0]:
            if self._stop.requested:
                self.close()
                self._stop.check()
            if time.monotonic() > deadline_s:
                self.close()
                raise Hangs("Chromium", 0, "no answer in time")

    def _failed(self, reason: str) -> ToolFailed:
        self._log.seek(0)
        log = self._log.read().decode(errors="replace")[-4000:]
        self.close()
        return ToolFailed("Chromium", self._process.returncode or 0, f"{log}\n{reason}")

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        """End it with all it has started; harmless when it has ended."""
        if self._log.closed:
            return
        programs_at_work.end(self._process)
        for end in (self._process.stdin, self._process.stdout):
            assert end is not None
            end.close()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)
