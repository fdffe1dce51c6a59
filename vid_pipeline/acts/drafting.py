"""Drafts of workflows: drawn, saved as they are, published when they can run."""

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection
from pydantic import JsonValue

from vid_pipeline.acts import publishing
from vid_pipeline.acts.draft_estimate import Estimate, estimate
from vid_pipeline.acts.draft_faults import faults
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.errors import BadRequest, BadSource, Conflict, NotFound, WorkflowError
from vid_pipeline.records import Draft, WorkflowVersion
from vid_pipeline.store import drafts, users, workflows
from vid_pipeline.store.database import Database

__all__ = [
    "Estimate", "create", "discard", "duplicate", "estimate", "faults", "get", "imported", "listed",
    "open_for", "publish", "put_back", "rename", "restore", "save",
]  # fmt: skip
_FORMAT = "vid-pipeline/workflow/1"
_MOST_BYTES = 1_000_000
_LONGEST_SLUG, _LONGEST_TITLE = 48, 120


def create(
    db: Database, user: UUID, title: str, document: Mapping[str, JsonValue] | None = None
) -> Draft:
    """A new draft under a slug of its own; it says what `document` says, or nothing yet.

    Its title takes the slug's number, so that two of one name are told apart.

    Raises:
        BadRequest: the document is too large, or holds what JSON cannot.
    """
    called = " ".join(title.split())[:_LONGEST_TITLE]
    with db.acting(user) as conn:
        slug = _free_slug(called, drafts.taken(conn))
        called += slug.removeprefix(_free_slug(called, ())).replace("-", " ")
        body = _document({"steps": []} | dict(document or {}) | {"title": called}, slug)
        made = drafts.add(conn, slug, body, version=None)
    assert made is not None, "the slug was free"
    return made


def open_for(db: Database, user: UUID, slug: str) -> Draft:
    """The draft of a workflow, from its newest version if nobody has changed anything.

    Raises:
        NotFound: there is neither a draft nor a version.
    """
    with db.acting(user) as conn:
        draft, newest = drafts.of_workflow(conn, slug), workflows.newest(conn, slug)
        if newest is None:
            return _known(draft, slug)
        if draft is None:
            body = newest.document.document()
            draft = drafts.add(conn, slug, body, version=newest.version)
        elif not draft.changed and draft.published_version != newest.version:
            draft = drafts.renew(conn, draft, newest)
        return _known(draft or drafts.of_workflow(conn, slug), slug)


def get(db: Database, user: UUID, draft_id: UUID) -> Draft:
    """A draft of the user.

    Raises:
        NotFound: they have no such draft.
    """
    with db.acting(user) as conn:
        return drafts.get(conn, draft_id)


def listed(db: Database, user: UUID) -> list[Draft]:
    """The user's drafts, last saved first."""
    with db.acting(user) as conn:
        return drafts.of_user(conn)


def save(
    db: Database, user: UUID, draft_id: UUID, document: Mapping[str, JsonValue], revision: int
) -> Draft:
    """The next revision of a draft; the same one if the document says nothing new.

    Raises:
        Conflict: somebody has saved it since `revision` was read.
        NotFound: it was discarded.
        BadRequest: the document is too large, or holds what JSON cannot.
    """
    with db.acting(user) as conn:
        before = drafts.get(conn, draft_id)
        body = _document(document, before.slug)
        if body == before.document:
            return before
        saved = drafts.save(conn, draft_id, body, revision=revision)
        return saved or _refused(conn, user, draft_id)


def rename(db: Database, user: UUID, draft_id: UUID, title: str, revision: int) -> Draft:
    """The draft under another title; its slug follows as long as no version has it.

    Raises:
        Conflict: somebody has saved it since `revision` was read.
        NotFound: it was discarded.
        BadRequest: the title is empty.
    """
    called = " ".join(title.split())[:_LONGEST_TITLE]
    if not called:
        raise BadRequest("Title", title, "Give it at least one letter.")
    with db.acting(user) as conn:
        before = drafts.get(conn, draft_id)
        slug = before.slug
        if before.published_version is None:
            slug = _free_slug(called, drafts.taken(conn) - {slug})
        body = _document(before.document | {"title": called}, slug)
        saved = drafts.save(conn, draft_id, body, revision=revision, slug=slug)
        return saved or _refused(conn, user, draft_id)


