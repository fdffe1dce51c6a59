"""`client.calendar`: videos planned for days."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal
from uuid import UUID

from vid_pipeline.client.transport import Transport
from vid_pipeline.wire.calendar import NewPlan, Plan, PlanChange, TakenIn

_PATH = "/calendar"


class Calendar:
    """A user's content calendar."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, first: date, last: date) -> Iterator[Plan]:
        """The plans of some days, both included, in their order."""
        asked = {"first": first.isoformat(), "last": last.isoformat()}
        return self._transport.pages(_PATH, Plan, asked)

    def add(self, new: NewPlan) -> Plan:
        """Plan a video."""
        return self._transport.send("POST", _PATH, Plan, new.model_dump(mode="json"))

    def edit(self, plan: UUID, change: PlanChange) -> Plan:
        """Plan it otherwise; what is null stays.

        Raises:
            NotThere: there is no such plan.
            Conflict: a video of it was begun.
        """
        body = change.model_dump(mode="json", exclude_none=True)
        return self._transport.send("PATCH", f"{_PATH}/{plan}", Plan, body)

    def remove(self, plan: UUID) -> None:
        """Forget a plan; a video that was made of it stays."""
        self._transport.call("DELETE", f"{_PATH}/{plan}")

    def import_(self, file: Path | str, data: bytes | None = None) -> int:
        """Plan all that a file (csv, ics) has, or nothing; how many rows."""
        path = Path(file)
        content = path.read_bytes() if data is None else data
        whole = (path.name, content)
        return self._transport.form(f"{_PATH}/import", TakenIn, file=whole, fields={}).rows

    def export(self, first: date, last: date, kind: Literal["csv", "ics"] = "csv") -> bytes:
        """The plans of some days as a file."""
        asked = {"first": first.isoformat(), "last": last.isoformat(), "kind": kind}
        return self._transport.call("GET", f"{_PATH}/export", params=asked).content
