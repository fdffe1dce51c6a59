"""The content calendar: planning videos for days, and taking plans in and out as files."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from vid_pipeline.acts.triggers import calendars
from vid_pipeline.acts.triggers.calendars import Planned
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.errors import BadRequest
from vid_pipeline.store import calendar_rows, workflows
from vid_pipeline.trigger_records import CalendarRow


def add(shop: Workshop, user: UUID, *, day: date, **told: Any) -> CalendarRow:
    """A video planned for a day: its topic, and at, channel, workflow, notes.

    Raises:
        BadRequest: a value that cannot be used.
        NotFound: the user has no such workflow.
    """
    planned = _checked(told | {"day": day})
    with shop.db.acting(user) as conn:
        if planned.workflow:
            workflows.get(conn, planned.workflow)
        return calendar_rows.add(conn, **_row(planned))


def edit(shop: Workshop, user: UUID, row_id: UUID, **told: Any) -> CalendarRow:
    """A plan set anew where told: day, at, topic, channel, workflow, notes.

    Raises:
        BadRequest: a value that cannot be used; or a video of it was begun.
        NotFound: the user has no such plan, or no such workflow.
    """
    with shop.db.acting(user) as conn:
        free = calendar_rows.free(conn, row_id)
        row = calendar_rows.get(conn, row_id)
        if not free:
            begun = "A video of it was begun: plan another one, or change that video."
            raise BadRequest("The plan", row.topic[:60], begun)
        planned = _checked(_row(_planned(row)) | told)
        if planned.workflow and planned.workflow != row.workflow:
            workflows.get(conn, planned.workflow)
        return calendar_rows.edit(conn, row_id, **_row(planned))


def take_in(shop: Workshop, user: UUID, name: str, data: bytes) -> int:
    """Plan all that a file has; how many rows. All or nothing.

    Raises:
        BadSource: no table or calendar that can be read.
        NotFound: a row names a workflow that the user does not have.
    """
    read = calendars.from_ics if name.lower().endswith(".ics") else calendars.from_csv
    found = read(data, name)
    with shop.db.acting(user) as conn:
        for slug in {one.workflow for one in found if one.workflow}:
            workflows.get(conn, slug)
        for one in found:
            calendar_rows.add(conn, **_row(one))
    return len(found)


def put_out(shop: Workshop, user: UUID, kind: str, first: date, last: date) -> bytes:
    """The rows of some days as a file: `csv` or `ics`."""
    with shop.db.acting(user) as conn:
        rows = calendar_rows.between(conn, first, last)
    if kind == "ics":
        return calendars.to_ics((str(one.id), _planned(one), one.status) for one in rows)
    return calendars.to_csv((_planned(one), one.status) for one in rows).encode()


def remove(shop: Workshop, user: UUID, ids: Sequence[UUID]) -> None:
    """Forget rows; videos stay."""
    with shop.db.acting(user) as conn:
        calendar_rows.remove(conn, ids)


def put_back(shop: Workshop, user: UUID, row: CalendarRow) -> None:
    """Plan again what was removed."""
    with shop.db.acting(user) as conn:
        calendar_rows.add(conn, **_row(_planned(row)))


def _checked(told: Mapping[str, object]) -> Planned:
    """A plan of a row's columns."""
    names = {"day": "date", "at": "time"}
    try:
        return Planned.model_validate({names.get(k, k): value for k, value in told.items()})
    except ValidationError as fault:
        first = fault.errors()[0]
        raise BadRequest("The plan's", str(first["loc"][0]), f"{first['msg']}.") from None


def _planned(row: CalendarRow) -> Planned:
    return Planned(
        date=row.day, time=row.at, topic=row.topic, channel=row.channel, workflow=row.workflow,
        notes=row.notes,
    )  # fmt: skip


def _row(one: Planned) -> dict[str, object]:
    body = one.model_dump(exclude={"date", "time"})
    return body | {"day": one.date, "at": one.time}
