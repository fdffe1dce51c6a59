"""Drafts of workflows: begun, saved as they are, published when they can run, discarded."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Response

from ui.api import shown
from ui.api.callers import Here
from ui.api.routing import needs, router, tells
from ui.api.tags import IfMatch, refuse_changed
from vid_pipeline.acts import drafting
from vid_pipeline.records import Draft as Record
from vid_pipeline.wire.base import Page
from vid_pipeline.wire.drafts import Draft, DraftChange, DraftSummary, NewDraft, Note
from vid_pipeline.wire.workflows import WorkflowVersion

api = router("drafts")

_READ, _WRITE = "workflows:read", "workflows:write"
_ONE = "/drafts/{draft_id}"
_TAGGED = tells(200, "ETag")


@api.get("/drafts", summary="Your drafts, last saved first", **needs(_READ))
def listed(here: Here) -> Page[DraftSummary]:
    """Without their documents."""
    found = drafting.listed(here.db, here.user)
    return Page(items=tuple(shown.draft_summary(one) for one in found))


@api.post(
    "/drafts",
    status_code=201,
    summary="Begin a draft",
    **needs(_WRITE, gives=tells(201, "Location", "ETag")),
)
def create(here: Here, response: Response, new: NewDraft) -> Draft:
    """Under a slug of its own, made of its title. A document may lack whatever it lacks."""
    made = drafting.create(here.db, here.user, new.title, new.document)
    response.headers["Location"] = f"/api/v1/drafts/{made.id}"
    return _tagged(response, made)


@api.post(
    "/workflows/{slug}/draft",
    summary="The draft of a workflow",
    **needs(_WRITE, 404, gives=_TAGGED),
)
def open_(here: Here, response: Response, slug: Annotated[str, Path(max_length=48)]) -> Draft:
    """Begun from its newest version, if there is none yet."""
    return _tagged(response, drafting.open_for(here.db, here.user, slug))


@api.get(_ONE, summary="A draft", **needs(_READ, 404, gives=_TAGGED))
def get(here: Here, response: Response, draft_id: UUID) -> Draft:
    """As it was saved last."""
    return _tagged(response, drafting.get(here.db, here.user, draft_id))


@api.put(_ONE, summary="Save a draft", **needs(_WRITE, 404, 412, gives=_TAGGED))
def save(
    here: Here, response: Response, draft_id: UUID, change: DraftChange, if_match: IfMatch = None
) -> Draft:
    """The next revision; without `If-Match` whatever was saved meanwhile is written over."""
    before = drafting.get(here.db, here.user, draft_id)
    refuse_changed(if_match, _tag(before))
    saved = drafting.save(here.db, here.user, draft_id, change.document, before.revision)
    return _tagged(response, saved)


@api.post(f"{_ONE}/publish", summary="Publish a draft", **needs(_WRITE, 404, 412))
def publish(here: Here, draft_id: UUID, note: Note, if_match: IfMatch = None) -> WorkflowVersion:
    """As its workflow's next version, if it can run; the draft stays."""
    before = drafting.get(here.db, here.user, draft_id)
    refuse_changed(if_match, _tag(before))
    seen = None if if_match in {None, "*"} else before.revision
    made = drafting.publish(here.shop, here.user, draft_id, note.note, revision=seen)
    return shown.version(made)


@api.delete(_ONE, status_code=204, summary="Discard a draft", **needs(_WRITE, 404))
def discard(here: Here, draft_id: UUID) -> None:
    """What was published stays."""
    drafting.discard(here.db, here.user, draft_id)


def _tagged(response: Response, draft: Record) -> Draft:
    response.headers["ETag"] = _tag(draft)
    return shown.draft(draft)


def _tag(draft: Record) -> str:
    return f'"{draft.revision}-{draft.id.hex[-12:]}"'
