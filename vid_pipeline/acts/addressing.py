"""Destinations that workflows send to: what is missing or paused is said before a video is made."""

from collections.abc import Collection, Iterator
from typing import Any

from psycopg import Connection
from pydantic import ValidationError

from vid_pipeline.destination_records import Destination
from vid_pipeline.errors import WorkflowError
from vid_pipeline.kinds import Catalog
from vid_pipeline.store import destinations, workflows
from vid_pipeline.workflow import Workflow, id_in

MISSING, PAUSED = "unknown_destination", "paused_destination"


def named(workflow: Workflow, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """The ids of the steps that send, each with every destination it names."""
    for step in workflow.steps:
        kind = catalog.get(step.kind)
        if kind is None or kind.sends is None:
            continue
        try:
            params = kind.params.model_validate(step.params)
        except ValidationError:
            continue  # which `check` tells
        for name in kind.sends(params):
            yield step.id, name


def faults(conn: Connection[Any], workflow: Workflow, catalog: Catalog) -> list[WorkflowError]:
    """What keeps the acting user's videos from where the workflow sends them.

    The codes are `MISSING` and `PAUSED`.
    """
    wanted = list(named(workflow, catalog))
    known = {one.name: one for one in destinations.listed(conn)} if wanted else {}
    told = (_fault(step, name, known) for step, name in wanted)
    return [fault for fault in told if fault is not None]


def missing(conn: Connection[Any], workflow: Workflow, catalog: Catalog) -> list[WorkflowError]:
    """One fault for each destination that a workflow names and its owner has not.

    A paused one is none: it may be enabled again before the next video.
    """
    return [fault for fault in faults(conn, workflow, catalog) if fault.code == MISSING]


def refuse(
    conn: Connection[Any],
    workflow: Workflow,
    catalog: Catalog,
    *,
    left: Collection[str] | None = None,
) -> None:
    """Return if everything that is to be sent has somewhere to go.

    `left` are the keys of the steps that are still to run; all if None.

    Raises:
        WorkflowError: a destination is missing or paused; the first one is named.
    """
    ids = None if left is None else {id_in(key) for key in left}
    for fault in faults(conn, workflow, catalog):
        if ids is None or fault.step in ids:
            raise fault


def senders(conn: Connection[Any], catalog: Catalog, destination: str) -> list[str]:
    """The titles of the acting user's workflows whose newest version sends to a destination."""
    return [
        version.title
        for version in workflows.latest_of_all(conn)
        if any(name == destination for _, name in named(version.graph, catalog))
    ]


def _fault(step: str, name: str, known: dict[str, Destination]) -> WorkflowError | None:
    found = known.get(name)
    if found is None:
        others = f" You have: {', '.join(known)}." if known else ""
        return WorkflowError(
            f"Step {step!r} sends to {name!r}, but you have no destination of that name. Add it "
            f"on the page Destinations or by `vidp destination add`, or name another one.{others}",
            step=step,
            code=MISSING,
        )
    if not found.enabled:
        return WorkflowError(
            f"Step {step!r} sends to {name!r}, which is paused. Enable it on the page "
            f"Destinations or by `vidp destination enable {name}`, or take it out of the step.",
            step=step,
            code=PAUSED,
        )
    return None
