"""The border where errors become one line and an exit code: 2 the caller's, 1 ours, 130 stopped."""

import json
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import typer

from vid_pipeline.errors import UserError, VidPipelineError

_STOPPED = 130
_BUG = "This is a fault of ours. Run it again with --debug and report what it prints."


class Failed(VidPipelineError):
    """A production that failed: `exit_code` says whose fault, the rest where to look."""

    def __init__(
        self, message: str, *, exit_code: int, production: str, step: str | None, log: str | None
    ) -> None:
        self.exit_code = exit_code
        self.production, self.step, self.log = production, step, log
        super().__init__(message)


@dataclass(frozen=True)
class Fault:
    """What is told: a class for programs, lines for people, the exit code."""

    kind: str
    lines: tuple[str, ...]
    code: int
    facts: tuple[tuple[str, str | None], ...] = ()


_INTERRUPTED = Fault("Cancelled", ("Stopped. What was finished is kept.",), _STOPPED)


def run(command: Callable[[], object], arguments: Sequence[str]) -> int:
    """Run a command to its exit code; whatever it raises is told once, on stderr or as JSON."""
    try:
        answer = command()
    except (KeyboardInterrupt, typer.Abort):
        fault = _INTERRUPTED
    except BrokenPipeError:
        sys.stdout = None  # nobody reads it any more
        return 1
    except Exception as error:  # noqa: BLE001  the process's edge
        if "--debug" in arguments:
            traceback.print_exc()
        fault = _fault(error)
    else:
        if answer != _STOPPED:  # typer turns KeyboardInterrupt into this code
            return answer if isinstance(answer, int) else 0
        fault = _INTERRUPTED
    _tell(fault, as_json="--json" in arguments)
    return fault.code


def _fault(error: Exception) -> Fault:
    if isinstance(error, ExceptionGroup) and all(
        isinstance(e, UserError) for e in error.exceptions
    ):
        lines = tuple(str(fault) for fault in error.exceptions)
        return Fault("WorkflowError", (error.message, *lines), UserError.exit_code)
    if isinstance(error, typer.TyperException):
        return Fault("UsageError", (error.format_message(),), UserError.exit_code)
    if isinstance(error, Failed):
        facts = (("production", error.production), ("step", error.step), ("log", error.log))
        return Fault("ProductionFailed", (str(error),), error.exit_code, facts)
    if isinstance(error, VidPipelineError):
        return Fault(type(error).__name__, (str(error),), error.exit_code)
    return Fault("InternalError", (f"{type(error).__name__}: {_one_line(error)}. {_BUG}",), 1)


def _tell(fault: Fault, *, as_json: bool) -> None:
    if as_json:
        told = {"kind": fault.kind, "message": fault.lines[0], "exit_code": fault.code}
        more = {"faults": list(fault.lines[1:])} if fault.lines[1:] else {}
        facts = {name: value for name, value in fault.facts if value is not None}
        typer.echo(json.dumps({"ok": False, "error": told | more | facts}, ensure_ascii=False))
        return
    typer.echo(f"error: {_one_line(fault.lines[0])}", err=True)
    for line in fault.lines[1:]:
        typer.echo(f"  - {_one_line(line)}", err=True)


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
