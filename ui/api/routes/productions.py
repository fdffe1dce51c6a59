"""Productions: made of a text, a page or a document, followed, stopped, gone on with."""

from contextlib import suppress
from typing import Annotated
from uuid import UUID

from fastapi import Form, Header, Path, Query, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import AwareDatetime, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from ui.api import shown
from ui.api.callers import Caller, Here
from ui.api.paging import Cursor, Limit, after, page
from ui.api.problems import Refusal
from ui.api.routing import Responses, needs, router, tells
from ui.live import stream as live
from vid_pipeline.acts import launching, making, retrying, running_alone
from vid_pipeline.acts.briefs import Upload, Wishes, brief_from, is_url, pasted
from vid_pipeline.acts.retrying import Wish
from vid_pipeline.acts.watching import Watch
from vid_pipeline.errors import ToolError
from vid_pipeline.records import Production as Record
from vid_pipeline.store import (
    journal,
    launches,
    listing,
    memories,
    productions,
    requests,
    step_events,
    traces,
)
from vid_pipeline.store.listing import Place
from vid_pipeline.wire.base import Page
from vid_pipeline.wire.productions import (
    Again,
    Alone,
    Forecast,
    NewProduction,
    Production,
    Progress,
    State,
    Trace,
    Wanted,
)

api = router("productions")

StepId = Annotated[str, Path(max_length=48, description="A step's id, as `draw`.")]

_READ, _WRITE = "productions:read", "productions:write"
_EVENTS: Responses = {
    200: {
        "description": "Server-sent events `steps`, `log`, `said` and `end`; docs/api.md has them.",
        "content": {"text/event-stream": {}},
    }
}


@api.get(
    "/productions",
    summary="Your productions, newest first",
    **needs(_READ, gives=tells(200, "Link")),
)
def listed(
    here: Here,
    request: Request,
    response: Response,
    cursor: Cursor = None,
    limit: Limit = 50,
    state: Annotated[list[State] | None, Query(description="Any of these.")] = None,
    workflow: Annotated[str | None, Query(max_length=48, description="A slug.")] = None,
    since: Annotated[AwareDatetime | None, Query(description="Made then or later.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Made before.")] = None,
) -> Page[Production]:
    """By pages; a filter that is not given lets everything through."""
    with here.acting() as conn:
        found = listing.productions(
            conn,
            limit=limit,
            after=after(cursor),
            states=state or (),
            workflow=workflow,
            since=since,
            until=until,
        )
    return page(request, response, found, limit, place=_place, shown=shown.production)


@api.post(
    "/productions",
    status_code=201,
    summary="Make a video of a text or a page",
    **needs(_WRITE, 404, gives=tells(201, "Location")),
)
def create(here: Here, response: Response, new: NewProduction) -> Production:
    """Begins it in the background, unless `start` is false."""
    if (new.text is None) == (new.url is None):
        raise Refusal("invalid", "Give either `text` or `url`.")
    if new.url is not None and not is_url(new.url):
        raise Refusal("invalid", "`url` is no web address: begin it with https://.")
    source = new.url.strip() if new.url is not None else pasted(new.text or "")
    return _created(here, response, source, new)


