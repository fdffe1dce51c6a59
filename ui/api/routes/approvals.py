"""Approvals: what waits for people, all that is needed to decide, and deciding."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from ui.api import shown
from ui.api.callers import Here
from ui.api.media import MEDIA, Media
from ui.api.paging import Cursor, Limit, after, page
from ui.api.routing import needs, router, tells
from ui.api.tags import IfMatch, refuse_changed, tag_of
from vid_pipeline.acts import deciding, holding, reviewing, verdicts
from vid_pipeline.records import Request as Record
from vid_pipeline.store import listing
from vid_pipeline.store.listing import Place
from vid_pipeline.wire.approvals import Approval, ApprovalState, Decided, Decision, Review
from vid_pipeline.wire.base import Page

api = router("approvals")

_READ, _WRITE = "approvals:read", "approvals:write"


@api.get(
    "/approvals", summary="What waits for a decision", **needs(_READ, gives=tells(200, "Link"))
)
def listed(
    here: Here,
    request: Request,
    response: Response,
    cursor: Cursor = None,
    limit: Limit = 50,
    state: Annotated[list[ApprovalState] | None, Query(description="Open ones if unset.")] = None,
    production: Annotated[UUID | None, Query(description="Of this one alone.")] = None,
) -> Page[Approval]:
    """What you may see, the longest waiting first."""
    with here.acting() as conn:
        found = listing.requests(
            conn,
            limit=limit,
            after=after(cursor),
            states=state or ("open",),
            production=production,
        )
    return page(request, response, found, limit, place=_place, shown=shown.approval)


@api.get(
    "/approvals/{approval_id}",
    summary="All that is needed to decide",
    **needs(_READ, 404, gives=tells(200, "ETag")),
)
def get(here: Here, response: Response, approval_id: UUID) -> Review:
    """The things themselves, what has changed since the last round, and what was said of them."""
    review = shown.review(reviewing.review(here.shop, here.user, approval_id))
    response.headers["ETag"] = tag_of(review)
    return review


@api.post("/approvals/{approval_id}/decision", summary="Decide", **needs(_WRITE, 404, 412))
def decide(here: Here, approval_id: UUID, decision: Decision, if_match: IfMatch = None) -> Decided:
    """Approve, change and approve, send parts or all of it back, or stop the production."""
    answer = verdicts.Decision.model_validate(decision.model_dump())
    if if_match is not None:
        review = reviewing.review(here.shop, here.user, approval_id)
        refuse_changed(if_match, tag_of(shown.review(review)))
        if if_match.strip() != "*":  # checked again while nobody else can decide
            seen = verdicts.digest_of(review.request)
            answer = answer.model_copy(update={"seen": seen})
    decided = deciding.decide(here.shop, here.user, approval_id, answer)
    return Decided(
        approval=shown.approval(decided.request),
        goes_on=decided.launch is not None,
        approvals_missing=decided.approvals_missing,
    )


@api.get(
    "/approvals/{approval_id}/artifacts/{sha256}",
    summary="A file that is shown with it",
    status_code=200,
    response_class=Media,
    **needs(_READ, 400, 404, 416, gives=MEDIA),
)
def media(
    here: Here, approval_id: UUID, sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
) -> Media:
    """Named by `sha256`, as the things refer to it; `Range` gives a part."""
    ref = holding.of_request(here.shop, here.user, approval_id, sha256)
    return Media(here.shop.store.path(ref), ref.mime, sha256)


def _place(one: Record) -> Place:
    return Place(one.asked_at, one.id)
