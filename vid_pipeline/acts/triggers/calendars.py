"""The content calendar as files: CSV for spreadsheets, iCalendar for calendars."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

import icalendar
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vid_pipeline.errors import BadSource

COLUMNS = ("date", "time", "topic", "channel", "workflow", "notes", "status")
_MOST_ROWS = 5000
_OURS = "-//vid_pipeline//content calendar//EN"


class Planned(BaseModel):
    """One video to come."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)

    date: date
    time: str = Field(default="", pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")
    topic: str = Field(min_length=1, max_length=20_000)
    channel: str = Field(default="", max_length=80)
    workflow: str = Field(default="", max_length=80, pattern=r"^([a-z0-9][a-z0-9-]*)?$")
    notes: str = Field(default="", max_length=20_000)


def from_csv(data: bytes, name: str) -> list[Planned]:
    """Rows of a table with the columns `date` and `topic`, and those of the others that there are.

    Raises:
        BadSource: no such table, or a row that cannot be; its line is named.
    """
    try:
        lines = csv.DictReader(io.StringIO(data.decode("utf-8-sig")), restkey="", restval="")
        rows = list(lines)
    except (UnicodeDecodeError, csv.Error) as fault:
        raise BadSource(name, "it is no table in CSV and UTF-8", "Export it anew.") from fault
    heads = {str(head).strip().lower() for head in lines.fieldnames or ()}
    if missing := {"date", "topic"} - heads:
        raise BadSource(name, f"it has no column {' and '.join(sorted(missing))}", "Name them so.")
    if len(rows) > _MOST_ROWS:
        raise BadSource(name, f"it has {len(rows)} rows", f"Give {_MOST_ROWS} at most.")
    return [
        _planned({str(k).strip().lower(): v for k, v in row.items()}, f"{name}, line {number}")
        for number, row in enumerate(rows, start=2)
    ]


def to_csv(rows: Iterable[tuple[Planned, str]]) -> str:
    """The table of some rows and how each stands; no cell is read as a formula."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for row, status in rows:
        cells = (row.date.isoformat(), row.time, row.topic, row.channel, row.workflow, row.notes)
        table.writerow([inert(cell) for cell in cells] + [status])
    return out.getvalue()


def from_ics(data: bytes, name: str) -> list[Planned]:
    """The events of an iCalendar file; what they are called is the topic.

    Raises:
        BadSource: no iCalendar, or an event without a day or a name.
    """
    try:
        events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    except (ValueError, IndexError, TypeError) as fault:
        raise BadSource(name, "it is no iCalendar file", "Export it anew.") from fault
    if len(events) > _MOST_ROWS:
        raise BadSource(name, f"it has {len(events)} events", f"Give {_MOST_ROWS} at most.")
    return [_event(one, f"{name}, event {number}") for number, one in enumerate(events, start=1)]


def to_ics(rows: Iterable[tuple[str, Planned, str]]) -> bytes:
    """An iCalendar file (RFC 5545) of rows: each one's id, itself, and how it stands."""
    book = icalendar.Calendar()
    book.add("prodid", _OURS)
    book.add("version", "2.0")
    for identity, row, status in rows:
        event = icalendar.Event()
        event.add("uid", identity)
        event.add("summary", row.topic.splitlines()[0][:200])
        event.add("dtstart", _start(row))
        event.add("dtstamp", datetime.combine(row.date, time()))
        event.add("description", row.notes or row.topic)
        event.add("categories", [one for one in (row.channel, row.workflow, status) if one])
        book.add_component(event)
    return bytes(book.to_ical())


def _start(row: Planned) -> date | datetime:
    return datetime.combine(row.date, time.fromisoformat(row.time)) if row.time else row.date


def _event(event: Any, where: str) -> Planned:
    start = getattr(event.get("dtstart"), "dt", None)
    at = f"{start:%H:%M}" if isinstance(start, datetime) else ""
    day = start.date() if isinstance(start, datetime) else start
    told = {
        "date": day,
        "time": at,
        "topic": str(event.get("summary") or ""),
        "notes": str(event.get("description") or ""),
    }
    return _planned(told, where)


def _planned(values: dict[str, Any], where: str) -> Planned:
    try:
        return Planned.model_validate({k: v for k, v in values.items() if v is not None})
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BadSource(where, f"{place}: {first['msg']}", "Correct it and import again.") from None


def inert(cell: str) -> str:
    """A cell that spreadsheets show and do not run."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell
