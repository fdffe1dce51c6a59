"""Crash points: the places at which a process can be killed, each reached under its own name.

    crashes.watch_commits(reached)
    crashes.watch(ObjectStore, "put", "artifact kept", reached)

`reached` is called with a point's name, such as `deciding.decide committed`; it may end the process
there and then. For processes that were made to be killed: what is watched stays watched.
"""

import functools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from psycopg import Connection

from vid_pipeline.running import AT_WORK
from vid_pipeline.store.database import Database

Reached = Callable[[str], None]

_WROTE = "select pg_current_xact_id_if_assigned() is not null"
_NOT_CALLERS = {__name__, "contextlib", Database.__module__}


def watch_commits(reached: Reached) -> None:
    """Two points around each transaction that writes: `… to commit` and `… committed`.

    They are named by the function whose transaction it is, and the step that is at work.
    """
    transaction = Database._transaction

    @contextmanager
    def watched(self: Database, role: str) -> Iterator[Connection[Any]]:
        place, wrote = _caller(sys._getframe()), False
        with transaction(self, role) as conn:
            yield conn
            row = conn.cursor().execute(_WROTE).fetchone()
            wrote = bool(row and row[0])
            if wrote:
                reached(f"{place} to commit")
        if wrote:
            reached(f"{place} committed")

    setattr(Database, transaction.__name__, watched)


def watch(owner: object, name: str, label: str, reached: Reached) -> None:
    """Two points around each call of a function or method: `before …` and `after …`."""
    inner = getattr(owner, name)

    @functools.wraps(inner)
    def watched(*args: Any, **kwargs: Any) -> Any:
        place = f"{label}{_step()}"
        reached(f"before {place}")
        result = inner(*args, **kwargs)
        reached(f"after {place}")
        return result

    setattr(owner, name, watched)


class FirstVisit:
    """Kills this process at the first point that none was killed at before, and notes it.

    `notes` has a line for each; several processes may share it. `wanted` names the only points that
    count, parted by `|`. A point that is reached several times in a process is several points.
    """

    def __init__(self, notes: Path, role: str, wanted: str = "") -> None:
        self._notes, self._role, self._wanted = notes, role, wanted
        known = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
        self._known = set(known)
        self._counted: dict[str, int] = {}
        self._lock = threading.Lock()

    def __call__(self, point: str) -> None:
        with self._lock:
            count = self._counted[point] = self._counted.get(point, 0) + 1
            name = f"{self._role}: {point}" + (f" #{count}" if count > 1 else "")
            if name in self._known or (self._wanted and name not in self._wanted.split("|")):
                return
            with self._notes.open("a", encoding="utf-8") as file:
                file.write(f"{name}\n")
            os.kill(os.getpid(), signal.SIGKILL)


def _caller(frame: FrameType | None) -> str:
    while frame is not None and frame.f_globals.get("__name__") in _NOT_CALLERS:
        frame = frame.f_back
    if frame is None:
        return "?"
    module = str(frame.f_globals.get("__name__")).rpartition(".")[2]
    return f"{module}.{frame.f_code.co_name}{_step()}"


def _step() -> str:
    step = AT_WORK.get()
    return f" of {step.place.step_key}" if step else ""
