"""What was done for triggers in one go, as an engineer reads it in Dagster's ticks."""

from collections.abc import Sequence
from dataclasses import dataclass

_MOST = 12
_LONGEST = 60


@dataclass(frozen=True)
class Looked:
    """A trigger that has looked; `error` says why it could not."""

    trigger: str
    error: str | None = None

    @property
    def said(self) -> str:
        """`News`, or `News (failed: the server answered 503)`."""
        return f"{self.trigger} (failed: {_short(self.error)})" if self.error else self.trigger


@dataclass(frozen=True)
class Begun:
    """A find that has become a production; without a run of Dagster's a worker makes it."""

    trigger: str
    title: str
    production: str
    run_id: str | None = None

    @property
    def said(self) -> str:
        """`News: “Ferries” is production 01234567, run 89ab…`."""
        run = f"run {self.run_id}" if self.run_id else "no run of Dagster's yet"
        return f"{self.trigger}: “{_short(self.title)}” is production {self.production}, {run}"


@dataclass(frozen=True)
class Ticked:
    """Which triggers have looked, and what was begun."""

    looked: tuple[Looked, ...] = ()
    begun: tuple[Begun, ...] = ()

    @property
    def said(self) -> str:
        """All that was done, in a few lines; the rest of many is counted."""
        looked = _listed([one.said for one in self.looked], ", ")
        begun = _listed([one.said for one in self.begun], "; ")
        return f"Looked: {looked}. Begun: {begun}."


def _listed(told: Sequence[str], between: str) -> str:
    more = [f"and {len(told) - _MOST} more"] if len(told) > _MOST else []
    return between.join([*told[:_MOST], *more]) or "nothing"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rstrip()}…"
