"""A runner whose runs do what their job's name says: `python -m tests.forks SOCKET FOLDER`."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from vid_pipeline.runner import Runner, Work
from vid_pipeline.runner_socket import Order

_ASLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def main() -> None:
    """Serve; a file `newer` in the folder says that the code has changed."""
    path, folder = map(Path, sys.argv[1:])

    def execute(order: Order) -> int:
        (folder / f"{order.run_id}.began").write_text(f"{os.getpid()} {os.getsid(0)}")
        return _deeds[order.job](order)

    def report(order: Order, code: int) -> int:
        (folder / f"{order.run_id}.reported").write_text(str(code))
        return 0

    def is_current() -> bool:
        return not (folder / "newer").exists()

    again = Runner(path, Work(execute, report, is_current)).serve()
    (folder / "ended").write_text("again" if again else "stopped")


def _wait(order: Order) -> int:
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        return 0
    return 1


def _deaf(order: Order) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    subprocess.Popen(_ASLEEP)
    subprocess.Popen(_ASLEEP, start_new_session=True)
    time.sleep(60)
    return 0


def _helper(order: Order) -> int:
    subprocess.Popen(_ASLEEP)
    return 0


def _crash(order: Order) -> int:
    raise RuntimeError("crashed")


_deeds = {"wait": _wait, "deaf": _deaf, "helper": _helper, "crash": _crash}

if __name__ == "__main__":
    main()
