"""Running `vidp` as people do: a process of its own, or at its border within this one."""

import contextlib
import io
import subprocess
import sys
from pathlib import Path

import pytest

from ui.cli import failing
from ui.cli.app import app
from vid_pipeline.settings import child_environment

_COMMAND = (sys.executable, "-c", "from ui.cli import main; main()")
_PROJECT = Path(__file__).parents[1]
_WIDTH = {"COLUMNS": "200"}


def vidp(
    *arguments: str | Path, home: Path | None = None, stdin: bytes = b""
) -> "subprocess.CompletedProcess[str]":
    """The ended command, its output as text."""
    with started(*arguments, home=home) as process:
        out, err = process.communicate(stdin)
    return subprocess.CompletedProcess(process.args, process.returncode, out.decode(), err.decode())


def told(
    *arguments: str | Path, home: Path, stdin: bytes = b""
) -> "subprocess.CompletedProcess[str]":
    """The same of a command that runs in this process, whose imports are done: 2 s cheaper."""
    given = [str(one) for one in arguments]
    out, err = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as process,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        for name, value in (_WIDTH | {"VIDP_HOME": str(home)}).items():
            process.setenv(name, value)
        process.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code = failing.run(lambda: app(given, standalone_mode=False), given)
    return subprocess.CompletedProcess(given, code, out.getvalue(), err.getvalue())


def started(*arguments: str | Path, home: Path | None = None) -> "subprocess.Popen[bytes]":
    """The running command, with pipes."""
    extra = _WIDTH | ({} if home is None else {"VIDP_HOME": str(home)})
    return subprocess.Popen(
        [*_COMMAND, *map(str, arguments)],
        cwd=_PROJECT,
        env=child_environment(extra),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
