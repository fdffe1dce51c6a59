"""What a run leaves in the store: its steps' traces, and how its production stands at its end."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import dagster as dg
from dagster._core.execution.stats import StepEventStatus
from psycopg import Connection
from pydantic import JsonValue

from resources.production import folder_of, open_production
from resources.reviews import ReviewDesk
from vid_pipeline import alone, at_work, cancel, pins, tags
from vid_pipeline.acts import ending, launching
from vid_pipeline.acts.ending import Outcome
from vid_pipeline.acts.telling import tell
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.asking import Ask, Waits
from vid_pipeline.errors import BadRequest, OverBudget, StoreError
from vid_pipeline.graph.tagging import tagger
from vid_pipeline.kinds import Catalog
from vid_pipeline.ports import Store, Turn
from vid_pipeline.records import Launch, Production, TraceState, TurnRecord
from vid_pipeline.running import Basis, Remembered, Spent, StepPlace
from vid_pipeline.settings import Settings
from vid_pipeline.store import launches, productions, traces, turns, users
from vid_pipeline.store.database import Database

_EVER = datetime.min.replace(tzinfo=UTC)


class RunRecorder:
    """Fills `running.Recorder` for one run of a production."""

    def __init__(self, db: Database, production: Production, run_id: str, store: Store) -> None:
        self._db, self._production, self._store = db, production, store
        self._run_id = run_id
        self._lock = threading.Lock()
        with db.acting(production.owner_id) as conn:
            found = launches.of_production(conn, production.id)
        wished = [one for one in found if one.fresh or one.redo]
        self._only = alone.step_of(found)
        self._wishes = [(w.planned_at, None if w.fresh else frozenset(w.redo)) for w in wished]
        self.errors: dict[str, str] = {}
        self.stopped = False

    def turns(self, place: StepPlace) -> tuple[Turn, ...]:
        with self._db.acting(self._production.owner_id) as conn:
            heard = turns.of_step(conn, self._production.id, place.step_key)
        return tuple(self._turn(one) for one in heard)

    def _turn(self, heard: TurnRecord) -> Turn:
        by = ""
        if heard.author_id is not None:
            with self._db.service() as conn:
                by = users.get(conn, heard.author_id).display_name
        try:
            ref = pins.artifact_of(heard.about)
            gave = None if ref is None else json.loads(self._store.path(ref).read_bytes())
        except (StoreError, ValueError):
            gave = None  # what was said of it still holds
        return Turn(gave=gave, feedback=heard.feedback, by=by)

    def given(self, place: StepPlace) -> Remembered | None:
        """Where one step is run alone, every other one is given; from now on it is this run's.

        Raises:
            StoreError: it was not given.
        """
        if self._only is None or place.step_id == self._only:
            return None
        with self._db.acting(self._production.owner_id) as conn:
            found = traces.hand_on(conn, self._production.id, place.step_key, place.run_id)
        if found is None:
            told = f"Step {place.step_key!r} was not given to this production. Run the rest too."
            with self._lock:
                self.errors[place.step_key] = told
            raise StoreError(told)
        kept = MediaRef.model_validate(found.output)
        return Remembered(found.reused_from or found.run_id, kept)

    def begin(self, place: StepPlace, basis: Basis) -> str:
        with self._db.acting(self._production.owner_id) as conn:
            trace = traces.start(
                conn,
                self._production.id,
                run_id=place.run_id,
                step_key=place.step_key,
                step_id=place.step_id,
                kind=place.kind,
                attempt=place.attempt,
                inputs={name: list(digests) for name, digests in basis.inputs.items()},
                fingerprint=basis.fingerprint,
                definition=basis.definition,
                turns=basis.turns,
            )
        with self._lock:
            self.errors.pop(place.step_key, None)
        return str(trace.id)

    def remembered(self, place: StepPlace, fingerprint: str) -> Remembered | None:
        with self._db.acting(self._production.owner_id) as conn:
            found = traces.reusable(conn, fingerprint)
        if found is None or found.output is None or found.started_at < self._anew_since(place):
            return None
        return Remembered(found.run_id, MediaRef.model_validate(found.output))

    def _anew_since(self, place: StepPlace) -> datetime:
        """When somebody last wanted the step done anew; what is older is not reused."""
        keys = {place.step_key, place.step_id}
        wishes = (at for at, steps in self._wishes if steps is None or keys & steps)
        return max(wishes, default=_EVER)

    def finish(
        self, trace: str, output: MediaRef, *, reused_from: str | None, spent: Spent
    ) -> None:
        kept = output.model_dump(mode="json")
        with self._db.acting(self._production.owner_id) as conn:
            if reused_from is None:
                traces.finish(conn, trace, output=kept, output_sha=output.sha256, **asdict(spent))
            else:
                traces.reuse(
                    conn, trace, output=kept, output_sha=output.sha256, reused_from=reused_from
                )

    def fail(self, trace: str, error: str, *, cancelled: bool, spent: Spent) -> None:
        state: TraceState = "cancelled" if cancelled else "failed"
        with self._db.acting(self._production.owner_id) as conn:
            ended = traces.fail(conn, trace, error=error, state=state, **asdict(spent))
        with self._lock:
            self.stopped = self.stopped or cancelled
            if not cancelled:
                self.errors[ended.step_key] = error

    def wait(self, trace: str, why: str, *, spent: Spent) -> None:
        with self._db.acting(self._production.owner_id) as conn:
            traces.fail(conn, trace, error=why, state="waiting", **asdict(spent))

    def held(self, place: StepPlace, cap: OverBudget) -> Waits:
        desk = ReviewDesk(self._db, self._production, self._store, self._run_id)
        title = f"Raise the {cap.scope} budget from ${cap.limit_usd:.2f} to ${cap.to_usd:.2f}"
        facts: dict[str, JsonValue] = {"scope": cap.scope, "to_usd": cap.to_usd}
        try:
            desk.decided(place.step_id, Ask(kind="budget", title=title, facts=facts), {})
        except Waits as waits:
            return waits
        raise cap


def recorder_resource(catalog: Catalog) -> dg.ResourceDefinition:
    """The resource that steps are recorded by; `catalog` says what a production has left."""

    @dg.resource(description="Traces of steps, and the production's state at the end of its run.")
    @contextmanager
    def recorder(context: dg.InitResourceContext) -> Iterator[RunRecorder]:
        assert context.run is not None, "a resource of steps lives in a run"
        assert context.instance is not None, "runs have an instance"
        settings = Settings.read()
        db, production = open_production(context.run)
        shop = Workshop.of(settings, db, catalog)
        try:
            with at_work.claim(settings, production.id):
                _begun(shop, production, context.run, context.instance)
                tell(db, production.owner_id, production.id, tagger(context.instance))
                made = RunRecorder(db, production, context.run.run_id, shop.store)
                try:
                    yield made
                finally:
                    outcome = _outcome(context.instance, made, context.run.run_id)
                    folder = str(folder_of(settings, production))
                    ending.ended(
                        shop, production, context.run.run_id, replace(outcome, folder=folder)
                    )
                    tell(db, production.owner_id, production.id, tagger(context.instance))
        finally:
            db.close()

    return recorder


def _begun(
    shop: Workshop, production: Production, run: dg.DagsterRun, instance: dg.DagsterInstance
) -> None:
    """Say which launch this run is; one more if somebody has started it from Dagster's pages.

    Raises:
        BadRequest: another run of the production is at work.
    """
    with shop.db.acting(production.owner_id) as conn:
        now = productions.locked(conn, production.id)
        launch = _launch_of(conn, run)
        if launch is None:
            _refuse_second(conn, now, instance)
            launch = launches.plan(
                conn,
                production.id,
                reason="dagster",
                steps=run.step_keys_to_execute,
                fresh=tags.FRESH in run.tags,
                parent_run_id=run.parent_run_id,
            )
            assert launch is not None, "the production is held, and nothing is at work"
        if launch.state == "planned":
            launch = launching.taken(conn, launch, run.run_id, root=run.root_run_id)
            assert launch is not None, "the production is held"
        productions.running(conn, production.id)


def _launch_of(conn: Connection[Any], run: dg.DagsterRun) -> Launch | None:
    """The launch in the run's tags; a re-execution has its parent's, which is not its own.

    Raises:
        BadRequest: the launch was given up before its run began.
    """
    tagged = run.tags.get(tags.LAUNCH)
    launch = launches.get(conn, UUID(tagged)) if tagged else None
    over = launch is not None and launch.state in {"ended", "killed"}
    if launch is not None and over and launch.run_id in {None, run.run_id}:
        raise BadRequest("Run", run.run_id, "It was given up before it began: `vidp resume`.")
    if launch is None or launch.state == "planned" or launch.run_id == run.run_id:
        return launch
    return launches.of_run(conn, run.run_id)


def _refuse_second(
    conn: Connection[Any], production: Production, instance: dg.DagsterInstance
) -> None:
    other = launches.at_work(conn, production.id)
    if other is None:
        return
    running = instance.get_run_by_id(other.run_id) if other.run_id else None
    if other.state == "planned" or (running is not None and not running.is_finished):
        raise BadRequest(
            "Production",
            production.short_id,
            "Another run of it is at work. Wait for it, or cancel it first.",
        )
    ending.close(conn, production.id)


def _outcome(instance: dg.DagsterInstance, made: RunRecorder, run_id: str) -> Outcome:
    """What the run came to: cancelled, failed at the first step that Dagster saw fail, or well."""
    if made.stopped or cancel.token_of(run_id).requested:
        return Outcome(cancelled=True)
    stats = instance.get_run_step_stats(run_id)
    failed = [step for step in stats if step.status is StepEventStatus.FAILURE]
    if not failed:
        return Outcome()
    key = min(failed, key=lambda step: step.end_time or 0).step_key
    error = made.errors.get(key, "The step failed after its work; see its log.")
    return Outcome(failed_step=key, error=error)
