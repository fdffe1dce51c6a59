"""Triggers: set, rehearsed, rested; what they found, and dead letters made after all."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from ui.api import shown
from ui.api.callers import Caller, Here
from ui.api.paging import Cursor, Limit, after, page
from ui.api.routing import needs, router, tells
from ui.api.tags import IfMatch, refuse_changed, tag_of
from vid_pipeline import rehearsal_process
from vid_pipeline.acts import triggering
from vid_pipeline.acts.triggers import hooks
from vid_pipeline.errors import BadRequest
from vid_pipeline.store import listing, triggers
from vid_pipeline.store.listing import Place
from vid_pipeline.trigger_records import Find as FindRecord
from vid_pipeline.trigger_records import Trigger as Record
from vid_pipeline.watched import OnWebhook
from vid_pipeline.wire.base import Page
from vid_pipeline.wire.triggers import (
    AddedTrigger,
    Find,
    Hook,
    NewTrigger,
    Rehearsal,
    Trigger,
    Would,
)

api = router("triggers")

_READ, _WRITE = "triggers:read", "triggers:write"
_ONE = "/triggers/{trigger_id}"


@api.get("/triggers", summary="Your triggers, by name", **needs(_READ))
def listed(here: Here) -> Page[Trigger]:
    """All of them, and how each stands."""
    with here.acting() as conn:
        found = triggers.listed(conn)
    return Page(items=tuple(_shown(here, one) for one in found))


@api.post(
    "/triggers",
    status_code=201,
    summary="Set a trigger",
    **needs(_WRITE, 404, gives=tells(201, "Location")),
)
def add(here: Here, response: Response, new: NewTrigger) -> AddedTrigger:
    """It begins to watch at once. Of one that takes posts the answer has the key."""
    added = triggering.add(here.shop, here.user, new)
    response.headers["Location"] = f"/api/v1/triggers/{added.id}"
    taken = isinstance(added.watches, OnWebhook)
    return AddedTrigger(trigger=_shown(here, added), hook=_hook(here, added) if taken else None)


@api.post("/triggers/rehearse", summary="What a trigger would make now", **needs(_WRITE, 502))
def rehearse(here: Here, new: NewTrigger) -> Rehearsal:
    """Looks as a trigger would, and keeps nothing; of a schedule it tells the next times."""
    found = rehearsal_process.would(here.shop.settings, here.user, new)
    told = (Would(title=one.title, at=one.at, why_not=one.why_not) for one in found)
    return Rehearsal(items=tuple(told))


@api.get(_ONE, summary="A trigger", **needs(_READ, 404, gives=tells(200, "ETag")))
def get(here: Here, response: Response, trigger_id: UUID) -> Trigger:
    """What it watches and makes, when it looked, and why it could not."""
    found = _found(here, trigger_id)
    response.headers["ETag"] = _tag(found)
    return _shown(here, found)


@api.put(_ONE, summary="Set a trigger anew", **needs(_WRITE, 404, 412, gives=tells(200, "ETag")))
def edit(
    here: Here, response: Response, trigger_id: UUID, new: NewTrigger, if_match: IfMatch = None
) -> Trigger:
    """It forgets what it saw if it watches something else now; its finds stay."""

    def check(now: Record) -> None:
        refuse_changed(if_match, _tag(now))

    edited = triggering.edit(here.shop, here.user, trigger_id, new, check=check)
    response.headers["ETag"] = _tag(edited)
    return _shown(here, edited)


@api.delete(_ONE, status_code=204, summary="Remove a trigger", **needs(_WRITE, 404))
def remove(here: Here, trigger_id: UUID) -> None:
    """With what it found; its videos stay."""
    triggering.remove(here.shop, here.user, trigger_id)


@api.post(f"{_ONE}/pause", summary="Let a trigger rest", **needs(_WRITE, 404))
def pause(here: Here, trigger_id: UUID) -> Trigger:
    """It looks no more and makes nothing of what waits, until it is told to go on."""
    return _shown(here, triggering.pause(here.shop, here.user, trigger_id))


@api.post(f"{_ONE}/resume", summary="Let a trigger go on", **needs(_WRITE, 404))
def resume(here: Here, trigger_id: UUID) -> Trigger:
    """Of what came while it rested it makes what its rule for catching up says."""
    return _shown(here, triggering.pause(here.shop, here.user, trigger_id, paused=False))


@api.post(f"{_ONE}/hook", summary="Where posts go, and their key", **needs(_WRITE, 404))
def hook(here: Here, trigger_id: UUID) -> Hook:
    """Of a trigger that takes posts. The key is a secret: whoever has it may post."""
    found = _found(here, trigger_id)
    if not isinstance(found.watches, OnWebhook):
        raise BadRequest("Trigger", found.name, "It takes no posts.")
    return _hook(here, found)


@api.post(f"{_ONE}/hook/rotate", summary="Change a hook's key", **needs(_WRITE, 404))
def rotate(here: Here, trigger_id: UUID) -> Hook:
    """Posts are signed with the new one from now on; what is signed with the old one is refused."""
    return _hook(here, triggering.rotate(here.shop, here.user, trigger_id))


@api.get(
    f"{_ONE}/finds",
    summary="What a trigger found, newest first",
    **needs(_READ, 404, gives=tells(200, "Link")),
)
def finds(
    here: Here,
    request: Request,
    response: Response,
    trigger_id: UUID,
    cursor: Cursor = None,
    limit: Limit = 50,
    dead: Annotated[bool, Query(description="Dead letters alone.")] = False,
) -> Page[Find]:
    """What became of each, and why not; a dead letter is one that nothing comes of by itself."""
    with here.acting() as conn:
        trigger = triggers.get(conn, trigger_id)
        found = listing.finds(conn, trigger.id, limit=limit, after=after(cursor), dead=dead)
    return page(request, response, found, limit, place=_place, shown=shown.find)


@api.post("/finds/{find_id}/retry", summary="Make a find after all", **needs(_WRITE, 404))
def retry(here: Here, find_id: UUID) -> Find:
    """A dead letter, or one that was passed over; of a video that failed it goes on with that."""
    return shown.find(triggering.retry(here.shop, here.user, find_id))


def _shown(here: Caller, trigger: Record) -> Trigger:
    folder = triggering.folder_of(here.shop, trigger)
    return shown.trigger(trigger, None if folder is None else str(folder))


def _hook(here: Caller, trigger: Record) -> Hook:
    return Hook(path=f"{hooks.PREFIX}{trigger.id}", key=triggering.hook_key(here.shop, trigger))


def _found(here: Caller, trigger_id: UUID) -> Record:
    with here.acting() as conn:
        return triggers.get(conn, trigger_id)


def _tag(trigger: Record) -> str:
    """Looking does not change it."""
    return tag_of(NewTrigger.model_validate(trigger.model_dump(include={*NewTrigger.model_fields})))


def _place(one: FindRecord) -> Place:
    return Place(one.found_at, one.id)
