"""Workflows from documents to versions: read, check, publish; and the ones we come with."""

import json
from pathlib import Path
from uuid import UUID

from pydantic import ValidationError

from vid_pipeline.acts import addressing
from vid_pipeline.check import problems, refuse
from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.errors import BadSource, WorkflowError
from vid_pipeline.kinds import Catalog
from vid_pipeline.nesting import Nested, expanded
from vid_pipeline.records import WorkflowVersion
from vid_pipeline.store import workflows
from vid_pipeline.store.database import Database
from vid_pipeline.workflow import Workflow

EXAMPLES = PROJECT / "examples" / "workflows"
_REMEDY = "Correct it; docs/workflow-document.md describes the format."


def first_start(db: Database, user: UUID | None = None) -> list[WorkflowVersion]:
    """Publish the workflows we come with that a user does not have; what was published.

    The user is the local one unless another is named.
    """
    with db.acting(user or db.local_user) as conn:
        known = {version.slug for version in workflows.latest_of_all(conn, archived=True)}
        return [
            workflows.publish(conn, read(path), "comes with the installation")
            for path in sorted(EXAMPLES.glob("*.json"))
            if path.stem not in known
        ]


def publish(
    db: Database, user: UUID, workflow: Workflow, catalog: Catalog, *, note: str = ""
) -> WorkflowVersion:
    """A new version, or the newest one when nothing has changed.

    Raises:
        ExceptionGroup: of `WorkflowError`, one for each fault; nothing was published.
    """
    nested = nested_in(db, user, workflow)
    refuse(nested.flat, catalog, also=_unaddressed(db, user, nested.flat, catalog))
    with db.acting(user) as conn:
        return workflows.publish(conn, nested.drawn, note, flat=nested.flat)


def faults(db: Database, user: UUID, flat: Workflow, catalog: Catalog) -> list[WorkflowError]:
    """Everything that keeps a user from publishing what would run."""
    return [*problems(flat, catalog), *_unaddressed(db, user, flat, catalog)]


def nested_in(db: Database, user: UUID, workflow: Workflow) -> Nested:
    """The workflow with the user's published ones that it nests; each version pinned.

    Raises:
        WorkflowError: it does not nest them rightly.
        NotFound: the user has not published one of them.
    """

    def lookup(slug: str, version: int | None) -> tuple[Workflow, int]:
        with db.acting(user) as conn:
            found = workflows.get(conn, slug, version)
        return found.document, found.version

    return expanded(workflow, lookup)


def read(path: Path) -> Workflow:
    """The workflow in a JSON file.

    Raises:
        BadSource: the file cannot be read or holds no JSON.
        ExceptionGroup: of `WorkflowError`, one for each place that is not in the format.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = f"it cannot be read ({error.strerror})"
        raise BadSource(str(path), reason, "Check the path.") from error
    return parse(data, str(path))


def parse(data: bytes, name: str) -> Workflow:
    """The workflow in a JSON text; raises as `read` does."""
    try:
        json.loads(data)
    except ValueError as error:
        raise BadSource(name, f"it is not JSON ({error})", _REMEDY) from error
    try:
        return Workflow.model_validate_json(data)
    except ValidationError as error:
        faults = [_fault(list(fault["loc"]), fault["msg"]) for fault in error.errors()]
        title = f"{name!r} has {len(faults)} fault(s)"
        raise ExceptionGroup(title, list(dict.fromkeys(faults))) from None


def _unaddressed(db: Database, user: UUID, flat: Workflow, catalog: Catalog) -> list[WorkflowError]:
    if not any(addressing.named(flat, catalog)):
        return []
    with db.acting(user) as conn:
        return addressing.missing(conn, flat, catalog)


def _fault(where: list[int | str], message: str) -> WorkflowError:
    place = ".".join(str(part) for part in where) or "document"
    return WorkflowError(f"{place}: {message}. Correct it.", code="bad_document")
