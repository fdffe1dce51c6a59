"""The content calendar: videos planned for days, taken in and out as files."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response, UploadFile

from ui.api import shown
from ui.api.callers import Here
from ui.api.problems import Refusal
from ui.api.routing import Responses, needs, router, tells
from vid_pipeline.acts import planning
from vid_pipeline.store import calendar_rows
from vid_pipeline.wire.base import Page
from vid_pipeline.wire.calendar import NewPlan, Plan, PlanChange, TakenIn

api = router("calendar")

_READ, _WRITE = "calendar:read", "calendar:write"
_MOST_DAYS = 400
_TYPES = {"csv": "text/csv", "ics": "text/calendar"}
_FILE: Responses = {
    200: {
        "description": "A file.",
        "content": {kind: {"schema": {"type": "string"}} for kind in _TYPES.values()},
    }
}
First = Annotated[date, Query(description="The first day, as 2026-03-29.")]
Last = Annotated[date, Query(description=f"The last day; {_MOST_DAYS} days at most.")]


@api.get("/calendar", summary="What is planned for some days", **needs(_READ))
def listed(here: Here, first: First, last: Last) -> Page[Plan]:
    """In their order, and how each video stands."""
    _refuse_long(first, last)
    with here.acting() as conn:
        found = calendar_rows.between(conn, first, last)
    return Page(items=tuple(shown.plan(one) for one in found))


@api.post(
    "/calendar",
    status_code=201,
    summary="Plan a video",
    **needs(_WRITE, 404, gives=tells(201, "Location")),
)
def add(here: Here, response: Response, new: NewPlan) -> Plan:
    """A trigger that watches the calendar makes it when its time has come."""
    made = planning.add(here.shop, here.user, **new.model_dump())
    response.headers["Location"] = f"/api/v1/calendar?first={made.day}&last={made.day}"
    return shown.plan(made)


@api.patch("/calendar/{plan_id}", summary="Change a plan", **needs(_WRITE, 404, 409))
def edit(here: Here, plan_id: UUID, change: PlanChange) -> Plan:
    """What is null stays as it is. A plan of which a video was begun is not changed any more."""
    told = change.model_dump(exclude_none=True)
    return shown.plan(planning.edit(here.shop, here.user, plan_id, **told))


@api.delete("/calendar/{plan_id}", status_code=204, summary="Forget a plan", **needs(_WRITE, 404))
def remove(here: Here, plan_id: UUID) -> None:
    """A video that was made of it stays."""
    with here.acting() as conn:
        calendar_rows.get(conn, plan_id)
    planning.remove(here.shop, here.user, [plan_id])


@api.post(
    "/calendar/import",
    status_code=201,
    summary="Plan all that a file has",
    **needs(_WRITE, 404, form=True),
)
def import_(here: Here, file: UploadFile) -> TakenIn:
    """A form with a table (csv) or a calendar (ics) as `file`; all of it or nothing."""
    name = file.filename or "calendar.csv"
    return TakenIn(rows=planning.take_in(here.shop, here.user, name, file.file.read()))


@api.get(
    "/calendar/export",
    summary="What is planned, as a file",
    response_class=Response,
    **needs(_READ, gives=_FILE),
)
def export(
    here: Here,
    first: First,
    last: Last,
    kind: Annotated[Literal["csv", "ics"], Query(description="A table, or a calendar.")] = "csv",
) -> Response:
    """`import` takes it in again."""
    _refuse_long(first, last)
    body = planning.put_out(here.shop, here.user, kind, first, last)
    headers = {"Content-Disposition": f'attachment; filename="calendar-{first}.{kind}"'}
    return Response(body, media_type=_TYPES[kind], headers=headers)


def _refuse_long(first: date, last: date) -> None:
    if not 0 <= (last - first).days < _MOST_DAYS:
        detail = f"Name a first day and a last one that is not before it, {_MOST_DAYS} at most."
        raise Refusal("invalid", detail)
