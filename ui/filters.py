"""The history's filters, as its address says them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vid_pipeline.acts.history import Wanted
from vid_pipeline.records import ProductionState

STATES: Mapping[str, tuple[ProductionState, ...] | None] = {
    "any": None,
    "done": ("done",),
    "running": ("draft", "queued", "running"),
    "waiting": ("waiting",),
    "failed": ("failed",),
    "cancelled": ("cancelled",),
}
DAYS: Mapping[str, int | None] = {"7": 7, "30": 30, "90": 90, "all": None, "dates": None}
USUAL_STATE, USUAL_DAYS, DATES = "any", "30", "dates"


def wanted(asked: Mapping[str, str], *, zone: str) -> Wanted:
    """What an address asks for: `workflow`, `status`, `person`, `days`, or `from` and `to`.

    Raises:
        ValueError: something in it cannot be read.
    """
    try:
        today = datetime.now(ZoneInfo(zone)).date()
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"no such time zone: {zone!r}") from error
    days = asked.get("days", USUAL_DAYS)
    if days not in DAYS or asked.get("status", USUAL_STATE) not in STATES:
        raise ValueError("no such filter")
    since, until = _day(asked.get("from")), _day(asked.get("to"))
    if days != DATES:
        back = DAYS[days]
        since, until = (today - timedelta(days=back - 1) if back else None), None
    return Wanted(
        workflow=asked.get("workflow") or None,
        states=STATES[asked.get("status", USUAL_STATE)],
        owner=UUID(asked["person"]) if asked.get("person") else None,
        since=since,
        until=until,
        zone=zone,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
