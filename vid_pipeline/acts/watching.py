"""Follow one production in the store: its state and its view, each time it is asked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline.acts.following import View, view
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.errors import StoreError
from vid_pipeline.ports import Store
from vid_pipeline.records import Production, StepTrace, WorkflowVersion
from vid_pipeline.store import productions, traces, workflows
from vid_pipeline.store.database import Database
from vid_pipeline.workflow import Workflow, field_of, step_of

_KEPT = {"done", "reused"}
"""A re-execution of a run reads these of the runs before."""


@dataclass(frozen=True)
class Sight:
    """A production at one moment; `traces` are of its newest run and of what that one keeps."""

    production: Production
    traces: tuple[StepTrace, ...]
    view: View
    now: datetime
    all_traces: tuple[StepTrace, ...] = ()

    @property
    def elapsed_s(self) -> float:
        """Since it was made, until it ended or now."""
        end = self.production.ended_at or self.now
        return max(0.0, (end - self.production.created_at).total_seconds())

    @property
    def share(self) -> float:
        """How much is done, 0 to 1; nothing before its first step."""
        began = self.production.started_at
        end = self.production.ended_at or self.now
        return self.view.share((end - began).total_seconds()) if began else 0.0


@dataclass
class Watch:
    """Looks at one production; what does not change is read once."""

    db: Database
    user: UUID
    production_id: UUID
    store: Store
    _counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.db.acting(self.user) as conn:
            production = productions.get(conn, self.production_id)
            self._version = workflows.get(conn, production.workflow, production.version)
            typical = traces.typical(conn)
        self._medians = {kind: found.seconds for kind, found in typical.items()}

    @property
    def version(self) -> WorkflowVersion:
        return self._version

    def look(self) -> Sight:
        """How it stands now."""
        with self.db.acting(self.user) as conn:
            read = self.read(conn)
        return self.sight(*read)

    def read(self, conn: Connection[Any]) -> tuple[Production, list[StepTrace]]:
        """What `sight` is made of: the production and all its traces."""
        production = productions.get(conn, self.production_id)
        return production, traces.of_production(conn, self.production_id)

    def sight(self, production: Production, read: Sequence[StepTrace]) -> Sight:
        """How it stands now by what was read: between two readings time goes on."""
        now = datetime.now(UTC)
        found = [t for t in read if t.run_id == production.run_id or t.state in _KEPT]
        self._counts = counts(self._version.graph, self.store, found, self._counts)
        seen = view(
            self._version.graph,
            found,
            now=now,
            medians=self._medians,
            counts=self._counts,
            wanted=_wanted(production, found),
        )
        return Sight(production, tuple(found), seen, now, tuple(read))


def counts(
    graph: Workflow,
    store: Store,
    found: Sequence[StepTrace],
    known: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """How many items each mapped step has, once the step before it has ended."""
    counted = dict(known or {})
    outputs = {trace.step_id: trace.output for trace in found if trace.output is not None}
    for step in graph.steps:
        feed = step.inputs.get(step.over) if step.over else None
        if step.id in counted or not isinstance(feed, str):
            continue
        output, name = outputs.get(step_of(feed)), field_of(feed)
        if output is not None and name is not None:
            counted[step.id] = len(artifact_json(store, output).get(name) or ())
        elif step_of(feed) in counted:
            counted[step.id] = counted[step_of(feed)]
    return counted


def _wanted(production: Production, found: Sequence[StepTrace]) -> set[str] | None:
    """Where one step is run alone, that one and those that were given; all steps if None."""
    if production.only_step is None:
        return None
    return {trace.step_id for trace in found} | {production.only_step}


def artifact_json(store: Store, output: object) -> dict[str, list[object]]:
    """What a step gave, as plain JSON; empty when it is no longer in the store."""
    try:
        ref = MediaRef.model_validate(output)
        body = json.loads(store.path(ref).read_bytes())
    except (StoreError, ValueError):
        return {}
    return body if isinstance(body, dict) else {}
