"""Workflows and their published versions. A version never changes; publishing adds one."""

import hashlib
import json
from typing import Any

from psycopg import Connection, Cursor
from psycopg.rows import class_row
from psycopg.types.json import Json

from vid_pipeline.errors import NotFound
from vid_pipeline.records import WorkflowVersion
from vid_pipeline.workflow import Workflow, job_name

_COLUMNS = """id, owner_id, slug, version, job_name, document, flat, document_sha, note,
    published_at"""
_ENSURE = """
insert into vidp.workflows (owner_id, slug) values (vidp.uid(), %(slug)s)
on conflict (owner_id, slug) do nothing"""
_SERIALISE = "select pg_advisory_xact_lock(hashtextextended(vidp.uid() || '/' || %(slug)s, 0))"
_OWNER = "select handle, local from vidp.users"
_ADD = f"""
insert into vidp.workflow_versions
    (owner_id, slug, version, job_name, document, flat, document_sha, note)
values (vidp.uid(), %(slug)s, %(version)s, %(job_name)s, %(document)s, %(flat)s, %(sha)s, %(note)s)
returning {_COLUMNS}"""  # noqa: S608 - columns are ours
_NEWEST = f"""
select {_COLUMNS} from vidp.workflow_versions where slug = %(slug)s
order by version desc limit 1"""  # noqa: S608
_GET = f"""
select {_COLUMNS} from vidp.workflow_versions
where slug = %(slug)s and version = %(version)s"""  # noqa: S608
_LATEST = f"""
select distinct on (owner_id, slug) {_COLUMNS} from vidp.workflow_versions v
where %(archived)s or not exists (
    select from vidp.workflows w
    where w.owner_id = v.owner_id and w.slug = v.slug and w.archived_at is not null)
order by owner_id, slug, version desc"""  # noqa: S608
_ARCHIVED = "select slug from vidp.workflows where archived_at is not null order by slug"
_ARCHIVE = """
update vidp.workflows set archived_at = case when %(away)s then coalesce(archived_at, now()) end
where slug = %(slug)s"""
_HISTORY = f"""
select {_COLUMNS} from vidp.workflow_versions where slug = %(slug)s
order by version desc"""  # noqa: S608
_PUBLISHED = f"select {_COLUMNS} from vidp.workflow_versions order by published_at, id"  # noqa: S608
_BY_JOB = f"select {_COLUMNS} from vidp.workflow_versions where job_name = %(job_name)s"  # noqa: S608


def publish(
    conn: Connection[Any], workflow: Workflow, note: str = "", *, flat: Workflow | None = None
) -> WorkflowVersion:
    """The version that a document is: a new one, or the newest when nothing has changed.

    `flat` is what runs, if the document nests other workflows.
    """
    slug = workflow.slug
    conn.execute(_SERIALISE, {"slug": slug})
    conn.execute(_ENSURE, {"slug": slug})
    last = newest(conn, slug)
    sha = document_sha(workflow)
    if last is not None and last.document_sha == sha:
        return last
    version = last.version + 1 if last else 1
    return _one(
        conn,
        _ADD,
        slug=slug,
        version=version,
        job_name=_job_name(conn, slug, version),
        document=Json(workflow.document()),
        flat=None if flat is None or flat == workflow else Json(flat.document()),
        sha=sha,
        note=note,
    )


def newest(conn: Connection[Any], slug: str) -> WorkflowVersion | None:
    """The newest version of a workflow, or None if it was never published."""
    return _rows(conn).execute(_NEWEST, {"slug": slug}).fetchone()


def get(conn: Connection[Any], slug: str, version: int | None = None) -> WorkflowVersion:
    """A version by number, or the newest.

    Raises:
        NotFound: there is none.
    """
    query = _NEWEST if version is None else _GET
    found = _rows(conn).execute(query, {"slug": slug, "version": version}).fetchone()
    if found is None:
        wanted = slug if version is None else f"{slug} version {version}"
        raise NotFound("workflow", wanted, "See `vidp workflow list`.")
    return found


def latest_of_all(conn: Connection[Any], *, archived: bool = False) -> list[WorkflowVersion]:
    """The newest version of each workflow, by slug; those put away only if asked for."""
    return _rows(conn).execute(_LATEST, {"archived": archived}).fetchall()


def archived(conn: Connection[Any]) -> list[str]:
    """The slugs of the workflows that are put away."""
    return [slug for (slug,) in conn.execute(_ARCHIVED)]


def archive(conn: Connection[Any], slug: str, *, away: bool = True) -> None:
    """Put a workflow away, so that lists leave it out, or take it back. Its videos stay.

    Raises:
        NotFound: it was never published.
    """
    if not conn.execute(_ARCHIVE, {"slug": slug, "away": away}).rowcount:
        raise NotFound("workflow", slug, "See `vidp workflow list`.")


def history(conn: Connection[Any], slug: str) -> list[WorkflowVersion]:
    """All versions of a workflow, newest first."""
    return _rows(conn).execute(_HISTORY, {"slug": slug}).fetchall()


def published(conn: Connection[Any]) -> list[WorkflowVersion]:
    """Every version of every user, oldest first (service)."""
    return _rows(conn).execute(_PUBLISHED).fetchall()


def by_job_name(conn: Connection[Any], job: str) -> WorkflowVersion:
    """The version that a Dagster job runs (service, or its owner).

    Raises:
        NotFound: no version has this job.
    """
    found = _rows(conn).execute(_BY_JOB, {"job_name": job}).fetchone()
    if found is None:
        raise NotFound("workflow job", job)
    return found


def document_sha(workflow: Workflow) -> str:
    """SHA-256 of what a workflow says; the order of keys does not matter."""
    text = json.dumps(workflow.document(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _job_name(conn: Connection[Any], slug: str, version: int) -> str:
    """The local user's jobs are named plainly, all others begin with their owner's handle."""
    row = conn.execute(_OWNER).fetchone()
    assert row is not None, "whoever publishes is a user"
    handle, local = row
    plain = job_name(slug, version)
    return plain if local else f"{handle}__{plain}"


def _rows(conn: Connection[Any]) -> Cursor[WorkflowVersion]:
    return conn.cursor(row_factory=class_row(WorkflowVersion))


def _one(conn: Connection[Any], query: str, **values: Any) -> WorkflowVersion:
    found = _rows(conn).execute(query, values).fetchone()
    assert found is not None
    return found
