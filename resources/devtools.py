"""A Chromium of our own, spoken to in its DevTools protocol through a pipe.

A pipe needs no port, no helper process and no thread, and works where there is no loopback.
"""

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from vid_pipeline import programs_at_work
from vid_pipeline.cancel import LOOK_S, CancelToken
from vid_pipeline.errors import ToolFailed
from vid_pipeline.media import chromium

_LAUNCHER = """
import fcntl, os, sys
theirs = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
os.dup2(theirs[0], 3)
os.dup2(theirs[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Chromium reads commands on file 3 and writes answers on file 4."""

_READ_BYTES = 1 << 20
_CLOSE_S = 3.0


class DevTools:
    """A running Chromium with one page. Not thread-safe: one caller at a time.

    The caller sets `stop`, its own token: a stop ends Chromium, whatever it is doing.
    """

    def __init__(
        self, executable: Path, *, timeout_s: float, sandboxed: bool, stop: CancelToken
    ) -> None:
        self.stop = stop
        self._timeout_s = timeout_s
        self._profile = Path(tempfile.mkdtemp(prefix="vidp-chromium-"))
        self._log = (self._profile / "log.txt").open("w+", encoding="utf-8", errors="replace")
        self._last_id = 0
        self._unread = b""
        self._session: str | None = None
        arguments = chromium.arguments(self._profile, sandboxed=sandboxed)
        self._start([str(executable), *arguments])

    def _start(self, command: list[str]) -> None:
        theirs_in, self._write = os.pipe()
        self._read, theirs_out = os.pipe()
        os.set_blocking(self._write, False)  # one that does not read must not hold us
        self._process = programs_at_work.start(
            [sys.executable, "-ISc", _LAUNCHER, str(theirs_in), str(theirs_out), *command],
            pass_fds=(theirs_in, theirs_out),
            log=self._log,
        )
        os.close(theirs_in)
        os.close(theirs_out)

    def open_page(self) -> None:
        """Open the page whose every request we answer ourselves.

        Raises:
            ToolFailed: Chromium does not start.
        """
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self.call("Fetch.enable", patterns=[{"urlPattern": "*"}])
        clear = {"r": 0, "g": 0, "b": 0, "a": 0}
        self.call("Emulation.setDefaultBackgroundColorOverride", color=clear)
        self.call("Page.enable")
        self.call("Page.navigate", url=chromium.ORIGIN)
        self._wait_for("Page.loadEventFired")

    def evaluate(self, expression: str) -> Any:
        """What a JavaScript expression gives; promises are awaited.

        Raises:
            ToolFailed: it threw, or took too long.
        """
        done = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if fault := done.get("exceptionDetails"):
            raise self._failed(str(fault.get("exception", fault)))
        return done["result"].get("value")

    def capture(self) -> bytes:
        """A PNG of the page as it is."""
        shot = self.call("Page.captureScreenshot", format="png", optimizeForSpeed=True)
        return base64.b64decode(shot["data"])

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command's result.

        Raises:
            ToolFailed: Chromium refused it, ended, or took too long; it is dead afterwards.
            Cancelled: a stop was requested; it is dead afterwards.
        """
        wanted = self._send(method, params)
        deadline_s = time.monotonic() + self._timeout_s
        while True:
            message = self._receive(deadline_s)
            if message.get("id") == wanted:
                if "error" in message:
                    raise self._failed(f"{method}: {message['error'].get('message')}")
                result: dict[str, Any] = message["result"]
                return result
            self._answer(message)

    def _wait_for(self, event: str) -> None:
        deadline_s = time.monotonic() + self._timeout_s
        while (message := self._receive(deadline_s)).get("method") != event:
            self._answer(message)

    def _answer(self, message: dict[str, Any]) -> None:
        """Give the page the file it asks for, if it is one of its own; refuse anything else."""
        if message.get("method") != "Fetch.requestPaused":
            return
        request_id, url = message["params"]["requestId"], message["params"]["request"]["url"]
        if (found := chromium.file(url)) is None:
            self._send(
                "Fetch.failRequest", {"requestId": request_id, "errorReason": "BlockedByClient"}
            )
            return
        body, mime = found
        headers = {
            "Content-Type": mime,
            "Content-Security-Policy": chromium.CONTENT_SECURITY_POLICY,
        }
        reply = {
            "requestId": request_id,
            "responseCode": 200,
            "responseHeaders": [{"name": k, "value": v} for k, v in headers.items()],
            "body": base64.b64encode(body).decode(),
        }
        self._send("Fetch.fulfillRequest", reply)

    def _send(self, method: str, params: dict[str, Any]) -> int:
        self._last_id += 1
        message = {"id": self._last_id, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        data = memoryview(json.dumps(message).encode() + b"\0")
        deadline_s = time.monotonic() + self._timeout_s
        try:
            while data:
                self._wait_until_ready(self._write, deadline_s)
                data = data[os.write(self._write, data) :]
        except BrokenPipeError:
            raise self._failed("it ended") from None
        return self._last_id

    def _receive(self, deadline_s: float) -> dict[str, Any]:
        chunks = [self._unread]
        while b"\0" not in chunks[-1]:
            self._wait_until_ready(self._read, deadline_s)
            chunk = os.read(self._read, _READ_BYTES)
            if not chunk:
                raise self._failed("it ended")
            chunks.append(chunk)
        first, self._unread = b"".join(chunks).split(b"\0", 1)
        message: dict[str, Any] = json.loads(first)
        return message

    def _wait_until_ready(self, end: int, deadline_s: float) -> None:
        """Return when there is something to read, or room to write."""
        reads, writes = ([end], []) if end == self._read else ([], [end])
        while not any(select.select(reads, writes, [], LOOK_S)):
            if self.stop.requested:
                self.kill()
                self.stop.check()
            if time.monotonic() > deadline_s:
                raise self._failed(f"no answer within {self._timeout_s:g} s")

    def _failed(self, reason: str) -> ToolFailed:
        self._log.seek(0)
        log = self._log.read()[-4000:]
        self.kill()
        return ToolFailed("Chromium", self._process.returncode or 0, f"{log}\n{reason}")

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        """End Chromium in good order, or else by force; a stop leaves no time for good order."""
        if self.alive and not self.stop.requested:
            self._session = None
            with contextlib.suppress(ToolFailed, subprocess.TimeoutExpired):
                self._send("Browser.close", {})
                self._process.wait(_CLOSE_S)
        self.kill()

    def kill(self) -> None:
        """End Chromium and its children now; harmless when they have ended."""
        if self._log.closed:
            return
        programs_at_work.end(self._process)
        os.close(self._write)
        os.close(self._read)
        self._log.close()
        shutil.rmtree(self._profile, ignore_errors=True)
