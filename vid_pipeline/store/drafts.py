"""Drafts of workflows: one for each workflow, saved only over the revision that was read."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import class_row
from psycopg.types.json import Json
from pydantic import JsonValue

from vid_pipeline.errors import NotFound
from vid_pipeline.records import Draft, WorkflowVersion

_ADD = """
insert into vidp.workflow_drafts
    (owner_id, slug, document, published_version, published_revision, saved_by)
values (vidp.uid(), %(slug)s, %(document)s, %(version)s, %(of_version)s, vidp.uid())
on conflict (owner_id, slug) do nothing returning *"""
_PUT_BACK = """
insert into vidp.workflow_drafts (id, owner_id, slug, document, revision, published_version,
    published_revision, created_at, updated_at, saved_by)
values (%(id)s, vidp.uid(), %(slug)s, %(document)s, %(revision)s, %(version)s,
    %(of_version)s, %(created_at)s, %(updated_at)s, vidp.uid())
on conflict do nothing returning *"""
_GET = "select * from vidp.workflow_drafts where id = %(id)s"
_OF_SLUG = "select * from vidp.workflow_drafts where slug = %(slug)s"
_ALL = "select * from vidp.workflow_drafts order by updated_at desc, id desc"
_SAVE = """
update vidp.workflow_drafts set document = %(document)s, slug = coalesce(%(slug)s, slug),
    revision = revision + 1, updated_at = clock_timestamp(), saved_by = vidp.uid()
where id = %(id)s and revision = %(revision)s returning *"""
_PUBLISHED = """
update vidp.workflow_drafts
set published_version = %(version)s, published_revision = %(revision)s
where id = %(id)s returning *"""
_RENEW = """
update vidp.workflow_drafts set document = %(document)s, revision = revision + 1,
    published_version = %(version)s, published_revision = revision + 1,
    updated_at = clock_timestamp(), saved_by = vidp.uid()
where id = %(id)s and revision = %(revision)s returning *"""
_DISCARD = "delete from vidp.workflow_drafts where id = %(id)s returning *"
_TAKEN = """
select slug from vidp.workflows union select slug from vidp.workflow_drafts"""


def add(
    conn: Connection[Any], slug: str, document: Mapping[str, JsonValue], *, version: int | None
) -> Draft | None:
    """A new draft, which says what `version` says if there is one; None if the slug has a draft."""
    of_version = None if version is None else 1
    values = {"slug": slug, "document": Json(dict(document))}
    row = values | {"version": version, "of_version": of_version}
    return _rows(conn).execute(_ADD, row).fetchone()


def put_back(conn: Connection[Any], draft: Draft) -> Draft | None:
    """A draft that was discarded, as it was; None if its workflow has another one by now."""
    row = draft.model_dump(include={"id", "slug", "revision", "created_at", "updated_at"})
    row |= {"document": Json(draft.document), "version": draft.published_version}
    row |= {"of_version": draft.published_revision}
    return _rows(conn).execute(_PUT_BACK, row).fetchone()


def get(conn: Connection[Any], draft_id: UUID) -> Draft:
    """A draft of the acting user.

    Raises:
        NotFound: they have no such draft.
    """
    return _found(conn, _GET, draft_id, {})


def of_workflow(conn: Connection[Any], slug: str) -> Draft | None:
    """The draft of a workflow, if there is one."""
    return _rows(conn).execute(_OF_SLUG, {"slug": slug}).fetchone()


def of_user(conn: Connection[Any]) -> list[Draft]:
    """The acting user's drafts, last saved first."""
    return _rows(conn).execute(_ALL).fetchall()


def save(
    conn: Connection[Any],
    draft_id: UUID,
    document: Mapping[str, JsonValue],
    *,
    revision: int,
    slug: str | None = None,
) -> Draft | None:
    """The next revision; None if `revision` is not the newest."""
    values = {"id": draft_id, "document": Json(dict(document))}
    return _rows(conn).execute(_SAVE, values | {"revision": revision, "slug": slug}).fetchone()


def renew(conn: Connection[Any], draft: Draft, version: WorkflowVersion) -> Draft | None:
    """The draft with what a version says; None if it was saved since it was read."""
    values = {"document": Json(version.document.document()), "version": version.version}
    row = values | {"id": draft.id, "revision": draft.revision}
    return _rows(conn).execute(_RENEW, row).fetchone()


def published(conn: Connection[Any], draft: Draft, version: int) -> Draft:
    """Say that this revision of it is a version now.

    Raises:
        NotFound: it was discarded.
    """
    values = {"version": version, "revision": draft.revision}
    return _found(conn, _PUBLISHED, draft.id, values)


def discard(conn: Connection[Any], draft_id: UUID) -> Draft:
    """The draft, which is gone.

    Raises:
        NotFound: the acting user has no such draft.
    """
    return _found(conn, _DISCARD, draft_id, {})


def taken(conn: Connection[Any]) -> set[str]:
    """The slugs that the acting user's workflows and drafts have."""
    return {slug for (slug,) in conn.execute(_TAKEN)}


def _found(
    conn: Connection[Any], query: str, draft_id: UUID, values: Mapping[str, object]
) -> Draft:
    found = _rows(conn).execute(query, {"id": draft_id, **values}).fetchone()
    if found is None:
        raise NotFound("draft", str(draft_id), "It was discarded: open the workflow anew.")
    return found


def _rows(conn: Connection[Any]) -> Cursor[Draft]:
    return conn.cursor(row_factory=class_row(Draft))
