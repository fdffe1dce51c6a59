"""A whole installation for tests: what `vidp up` starts, in a home and at ports of its own."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.served import free_port
from vid_pipeline import process_tree
from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.settings import child_environment
from vid_pipeline.store import server

_START_S, _STOP_S = 120.0, 60.0


@dataclass(frozen=True)
class Whole:
    """It runs: the studio's address, the process that started everything, and its first words."""

    url: str
    pid: int
    log: Path


@contextmanager
def installation(home: Path, **more: str) -> Iterator[Whole]:
    """Everything `vidp up` starts, from a folder that holds nothing; `more` are variables."""
    studio = free_port()
    told = {
        "VIDP_HOME": str(home),
        "VIDP_STUDIO_PORT": str(studio),
        "VIDP_DAGSTER_PORT": str(free_port()),
        **more,
    }
    log = home.with_suffix(".log")
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "ui.cli", "up"],
            cwd=PROJECT,
            env=child_environment(told),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    running = Whole(f"http://127.0.0.1:{studio}", process.pid, log)
    try:
        _await(running, process)
        yield running
    finally:
        family = process_tree.members(process.pid)
        process.send_signal(signal.SIGINT)
        process.wait(_STOP_S)
        process_tree.kill(family)
        server.remove(home)


def _await(running: Whole, process: "subprocess.Popen[bytes]") -> None:
    deadline_s = time.monotonic() + _START_S
    while time.monotonic() < deadline_s:
        said = running.log.read_text(encoding="utf-8")
        assert process.poll() is None, said[-3000:]
        if "Ctrl-C stops" in said and _answers(running.url):
            return
        time.sleep(0.1)
    raise AssertionError(running.log.read_text(encoding="utf-8")[-3000:])


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
