"""Workflows: their versions, checking and publishing documents, export and import."""

import json
from typing import Annotated, Any

from fastapi import Path, Query, Response

from ui.api import shown
from ui.api.callers import Caller, Here
from ui.api.problems import fault_of
from ui.api.routing import needs, router, tells
from ui.api.tags import IfMatch, refuse_changed
from vid_pipeline.acts import publishing
from vid_pipeline.errors import NotFound, WorkflowError
from vid_pipeline.records import WorkflowVersion as Record
from vid_pipeline.store import workflows
from vid_pipeline.wire.base import Page
from vid_pipeline.wire.workflows import (
    Checked,
    Published,
    Publishing,
    WorkflowSummary,
    WorkflowVersion,
)
from vid_pipeline.workflow import Workflow

api = router("workflows")

_READ, _WRITE = "workflows:read", "workflows:write"
_ONE = "/workflows/{slug}"
_MADE = tells(201, "ETag", "Location")
Slug = Annotated[str, Path(max_length=48, description="The workflow's short name.")]
Version = Annotated[int | None, Query(ge=1, description="The newest if unset.")]


@api.get("/workflows", summary="The newest version of each workflow", **needs(_READ))
def listed(here: Here) -> Page[WorkflowSummary]:
    """All of yours, by slug."""
    with here.acting() as conn:
        found = workflows.latest_of_all(conn)
    return Page(items=tuple(shown.summary(one) for one in found))


@api.post("/workflows/check", summary="Every fault of a document", **needs(_WRITE, 404))
def check(here: Here, document: Workflow) -> Checked:
    """Publishes nothing."""
    try:
        flat = publishing.nested_in(here.db, here.user, document).flat
        faults = publishing.faults(here.db, here.user, flat, here.shop.catalog)
    except WorkflowError as fault:
        faults = [fault]
    return Checked(ok=not faults, faults=tuple(fault_of(one) for one in faults))


@api.post(
    "/workflows",
    status_code=201,
    summary="Publish a document",
    **needs(_WRITE, 404, 412, gives=_MADE),
)
def publish(
    here: Here, response: Response, wanted: Publishing, if_match: IfMatch = None
) -> Published:
    """As the next version; nothing if it says what the newest says. `ETag` is of the newest."""
    return _published(here, response, wanted.document, wanted.note, if_match)


@api.post(
    "/workflows/import",
    status_code=201,
    summary="Publish an exported document",
    **needs(_WRITE, 404, gives=_MADE),
)
def import_(
    here: Here,
    response: Response,
    document: Workflow,
    slug: Annotated[str | None, Query(max_length=48, description="Under another name.")] = None,
) -> Published:
    """What `export` gave, here or elsewhere."""
    if slug is not None:
        body = json.dumps(document.document() | {"slug": slug}).encode()
        document = publishing.parse(body, f"slug {slug}")
    return _published(here, response, document, "imported", None)


@api.get(_ONE, summary="A workflow", **needs(_READ, 404, gives=tells(200, "ETag")))
def get(here: Here, response: Response, slug: Slug, version: Version = None) -> WorkflowVersion:
    """A version with its document."""
    found = _found(here, slug, version)
    response.headers["ETag"] = _tag(found)
    return shown.version(found)


@api.get(f"{_ONE}/versions", summary="All versions, newest first", **needs(_READ, 404))
def versions(here: Here, slug: Slug) -> Page[WorkflowSummary]:
    """What was published when, and why."""
    with here.acting() as conn:
        found = workflows.history(conn, slug)
    if not found:
        raise NotFound("workflow", slug, "See the list of workflows.")
    return Page(items=tuple(shown.summary(one) for one in found))


@api.get(f"{_ONE}/export", summary="A document to keep or to carry elsewhere", **needs(_READ, 404))
def export(here: Here, slug: Slug, version: Version = None) -> dict[str, Any]:
    """Readable JSON, defaults left out; docs/workflow.schema.json is its schema."""
    return _found(here, slug, version).document.document()


def _published(
    here: Caller, response: Response, document: Workflow, note: str, if_match: str | None
) -> Published:
    with here.acting() as conn:
        before = workflows.newest(conn, document.slug)
    if if_match is not None:
        refuse_changed(if_match, _tag(before) if before else '""')
    made = publishing.publish(here.db, here.user, document, here.shop.catalog, note=note)
    response.headers["Location"] = f"/api/v1/workflows/{made.slug}?version={made.version}"
    response.headers["ETag"] = _tag(made)
    return Published(workflow=shown.version(made), new=before is None or before.id != made.id)


def _found(here: Caller, slug: str, version: int | None) -> Record:
    with here.acting() as conn:
        return workflows.get(conn, slug, version)


def _tag(version: Record) -> str:
    return f'"{version.version}-{version.document_sha[:32]}"'
