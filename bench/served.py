"""A whole installation, as `vidp up` starts it, for as long as a bench needs it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from vid_pipeline.settings import Settings, child_environment

_PATIENCE_S = 240.0


@contextmanager
def served(
    settings: Settings, log: Path, *, extra: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """`vidp up`, with everything it starts."""
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "ui.cli", "up"],
            env=environment(settings, extra or {}),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        _await(server, log)
        yield server
    finally:
        os.kill(server.pid, signal.SIGINT)
        server.wait(60)


def environment(settings: Settings, extra: Mapping[str, str]) -> dict[str, str]:
    """What commands on the bench's installation have in their environment."""
    told = {
        "VIDP_HOME": str(settings.home),
        "VIDP_STUDIO_PORT": str(settings.studio_port),
        "VIDP_DAGSTER_PORT": str(settings.dagster_port),
    }
    return child_environment({**told, **extra})


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _await(server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline_s = time.monotonic() + _PATIENCE_S
    while "Ctrl-C" not in log.read_text(encoding="utf-8"):
        if server.poll() is not None or time.monotonic() > deadline_s:
            raise TimeoutError(log.read_text(encoding="utf-8")[-2000:])
        time.sleep(0.1)
