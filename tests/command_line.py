"""Running `vidp` as people do: a process of its own."""

import subprocess
import sys
from pathlib import Path

from vid_pipeline.settings import child_environment

_COMMAND = (sys.executable, "-c", "from ui.cli import main; main()")
_PROJECT = Path(__file__).parents[1]


def vidp(
    *arguments: str | Path, home: Path | None = None, stdin: bytes = b""
) -> "subprocess.CompletedProcess[str]":
    """The ended command, its output as text."""
    with started(*arguments, home=home) as process:
        out, err = process.communicate(stdin)
    return subprocess.CompletedProcess(process.args, process.returncode, out.decode(), err.decode())


def started(*arguments: str | Path, home: Path | None = None) -> "subprocess.Popen[bytes]":
    """The running command, with pipes."""
    extra = {"COLUMNS": "200"} | ({} if home is None else {"VIDP_HOME": str(home)})
    return subprocess.Popen(
        [*_COMMAND, *map(str, arguments)],
        cwd=_PROJECT,
        env=child_environment(extra),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
