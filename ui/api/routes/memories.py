"""What channels remember: listed, searched, added, changed, forgotten; documents taken in."""

from typing import Annotated
from uuid import UUID

from fastapi import Form, Query, Request, Response, UploadFile
from pydantic import AwareDatetime

from assets.sources.article import parse
from assets.sources.clean import paragraphs
from ui.api import shown
from ui.api.callers import Caller, Here
from ui.api.paging import Cursor, Limit, after, page
from ui.api.routing import needs, router, tells
from ui.api.tags import IfMatch, refuse_changed, tag_of
from vid_pipeline.acts import remembering
from vid_pipeline.acts.remembering import Brain
from vid_pipeline.embedding import LocalEmbeddings
from vid_pipeline.memories import MAIN, MemoryKind, Source
from vid_pipeline.memory_records import MemoryRecord
from vid_pipeline.store import listing, memories
from vid_pipeline.store.listing import Place
from vid_pipeline.wire.base import Page
from vid_pipeline.wire.memories import (
    Alike,
    Document,
    Kept,
    Matches,
    Memory,
    MemoryChange,
    NewMemory,
)

api = router("memories")

_READ, _WRITE = "memories:read", "memories:write"
_ONE = "/memories/{memory_id}"
_WHO = "API"
OfChannel = Annotated[str, Query(pattern=r"^[a-z][a-z0-9_-]{0,62}$", description="Whose.")]
OfKinds = Annotated[list[MemoryKind] | None, Query(description="Any of these.")]


@api.get(
    "/memories",
    summary="What a channel remembers, newest first",
    **needs(_READ, gives=tells(200, "Link")),
)
def listed(
    here: Here,
    request: Request,
    response: Response,
    cursor: Cursor = None,
    limit: Limit = 50,
    channel: OfChannel = MAIN,
    kind: OfKinds = None,
    pinned: Annotated[bool, Query(description="Pinned ones alone.")] = False,
    superseded: Annotated[bool, Query(description="Replaced and expired ones, too.")] = False,
) -> Page[Memory]:
    """By pages."""
    with here.acting() as conn:
        found = listing.memories(
            conn,
            channel,
            limit=limit,
            after=after(cursor),
            kinds=kind or (),
            pinned=pinned,
            superseded=superseded,
        )
    return page(request, response, found, limit, place=_place, shown=shown.memory)


@api.get("/memories/search", summary="What fits a question best", **needs(_READ))
def search(
    here: Here,
    query: Annotated[str, Query(min_length=1, max_length=2_000)],
    channel: OfChannel = MAIN,
    kind: OfKinds = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    rules: Annotated[bool, Query(description="Standing rules first.")] = False,
) -> Matches:
    """By meaning and by words, best first."""
    found = remembering.recall(
        _brain(here, channel), query, most=limit, kinds=kind or (), rules=rules
    )
    return Matches(items=tuple(shown.match(one) for one in found))


@api.post(
    "/memories",
    status_code=201,
    summary="Remember something",
    **needs(_WRITE, gives=tells(201, "Location")),
)
def add(here: Here, response: Response, new: NewMemory) -> Kept:
    """Once: the same words again change nothing; a slot's new words replace the old ones."""
    brain = _brain(here, new.channel)
    fields = new.model_dump(exclude={"channel"})
    kept = remembering.remember(brain, remembering.checked(**fields, source=Source(who=_WHO)))
    response.headers["Location"] = f"/api/v1/memories/{kept.id}"
    return Kept(
        memory=_memory(here, UUID(kept.id)),
        new=kept.new,
        superseded=UUID(kept.superseded) if kept.superseded else None,
        alike=tuple(Alike(id=UUID(a.id), text=a.text, cosine=a.cosine) for a in kept.alike),
    )


@api.post(
    "/memories/documents",
    status_code=201,
    summary="Take in a document",
    **needs(_WRITE, form=True),
)
def upload(
    here: Here,
    file: UploadFile,
    channel: Annotated[str, Form(pattern=r"^[a-z][a-z0-9_-]{0,62}$")] = MAIN,
    expires_at: Annotated[AwareDatetime | None, Form()] = None,
) -> Document:
    """In parts, each under its heading (md, txt, html, pdf); an older text of it is forgotten."""
    name = (file.filename or "document")[:300]
    parts = paragraphs(parse(file.file.read(), name))
    brain = _brain(here, channel)
    kept = remembering.take_in(brain, name, parts, expires_at=expires_at, who=_WHO)
    return Document(
        name=name,
        parts=len(kept),
        new=sum(one.new for one in kept),
        memories=tuple(UUID(one.id) for one in kept),
    )


@api.get(_ONE, summary="A memory", **needs(_READ, 404, gives=tells(200, "ETag")))
def get(here: Here, response: Response, memory_id: UUID) -> Memory:
    """With where it comes from and how often it was used."""
    found = _memory(here, memory_id)
    response.headers["ETag"] = _tag(found)
    return found


@api.patch(_ONE, summary="Change a memory", **needs(_WRITE, 404, 412, gives=tells(200, "ETag")))
def edit(
    here: Here,
    response: Response,
    memory_id: UUID,
    change: MemoryChange,
    if_match: IfMatch = None,
) -> Memory:
    """What is null stays as it is."""

    def check(now: MemoryRecord) -> None:
        refuse_changed(if_match, _tag(shown.memory(now)))

    old = _memory(here, memory_id)
    refuse_changed(if_match, _tag(old))
    brain, words = _brain(here, old.channel), change.model_dump(exclude={"pinned"})
    if any(value is not None for value in words.values()):
        remembering.edit(brain, str(memory_id), **words, check=check)
    if change.pinned is not None and change.pinned != old.pinned:
        remembering.pin(brain, str(memory_id), pinned=change.pinned)
    now = _memory(here, memory_id)
    response.headers["ETag"] = _tag(now)
    return now


@api.delete(_ONE, status_code=204, summary="Forget a memory", **needs(_WRITE, 404))
def forget(here: Here, memory_id: UUID) -> None:
    """For good: its words, its uses, and what it had replaced."""
    remembering.forget(_brain(here), str(memory_id))


def _brain(here: Caller, channel: str = MAIN) -> Brain:
    return Brain(here.db, here.user, LocalEmbeddings(), channel)


def _memory(here: Caller, memory_id: UUID) -> Memory:
    with here.acting() as conn:
        return shown.memory(memories.get(conn, memory_id))


def _tag(memory: Memory) -> str:
    """Being used does not change it."""
    return tag_of(memory.model_copy(update={"uses": 0, "last_used_at": None}))


def _place(one: MemoryRecord) -> Place:
    return Place(one.created_at, one.id)
