"""Going on: with what is left, from a chosen step, with one item, or on another version."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline.acts import launching
from vid_pipeline.acts.surveying import survey, wiring_of
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.errors import BadRequest
from vid_pipeline.records import Launch, LaunchReason, Production
from vid_pipeline.standing import Standing, Why
from vid_pipeline.store import launches, productions, requests, traces, workflows
from vid_pipeline.store.traces import Typical
from vid_pipeline.wiring import Wiring
from vid_pipeline.workflow import id_in, step_of

_SIDE_BY_SIDE = 2
"""Items of a mapped step that advance at once, for the estimate alone."""


@dataclass(frozen=True)
class Wish:
    """From where to go on: `steps` (ids, or keys as `draw[s2]`) anew, on `version`.

    `fresh` reuses nothing.
    """

    steps: tuple[str, ...] = ()
    version: int | None = None
    fresh: bool = False


@dataclass(frozen=True)
class Forecast:
    """What a retry would do: step keys that run and why, those that are kept and from which run.

    Cost in US dollars and time in seconds, from what such steps took; None where none ever ran.
    """

    production: Production
    version: int
    runs: dict[str, Why]
    keeps: dict[str, str]
    cost_usd: float | None
    seconds: float | None


def forecast(shop: Workshop, user: UUID, key: UUID | str, wish: Wish = Wish()) -> Forecast:
    """What a retry would run, keep, cost and take; changes nothing.

    Raises:
        NotFound: there is no such production or version.
        BadRequest: there is no such step.
        WorkflowError: the version cannot run here.
    """
    with shop.db.acting(user) as conn:
        production = _on(shop, conn, productions.get(conn, key), wish)
        further = _goes_further(production, wish)
        wiring, stands = survey(shop, conn, production, redo=wish.steps, further=further)
        _refuse_unknown(wiring, stands, wish.steps)
        known = traces.typical(conn)
    runs = dict(stands.left)
    keeps = {} if wish.fresh else {key: trace.run_id for key, trace in stands.holds.items()}
    if wish.fresh:
        runs |= dict.fromkeys(stands.holds, "asked")
    return foretold(production, wiring, runs, keeps, known)


def foretold(
    production: Production,
    wiring: Wiring,
    runs: dict[str, Why],
    keeps: dict[str, str],
    known: dict[str, Typical],
) -> Forecast:
    """What running these step keys costs and takes, by what such kinds took."""
    kinds = {step_id: kind.name for step_id, kind in wiring.kinds.items()}
    costs = [known[k].cost_usd for key in runs if (k := kinds.get(id_in(key))) in known]
    return Forecast(
        production=production,
        version=production.version,
        runs=runs,
        keeps=keeps,
        cost_usd=sum(costs) if costs else None,
        seconds=_seconds(wiring, runs, {name: one.seconds for name, one in known.items()}),
    )


def retry(
    shop: Workshop, user: UUID, key: UUID | str, wish: Wish = Wish()
) -> tuple[Launch, Production]:
    """Go on with a production; on another version it is the same production in a new run group.

    Of one that is about a single step, that step is tried again; once it is done, or if more is
    wished, all the others run too.

    Raises:
        NotFound: there is no such production or version.
        BadRequest: it is at work, or waits, or is done and nothing was asked to be done anew.
        WorkflowError: the version cannot run here.
        ToolError: the run could not be started. A sweep tries again.
    """
    with shop.db.acting(user) as conn:
        held = productions.locked(conn, productions.get(conn, key).id)
        if launches.at_work(conn, held.id) is not None:
            raise BadRequest(
                "Production", held.short_id, "A run of it is at work: cancel it first."
            )
        _refuse_idle(conn, held, wish)
        production = _on(shop, conn, held, wish)
        if production.version != held.version:
            productions.on_version(conn, held.id, production.version, production.job_name)
        further = _goes_further(held, wish)
        wiring, stands = survey(shop, conn, production, redo=wish.steps, further=further)
        _refuse_unknown(wiring, stands, wish.steps)
        if not stands.left and not wish.fresh:
            raise BadRequest("Production", held.short_id, "Nothing is left to do in it.")
        reason: LaunchReason = "retry" if further else "resume"
        if production.version != held.version:
            reason = "version"
        launch = launching.plan(
            shop, conn, production, reason=reason, redo=wish.steps, fresh=wish.fresh
        )
    launching.send(shop, launch)
    return launch, production


def _goes_further(production: Production, wish: Wish) -> bool:
    """Whether more is wanted than the one step that the production may be about."""
    return production.only_step is None or production.state == "done" or wish != Wish()


def _refuse_idle(conn: Connection[Any], production: Production, wish: Wish) -> None:
    """Refuse what would only ask the same people the same thing again."""
    asks_nothing_new = not wish.steps and wish.version is None and not wish.fresh
    if production.state != "waiting" or not asks_nothing_new:
        return
    asked = requests.of_production(conn, production.id)
    of_budget = any(one.state == "open" and one.kind == "budget" for one in asked)
    if of_budget or requests.has_untaken(conn, production.id):
        return  # a cap may have been raised meanwhile
    raise BadRequest(
        "Production", production.short_id, "It waits for a decision: see `vidp approvals`."
    )


def _on(shop: Workshop, conn: Connection[Any], production: Production, wish: Wish) -> Production:
    """The production as it is on the wished version."""
    if wish.version is None or wish.version == production.version:
        return production
    version = workflows.get(conn, production.workflow, wish.version)
    wiring_of(shop, version)
    moved = {"version": version.version, "job_name": version.job_name}
    return production.model_copy(update=moved)


def _refuse_unknown(wiring: Wiring, stands: Standing, steps: Sequence[str]) -> None:
    known = {*wiring.steps, *stands.holds, *stands.left}
    for step in steps:
        if step not in known:
            choices = ", ".join(wiring.order)
            raise BadRequest("Step", step, f"The production's steps: {choices}.")


def _seconds(wiring: Wiring, runs: dict[str, Why], known: dict[str, float]) -> float | None:
    """The longest way through the steps that are to run."""
    if not known:
        return None
    ends: dict[str, float] = {}
    for step_id in wiring.order:
        above = [ends.get(step_of(source), 0.0) for source in wiring.steps[step_id].sources()]
        count = sum(id_in(key) == step_id for key in runs)
        at_once = _SIDE_BY_SIDE if wiring.is_mapped(step_id) and count > 1 else 1
        took_s = known.get(wiring.kinds[step_id].name, 0.0) * count / at_once
        ends[step_id] = max(above, default=0.0) + took_s
    return max(ends.values(), default=0.0)
