"""Pages of lists: a cursor holds the place after which the next one begins."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel

from ui.api.problems import Refusal
from vid_pipeline.store.listing import Place
from vid_pipeline.wire.base import Page

R = TypeVar("R")
T = TypeVar("T", bound=BaseModel)

Cursor = Annotated[
    str | None, Query(max_length=200, description="`next` of the page before; the first if unset.")
]
Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]


def after(cursor: str | None) -> Place | None:
    """The place that a cursor names.

    Raises:
        Refusal: it is none of ours.
    """
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"==").decode()
        at, _, key = text.partition(" ")
        return Place(datetime.fromisoformat(at), UUID(key))
    except (ValueError, binascii.Error):
        raise Refusal("invalid", "The cursor is none of this list: leave it out.") from None


def page(
    request: Request,
    response: Response,
    found: Sequence[R],
    limit: int,
    *,
    place: Callable[[R], Place],
    shown: Callable[[R], T],
) -> Page[T]:
    """The first `limit` of what was found, which is one more if there are more; linked to them."""
    kept = found[:limit]
    token = _cursor(place(kept[-1])) if len(found) > limit else None
    if token is not None:
        url = request.url.include_query_params(cursor=token)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return Page(items=tuple(shown(one) for one in kept), next=token)


def _cursor(place: Place) -> str:
    text = f"{place.at.isoformat()} {place.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