@api.post(
    "/productions/upload",
    status_code=201,
    summary="Make a video of a document",
    **needs(_WRITE, 404, form=True, gives=tells(201, "Location")),
)
def upload(
    here: Here, response: Response, file: UploadFile, wanted: Annotated[str, Form()] = "{}"
) -> Production:
    """A form with the document as `file` (md, txt, html, pdf); `wanted` is JSON as `Wanted`."""
    try:
        wishes = Wanted.model_validate_json(wanted)
    except ValidationError as error:
        faults = [{**one, "loc": ("body", "wanted", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(faults) from None
    source = Upload(file.filename or "document", file.file.read())
    return _created(here, response, source, wishes)


@api.get("/productions/{production_id}", summary="How far one is", **needs(_READ, 404))
def get(here: Here, production_id: UUID) -> Progress:
    """A production with its steps, what it has cost so far, and what it waits for."""
    return _progress(here, production_id)


@api.post("/productions/{production_id}/start", summary="Begin a draft", **needs(_WRITE, 404))
def start(here: Here, production_id: UUID) -> Production:
    """Begins what was made with `start` false."""
    found = _found(here, production_id)
    with suppress(ToolError):  # it is planned, and a sweep starts it
        making.launch(here.shop, found)
    return shown.production(_found(here, production_id))


@api.post("/productions/{production_id}/cancel", summary="Stop one", **needs(_WRITE, 404))
def cancel(here: Here, production_id: UUID) -> Production:
    """Asks it to stop: it may be at work for some seconds more. What is finished is kept."""
    return shown.production(making.cancel(here.shop, here.user, production_id))


@api.post("/productions/{production_id}/resume", summary="Go on with one", **needs(_WRITE, 404))
def resume(here: Here, production_id: UUID) -> Production:
    """Goes on with what is left after a failure, a stop or a decision."""
    found = _found(here, production_id)
    with suppress(ToolError):
        if launching.advance(here.shop, here.user, found.id) is None:
            retrying.retry(here.shop, here.user, found.id)
    return shown.production(_found(here, production_id))


@api.post("/productions/{production_id}/retry", summary="Make parts anew", **needs(_WRITE, 404))
def retry(here: Here, production_id: UUID, again: Again) -> Production:
    """Runs these steps and all that follows them again, or goes on on another version."""
    with suppress(ToolError):
        retrying.retry(here.shop, here.user, production_id, _wish(again))
    return shown.production(_found(here, production_id))


@api.post(
    "/productions/{production_id}/steps/{step_key}/run",
    status_code=201,
    summary="Run one step alone",
    **needs(_WRITE, 404, gives=tells(201, "Location")),
)
def run_alone(
    here: Here, response: Response, production_id: UUID, step_key: StepId, alone: Alone
) -> Production:
    """Makes another production, in which the step works on what this one's gave; no other runs."""
    launch, made = running_alone.planned(
        here.shop, here.user, production_id, step_key, version=alone.version
    )
    with suppress(ToolError):  # it is planned, and a sweep starts it
        launching.send(here.shop, launch)
    response.headers["Location"] = f"/api/v1/productions/{made.id}"
    return shown.production(_found(here, made.id))


@api.get(
    "/productions/{production_id}/forecast",
    summary="What going on would run, cost and take",
    **needs(_READ, 404),
)
def forecast(
    here: Here,
    production_id: UUID,
    step: Annotated[list[str] | None, Query(max_length=500, description="Anew.")] = None,
    version: Annotated[int | None, Query(ge=1)] = None,
    fresh: Annotated[bool, Query(description="Reusing nothing.")] = False,
    only: Annotated[
        str | None, Query(max_length=48, description="This step alone; besides it `version`.")
    ] = None,
) -> Forecast:
    """Changes nothing; the options are those of `retry`; `only` is a step to run alone."""
    if only is not None and (step or fresh):
        raise Refusal("invalid", "`only` goes with `version` alone.")
    if only is not None:
        expected = running_alone.forecast(
            here.shop, here.user, production_id, only, version=version
        )
    else:
        wish = _wish(Again(steps=tuple(step or ()), version=version, fresh=fresh))
        expected = retrying.forecast(here.shop, here.user, production_id, wish)
    return Forecast(
        version=expected.version,
        runs={key: str(why) for key, why in expected.runs.items()},
        keeps=tuple(expected.keeps),
        cost_usd=expected.cost_usd,
        seconds=expected.seconds,
    )


@api.get(
    "/productions/{production_id}/trace",
    summary="What each step did, took and spent",
    **needs(_READ, 404),
)
def trace(
    here: Here,
    production_id: UUID,
    conversation: Annotated[bool, Query(description="What was said with models, too.")] = False,
) -> Trace:
    """Every try of every step, paid calls, tools, runs, and the memories that were used."""
    with here.acting() as conn:
        found = productions.get(conn, production_id)
        tried = traces.of_production(conn, found.id)
        told = step_events.of_production(conn, found.id)
        calls = journal.calls(conn, found.id)
        runs = launches.of_production(conn, found.id)
        used = memories.used_in(conn, found.id)
    return Trace(
        production=shown.production(found),
        cost_usd=sum(one.cost_usd for one in tried),
        input_tokens=sum(one.input_tokens for one in tried),
        output_tokens=sum(one.output_tokens for one in tried),
        tries=tuple(shown.tried(one) for one in tried),
        calls=tuple(shown.call(one) for one in calls),
        events=tuple(shown.event(one) for one in told if conversation or one.kind != "said"),
        runs=tuple(shown.run(one) for one in runs),
        memories=tuple(shown.memory_used(one) for one in used),
    )


@api.get(
    "/productions/{production_id}/events",
    summary="One as it goes on, live",
    status_code=200,
    response_class=StreamingResponse,
    **needs(_READ, 404, gives=_EVENTS),
)
async def events(
    here: Here,
    production_id: UUID,
    last_event_id: Annotated[str, Header(description="What was heard last.")] = "",
) -> StreamingResponse:
    """Server-sent events until it has ended. The first one is whole, so that nothing is missed."""
    found = await run_in_threadpool(_found, here, production_id)
    stream = live.of(here.shop, here.user, found.id, last_id=last_event_id)
    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


def _created(here: Caller, response: Response, source: str | Upload, wanted: Wanted) -> Production:
    wishes = Wishes(
        wanted.aspect.value,
        wanted.seconds,
        wanted.voice,
        wanted.language,
        wanted.title,
        hook=wanted.hook,
    )
    brief = brief_from(source, wishes, here.shop.store)
    if wanted.start:
        making.refuse_unsendable(here.shop, here.user, wanted.workflow, wanted.version)
    made = making.begin(here.db, here.user, brief, workflow=wanted.workflow, version=wanted.version)
    if wanted.start:
        with suppress(ToolError):  # it is planned, and a sweep starts it
            making.launch(here.shop, made, fresh=wanted.fresh)
    response.headers["Location"] = f"/api/v1/productions/{made.id}"
    return shown.production(_found(here, made.id))


def _progress(here: Caller, production_id: UUID) -> Progress:
    watch = Watch(here.db, here.user, production_id, here.shop.store)
    sight = watch.look()
    with here.acting() as conn:
        tried = traces.of_production(conn, production_id)
        asked = requests.of_production(conn, production_id)
    return shown.progress(sight, tried, [one.id for one in asked if one.state == "open"])


def _found(here: Caller, production_id: UUID) -> Record:
    with here.acting() as conn:
        return productions.get(conn, production_id)


def _wish(again: Again) -> Wish:
    return Wish(again.steps, again.version, again.fresh)


def _place(one: Record) -> Place:
    return Place(one.created_at, one.id)
