"""A creator's workflows at a glance, and the templates that new ones begin from."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from vid_pipeline.acts import publishing
from vid_pipeline.kinds import Catalog
from vid_pipeline.records import Draft, WorkflowVersion
from vid_pipeline.store import drafts, workflow_figures, workflows
from vid_pipeline.store.database import Database
from vid_pipeline.store.workflow_figures import Figures
from vid_pipeline.workflow import Workflow

_FIRST = ("article-to-short", "reviewed-short", "researched-short", "product-update")


@dataclass(frozen=True)
class Entry:
    """A workflow: its newest version, its draft, how it has done; each if there is one."""

    slug: str
    version: WorkflowVersion | None
    draft: Draft | None
    figures: Figures | None

    @property
    def title(self) -> str:
        """As the draft has it, else the version."""
        if self.draft is not None:
            return self.draft.title
        return self.version.title if self.version else self.slug

    @property
    def pending(self) -> bool:
        """Whether there are changes that no version has."""
        return self.draft is not None and self.draft.changed


def entries(db: Database, user: UUID) -> list[Entry]:
    """The user's workflows, those worked on last first; without those put away."""
    with db.acting(user) as conn:
        versions = {one.slug: one for one in workflows.latest_of_all(conn)}
        away = set(workflows.archived(conn))
        begun = {one.slug: one for one in drafts.of_user(conn) if one.slug not in away}
        figures = workflow_figures.by_workflow(conn)
    found = [
        Entry(slug, versions.get(slug), begun.get(slug), figures.get(slug))
        for slug in versions | begun
    ]
    return sorted(found, key=_last, reverse=True)


def put_away(db: Database, user: UUID) -> list[WorkflowVersion]:
    """The newest versions of the workflows that are put away."""
    with db.acting(user) as conn:
        away = set(workflows.archived(conn))
        return [one for one in workflows.latest_of_all(conn, archived=True) if one.slug in away]


def archive(db: Database, user: UUID, slug: str, *, away: bool = True) -> None:
    """Put a workflow away, or take it back; its versions and videos stay.

    Raises:
        NotFound: it was never published.
    """
    with db.acting(user) as conn:
        workflows.archive(conn, slug, away=away)


@cache
def templates() -> tuple[Workflow, ...]:
    """The workflows that we come with, the simplest first."""
    found = [publishing.read(path) for path in sorted(publishing.EXAMPLES.glob("*.json"))]
    order = {slug: place for place, slug in enumerate(_FIRST)}
    return tuple(sorted(found, key=lambda one: order.get(one.slug, len(order))))


@dataclass(frozen=True)
class Needs:
    """What a workflow asks for: decisions of people, pages of the web, a model's key.

    `model` is `must` when a step cannot do without, `may` when one does better with it.
    """

    decisions: int
    web: bool
    model: str


def needs(workflow: Workflow, catalog: Catalog) -> Needs:
    """What a workflow's steps need, by the ports of their kinds."""
    kinds = [catalog[step.kind] for step in workflow.steps if step.kind in catalog]
    must = any(kind.name in {"agent", "run_job"} for kind in kinds)
    ports = _ports(kind.ports for kind in kinds)
    return Needs(
        decisions=sum(kind.gate for kind in kinds),
        web=any(kind.name == "research" for kind in kinds),
        model="must" if must else "may" if "llm" in ports else "",
    )


def _ports(of_kinds: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*of_kinds)


def _last(entry: Entry) -> float:
    moments = [
        entry.version.published_at if entry.version else None,
        entry.draft.updated_at if entry.draft else None,
        entry.figures.last_at if entry.figures else None,
    ]
    return max(moment.timestamp() for moment in moments if moment is not None)
