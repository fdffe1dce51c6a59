"""How one asks the warm runner: a line of JSON there, a line back, over a Unix socket."""

import socket
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from vid_pipeline.errors import ToolFailed

NAME = "The warm runner"
_TIMEOUT_S = 20.0
_MOST_BYTES = 1 << 20


class Order(BaseModel):
    """What is asked: start a run, stop it, or say whether it is at work."""

    model_config = ConfigDict(frozen=True)

    verb: Literal["start", "stop", "look"]
    run_id: str = ""
    job: str = ""
    instance: str = ""
    """Dagster's reference to its instance, as it writes it."""


class Reply(BaseModel):
    """Whether it is done, or known; and the process of the run."""

    model_config = ConfigDict(frozen=True)

    done: bool
    pid: int = 0


def ask(path: str, order: Order) -> Reply | None:
    """The runner's reply; None when no runner listens there.

    Raises:
        ToolFailed: it took the question and gave no reply, so it may have done as asked.
    """
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(_TIMEOUT_S)
        try:
            client.connect(path)
        except OSError:
            return None
        try:
            client.sendall(order.model_dump_json().encode() + b"\n")
            return Reply.model_validate_json(line_of(client))
        except (OSError, ValidationError) as error:
            raise ToolFailed(NAME, 1, f"it gave no reply to {order.verb!r}: {error}") from error


def is_up(path: str) -> bool:
    """Whether a runner answers."""
    try:
        return ask(path, Order(verb="look")) is not None
    except ToolFailed:
        return False


def line_of(connection: socket.socket) -> bytes:
    """The line that the other side sends; what it has sent when it sends no more."""
    line = b""
    while not line.endswith(b"\n") and len(line) < _MOST_BYTES:
        more = connection.recv(1 << 16)
        if not more:
            break
        line += more
    return line
