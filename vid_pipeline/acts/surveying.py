"""How a production stands, from the store: what holds, what is left, what that may take."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from psycopg import Connection
from pydantic import ValidationError

from vid_pipeline import alone
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Artifact, MediaRef
from vid_pipeline.check import problems
from vid_pipeline.errors import StoreError, WorkflowError
from vid_pipeline.kinds import Branch
from vid_pipeline.records import Launch, Production, StepTrace, WorkflowVersion
from vid_pipeline.standing import Facts, Load, Standing, standing
from vid_pipeline.store import launches, traces, turns, workflows
from vid_pipeline.store.objects import ObjectStore
from vid_pipeline.wiring import Wiring

_ALWAYS = datetime.max.replace(tzinfo=UTC)
_RESULT = "result"


def wiring_of(shop: Workshop, version: WorkflowVersion) -> Wiring:
    """A version beside the kinds that are installed.

    Raises:
        WorkflowError: it cannot run here any more; the first fault is named.
    """
    if faults := problems(version.graph, shop.catalog):
        raise WorkflowError(
            f"Version {version.version} of {version.slug!r} cannot run here any more: {faults[0]} "
            "Install what is missing, or go on with another version: `vidp retry --version N`.",
            step=faults[0].step,
            code="cannot_run",
        )
    return Wiring(version.graph, shop.catalog)


def survey(
    shop: Workshop,
    conn: Connection[Any],
    production: Production,
    *,
    redo: Iterable[str] = (),
    further: bool = False,
) -> tuple[Wiring, Standing]:
    """How it stands, as if the steps of `redo` (ids or keys) had to be done anew.

    Of a production that is about one step alone, only that one is wanted; all if it is to go
    `further`.

    Raises:
        WorkflowError: its version cannot run here any more.
    """
    version = workflows.get(conn, production.workflow, production.version)
    wiring = wiring_of(shop, version)
    found = launches.of_production(conn, production.id)
    facts = _facts(conn, production, found, redo)
    stands = standing(wiring, facts, loader(shop.store))
    only = None if further else alone.step_of(found)
    return wiring, stands if only is None else alone.narrowed(stands, wiring, only)


def _facts(
    conn: Connection[Any], production: Production, found: Sequence[Launch], redo: Iterable[str]
) -> Facts:
    """What the store knows of it."""
    counted: dict[str, int] = {}
    for turn in turns.of_production(conn, production.id):
        counted[turn.step_key] = turn.number
    return Facts(
        traces=traces.of_production(conn, production.id),
        turns=counted,
        redo=_redone(found) | dict.fromkeys(redo, _ALWAYS),
        unsure=frozenset(one.run_id for one in found if one.state == "killed" and one.run_id),
    )


def _redone(found: Sequence[Launch]) -> dict[str, datetime]:
    return {key: launch.planned_at for launch in found for key in launch.redo}


def loader(store: ObjectStore) -> Load:
    """What reads an artifact back that a re-execution finds, too; None if it does not."""

    def load(trace: StepTrace, kind: type[Artifact]) -> Artifact | None:
        artifact = read(store, trace, kind)
        found = artifact is not None and _is_handed_on(trace, artifact, store)
        return artifact if found else None

    return load


def read(store: ObjectStore, trace: StepTrace, kind: type[Artifact]) -> Artifact | None:
    """What a step gave; None if its bytes are gone, changed, or of another shape now."""
    try:
        ref = MediaRef.model_validate(trace.output)
        return kind.model_validate_json(store.path(ref).read_bytes())
    except (StoreError, ValidationError, OSError):
        return None


def _is_handed_on(trace: StepTrace, artifact: Artifact, store: ObjectStore) -> bool:
    """Whether the steps after it find it, too."""
    names = [_RESULT]
    if isinstance(artifact, Branch):
        names = [name for name in type(artifact).model_fields if getattr(artifact, name)]
    keys = (f"runs/{trace.run_id}/{trace.step_key}/{name}.json" for name in names)
    return all(store.exists(key) for key in keys)
