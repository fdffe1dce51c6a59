"""Running one step alone: a new production in which it is done anew on what was given before.

The steps above it are not run: they give what they gave in an earlier production of the workflow,
whatever their settings are now. Nothing after it runs.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline.acts import launching, retrying
from vid_pipeline.acts.retrying import Forecast
from vid_pipeline.acts.surveying import read, wiring_of
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Artifact
from vid_pipeline.errors import NotAlone
from vid_pipeline.records import Launch, Production, StepTrace
from vid_pipeline.standing import Facts, Standing, Why, standing
from vid_pipeline.store import productions, traces, workflows
from vid_pipeline.wiring import Wiring, upstream
from vid_pipeline.workflow import Workflow, id_in

_LOOKED_AT = 20
_GOOD = {"done", "reused"}
_OF_STEP = frozenset({"unknown", "gate"})
"""Why a step cannot run alone whatever was made before."""


@dataclass(frozen=True)
class _Ready:
    """By step key what a step is to work on, and the keys by which it runs."""

    given: dict[str, StepTrace]
    runs: tuple[str, ...]


def forecast(
    shop: Workshop, user: UUID, key: UUID | str, step: str, *, version: int | None = None
) -> Forecast:
    """What `run` would do, cost and take; changes nothing, and raises what that does."""
    with shop.db.acting(user) as conn:
        source, wiring = _found(shop, conn, key, version)
        return _foretold(shop, conn, wiring, source, step)


def drawn(shop: Workshop, user: UUID, slug: str, graph: Workflow, step: str) -> Forecast:
    """What a step that is still being drawn would run on: the newest production that can give it.

    Raises:
        NotAlone: none can, or the step is none that can run alone.
    """
    wiring = Wiring(graph, shop.catalog)
    refusal: NotAlone | None = None
    with shop.db.acting(user) as conn:
        for source in productions.recent(conn, _LOOKED_AT, workflow=slug):
            try:
                return _foretold(shop, conn, wiring, source, step)
            except NotAlone as reason:
                refusal = refusal or reason
                if reason.cause in _OF_STEP:
                    break
    if refusal is not None:
        raise refusal
    raise NotAlone(step, "unmade", "Nothing was made with this workflow yet. Make a video first.")


def planned(
    shop: Workshop, user: UUID, key: UUID | str, step: str, *, version: int | None = None
) -> tuple[Launch, Production]:
    """A new production in which a step runs alone, on what production `key` was given and gave.

    It is of that one's version unless another is named. `launching.send` starts it.

    Raises:
        NotFound: there is no such production or version.
        NotAlone: there is no such step, it asks people, or what it works on is not there.
        WorkflowError: the version cannot run here.
    """
    with shop.db.acting(user) as conn:
        source, wiring = _found(shop, conn, key, version)
        ready = _ready(shop, conn, wiring, source, step)
        wanted = workflows.get(conn, source.workflow, version or source.version)
        made = productions.create(conn, wanted, source.brief)
        traces.give(conn, made.id, ready.given.values())
        launch = launching.plan_alone(conn, made, wiring, step)
        return launch, productions.get(conn, made.id)


def run(
    shop: Workshop, user: UUID, key: UUID | str, step: str, *, version: int | None = None
) -> Production:
    """What `planned` plans, started.

    Raises:
        ToolError: it could not be started. A sweep tries again.
    """
    launch, made = planned(shop, user, key, step, version=version)
    launching.send(shop, launch)
    return made


def _found(
    shop: Workshop, conn: Connection[Any], key: UUID | str, version: int | None
) -> tuple[Production, Wiring]:
    source = productions.get(conn, key)
    wanted = workflows.get(conn, source.workflow, version or source.version)
    moved = {"version": wanted.version, "job_name": wanted.job_name}
    return source.model_copy(update=moved), wiring_of(shop, wanted)


def _foretold(
    shop: Workshop, conn: Connection[Any], wiring: Wiring, source: Production, step: str
) -> Forecast:
    ready = _ready(shop, conn, wiring, source, step)
    keeps = {key: trace.run_id for key, trace in ready.given.items()}
    runs: dict[str, Why] = dict.fromkeys(ready.runs, "asked")
    return retrying.foretold(source, wiring, runs, keeps, traces.typical(conn))


def _ready(
    shop: Workshop, conn: Connection[Any], wiring: Wiring, source: Production, step: str
) -> _Ready:
    """What the steps above gave last, if all that is needed is there."""
    _refuse(wiring, step)
    given = [one for one in traces.of_production(conn, source.id) if _counts(wiring, one)]

    def load(trace: StepTrace, kind: type[Artifact]) -> Artifact | None:
        return read(shop.store, trace, kind)

    stands = standing(wiring, Facts(traces=given, trusting=True), load)
    above = upstream(wiring, step)
    _refuse_unready(stands, source, above, step)
    own = [key for key in (*stands.holds, *stands.left) if id_in(key) == step]
    kept = {key: trace for key, trace in stands.holds.items() if trace.step_id in above}
    return _Ready(kept, tuple(own))


def _counts(wiring: Wiring, trace: StepTrace) -> bool:
    """Whether a try gave something, as a step of the same kind as is there now."""
    now = wiring.steps.get(trace.step_id)
    return trace.state in _GOOD and now is not None and now.kind == trace.kind


def _refuse(wiring: Wiring, step: str) -> None:
    kind = wiring.kinds.get(step)
    if kind is None:
        raise NotAlone(step, "unknown", f"There is none. Choose: {', '.join(wiring.order)}.")
    if kind.gate:
        raise NotAlone(step, "gate", "It asks people, for those that come after it. Run from it.")


def _refuse_unready(stands: Standing, source: Production, above: set[str], step: str) -> None:
    if step in stands.unwanted:
        raise NotAlone(
            step, "untaken", f"Production {source.short_id} did not take the branch it hangs on."
        )
    first = next((id_in(key) for key in stands.left if id_in(key) in above), None)
    if first is not None:
        raise NotAlone(
            step,
            "inputs",
            f"Step {first!r} has to run first, and gave nothing that is still there in "
            f"production {source.short_id}. Run from {first!r}.",
            first=first,
        )