def publish(
    shop: Workshop, user: UUID, draft_id: UUID, note: str = "", *, revision: int | None = None
) -> WorkflowVersion:
    """The version that a draft becomes, as `revision` says if it is given; the draft stays.

    Raises:
        NotFound: it was discarded.
        Conflict: somebody has saved it since `revision` was read.
        WorkflowError: it cannot run yet; the function `faults` says all that is wrong.
    """
    with shop.db.acting(user) as conn:
        draft = drafts.get(conn, draft_id)
        if revision not in {None, draft.revision}:
            _refused(conn, user, draft_id)
    try:
        workflow = publishing.parse(json.dumps(draft.document).encode(), draft.title)
        version = publishing.publish(shop.db, user, workflow, shop.catalog, note=note.strip())
    except ExceptionGroup as group:
        count, first = len(group.exceptions), group.exceptions[0]
        raise WorkflowError(
            f"{draft.title!r} cannot run yet: {count} thing(s) to put right. First: {first}",
            step=first.step if isinstance(first, WorkflowError) else None,
        ) from group
    with shop.db.acting(user) as conn:
        drafts.published(conn, draft, version.version)
    return version


def discard(db: Database, user: UUID, draft_id: UUID) -> Draft:
    """Throw a draft away; what was published stays. `put_back` undoes it.

    Raises:
        NotFound: the user has no such draft.
    """
    with db.acting(user) as conn:
        return drafts.discard(conn, draft_id)


def put_back(db: Database, user: UUID, draft: Draft) -> Draft:
    """A draft that was discarded, as it was.

    Raises:
        BadRequest: its workflow has a new draft by now.
    """
    with db.acting(user) as conn:
        found = drafts.put_back(conn, draft)
    if found is None:
        raise BadRequest("Draft", draft.title, "It was begun anew meanwhile: discard that first.")
    return found


def duplicate(db: Database, user: UUID, draft_id: UUID, *, title: str | None = None) -> Draft:
    """A draft that says the same under another title.

    Raises:
        NotFound: the user has no such draft.
    """
    before = get(db, user, draft_id)
    return create(db, user, title or f"{before.title} (copy)", before.document)


def restore(db: Database, user: UUID, slug: str, version: int) -> Draft:
    """The workflow's draft, which now says what an older version said.

    Raises:
        NotFound: there is no such version.
        Conflict: somebody saved the draft at this moment.
    """
    with db.acting(user) as conn:
        wanted = workflows.get(conn, slug, version)
    draft = open_for(db, user, slug)
    return save(db, user, draft.id, wanted.document.document(), draft.revision)


def imported(db: Database, user: UUID, data: bytes, name: str) -> Draft:
    """A draft of a workflow document that was exported elsewhere; it may be incomplete.

    Raises:
        BadSource: it is no workflow document.
        BadRequest: it is too large.
    """
    remedy = "Export it from a workflow, or see docs/workflow-document.md."
    try:
        body = json.loads(data)
    except ValueError as error:
        raise BadSource(name, "it is not JSON", remedy) from error
    if not isinstance(body, dict) or body.get("format", _FORMAT) != _FORMAT:
        raise BadSource(name, "it is no workflow", remedy)
    title = body.get("title")
    return create(db, user, title if isinstance(title, str) else name.rsplit(".", 1)[0], body)


def _document(body: Mapping[str, JsonValue], slug: str) -> dict[str, JsonValue]:
    """The document as it is kept: plain JSON, under its draft's slug."""
    whole = {**body, "format": _FORMAT, "slug": slug}
    try:
        text = json.dumps(whole, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise BadRequest("Workflow", slug, f"It holds what JSON cannot: {error}.") from error
    if len(text) > _MOST_BYTES:
        raise BadRequest("Workflow", slug, "It is larger than 1 MB: shorten its settings.")
    kept: dict[str, JsonValue] = json.loads(text)
    return kept


def _refused(conn: Connection[Any], user: UUID, draft_id: UUID) -> Draft:
    now = drafts.get(conn, draft_id)
    own = now.saved_by == user
    who = "you, in another window" if own else users.get(conn, now.saved_by).display_name
    remedy = "Open it again to see what it says now, or save yours as a copy."
    raise Conflict(f"{now.title!r}", who=who, when=now.updated_at, remedy=remedy)


def _known(draft: Draft | None, slug: str) -> Draft:
    if draft is None:
        raise NotFound("workflow", slug, "See the list of workflows.")
    return draft


def _free_slug(title: str, taken: Collection[str]) -> str:
    """A title as a slug that nothing else has: `Über uns!` → `uber-uns`, then `uber-uns-2`."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    base = re.sub(r"^[^a-z]+", "", words)[: _LONGEST_SLUG - 5].strip("-") or "workflow"
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)
