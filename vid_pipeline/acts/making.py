"""Beginning and stopping productions."""

from uuid import UUID

from vid_pipeline.acts import addressing, launching, stopping
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief
from vid_pipeline.errors import BadRequest
from vid_pipeline.records import Launch, Production
from vid_pipeline.store import productions, workflows
from vid_pipeline.store.database import Database

_STOPPABLE = {"draft", "queued", "running", "waiting"}


def refuse_unsendable(
    shop: Workshop, user: UUID, workflow: str, version: int | None = None
) -> None:
    """Return if a video of this workflow can go where it is to be sent; ask before it is begun.

    Raises:
        NotFound: the user has no such workflow.
        WorkflowError: a destination is missing or paused.
    """
    with shop.db.acting(user) as conn:
        found = workflows.get(conn, workflow, version)
        addressing.refuse(conn, found.graph, shop.catalog)


def begin(
    db: Database, user: UUID, brief: Brief, *, workflow: str, version: int | None = None
) -> Production:
    """A draft production: this brief through a workflow's version, the newest unless given.

    Raises:
        NotFound: the user has no such workflow.
    """
    with db.acting(user) as conn:
        return productions.create(conn, workflows.get(conn, workflow, version), brief)


def planned(shop: Workshop, production: Production, *, fresh: bool = False) -> Launch:
    """The first launch of a draft, to be started by whoever asked for it.

    Raises:
        BadRequest: it was started before.
        WorkflowError: its version cannot run here, or sends where it cannot.
    """
    with shop.db.acting(production.owner_id) as conn:
        held = productions.locked(conn, production.id)
        return launching.plan(shop, conn, held, reason="start", fresh=fresh)


def launch(shop: Workshop, production: Production, *, fresh: bool = False) -> str:
    """Start a draft in the background; who runs it: `dagster` or `worker`.

    Raises:
        ToolError: neither could be started. A sweep tries again.
        WorkflowError: its version cannot run here, or sends where it cannot.
    """
    return launching.send(shop, planned(shop, production, fresh=fresh))


def cancel(shop: Workshop, user: UUID, key: UUID | str) -> Production:
    """Ask a production to stop, whoever runs it; what was finished is kept, and it can be resumed.

    Raises:
        NotFound: the user has no such production.
        BadRequest: it has ended.
    """
    with shop.db.acting(user) as conn:
        production = productions.locked(conn, productions.get(conn, key).id)
        if production.state not in _STOPPABLE:
            raise BadRequest(
                "Production", production.short_id, f"It is {production.state} already."
            )
        stopped = stopping.unless_at_work(conn, production)
    return stopped if stopped.ended else stopping.ask(shop, stopped)
