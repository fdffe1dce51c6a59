"""The production a run belongs to: its brief for the steps, and the traces they leave."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO
from uuid import UUID

import dagster as dg
from dagster._core.execution.stats import RunStepKeyStatsSnapshot, StepEventStatus
from pydantic import PrivateAttr

from vid_pipeline import at_work, cancel, tags
from vid_pipeline.artifacts import Brief, MediaRef
from vid_pipeline.errors import BadRequest
from vid_pipeline.records import Production, TraceState
from vid_pipeline.running import AT_WORK, Remembered, Spent, StepPlace
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions, traces
from vid_pipeline.store.database import Database, ready

_PROGRESS_EVERY_S = 0.25


def open_production(run: dg.DagsterRun) -> tuple[Database, Production]:
    """The production that a run belongs to, and the database it lies in, to be closed.

    Raises:
        BadRequest: the run was started without one.
    """
    production_id = run.tags.get(tags.PRODUCTION)
    if production_id is None:
        raise BadRequest("Run", run.run_id, "It has no production: start it by `vidp make`.")
    db = ready(Settings.read())
    with db.service() as conn:
        owner = productions.owner_of(conn, production_id)
    with db.acting(owner) as conn:
        return db, productions.get(conn, production_id)


class _OfRun(dg.ConfigurableResource):
    """What both resources know: the open database, the production and its owner."""

    _settings: Settings = PrivateAttr()
    _db: Database = PrivateAttr()
    _run: dg.DagsterRun = PrivateAttr()
    _production: Production = PrivateAttr()

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        assert context.run is not None, "a resource of steps lives in a run"
        self._run = context.run
        self._settings = Settings.read()
        self._db, self._production = open_production(context.run)

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        self._db.close()

    @property
    def _owner(self) -> UUID:
        return self._production.owner_id


class ProductionResource(_OfRun):
    """Port `Production`."""

    _told_at: dict[str, float] = PrivateAttr(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self._production.id)

    @property
    def brief(self) -> Brief:
        return self._production.brief

    @property
    def facts(self) -> dict[str, str]:
        """For the manifest: production, workflow, version, job, run, and what was spent so far."""
        with self._db.acting(self._owner) as conn:
            steps = traces.of_production(conn, self._production.id)
        return {
            "production": self.id,
            "workflow": self._production.workflow,
            "version": str(self._production.version),
            "job": self._production.job_name,
            "run": self._run.run_id,
            "root_run": self._run.root_run_id or self._run.run_id,
            "input_tokens": str(sum(step.input_tokens for step in steps)),
            "output_tokens": str(sum(step.output_tokens for step in steps)),
            "cost_usd": f"{sum(step.cost_usd for step in steps):.6f}",
        }

    @property
    def folder(self) -> Path:
        """Where the production is delivered; its parent exists."""
        folder = folder_of(self._settings, self._production)
        folder.parent.mkdir(parents=True, exist_ok=True)
        return folder

    def progress(self, done: float, note: str = "") -> None:
        """Write how far the calling step is, at most four times a second."""
        step, now = AT_WORK.get(), time.monotonic()
        if step is None or now - self._told_at.get(step.trace, 0) < _PROGRESS_EVERY_S:
            return
        self._told_at[step.trace] = now
        with self._db.acting(self._owner) as conn:
            traces.progress(conn, step.trace, done, note)


class RecorderResource(_OfRun):
    """Writes step traces, and the production's state as its run begins and ends."""

    _failed: dict[str, str] = PrivateAttr(default_factory=dict)
    _stopped: bool = PrivateAttr(default=False)
    _lock: threading.Lock = PrivateAttr(default_factory=threading.Lock)
    _claim: IO[str] = PrivateAttr()

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        super().setup_for_execution(context)
        self._claim = at_work.claim(self._settings, self._production.id)
        with self._db.acting(self._owner) as conn:
            if self._production.run_id != self._run.run_id:
                productions.attach_run(conn, self._production.id, self._run.run_id)
            productions.running(conn, self._production.id)

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        with self._db.acting(self._owner) as conn:
            production = self._production.id
            if self._stopped or cancel.token_of(self._run.run_id).requested:
                traces.abandon(conn, production, state="cancelled")
                productions.cancelled(conn, production)
            elif failed := self._failed_step(context):
                error = self._failed.get(failed, "The step failed after its work; see its log.")
                productions.failed(conn, production, error=error, step=failed)
            elif self._steps(context):  # without any, whoever started the run knows why it ended
                folder = folder_of(self._settings, self._production)
                productions.done(conn, production, folder=str(folder))
        self._claim.close()
        super().teardown_after_execution(context)

    def _failed_step(self, context: dg.InitResourceContext) -> str | None:
        """The first step that Dagster saw fail, also after it had closed its trace."""
        steps = self._steps(context)
        failed = [step for step in steps if step.status is StepEventStatus.FAILURE]
        return min(failed, key=lambda step: step.end_time or 0).step_key if failed else None

    def _steps(self, context: dg.InitResourceContext) -> Sequence[RunStepKeyStatsSnapshot]:
        """The steps that Dagster has begun."""
        assert context.instance is not None, "runs have an instance"
        return context.instance.get_run_step_stats(self._run.run_id)

    def begin(self, place: StepPlace, *, fingerprint: str, inputs: Mapping[str, list[str]]) -> str:
        with self._db.acting(self._owner) as conn:
            trace = traces.start(
                conn,
                self._production.id,
                run_id=place.run_id,
                step_key=place.step_key,
                step_id=place.step_id,
                kind=place.kind,
                attempt=place.attempt,
                inputs={name: list(digests) for name, digests in inputs.items()},
                fingerprint=fingerprint,
            )
        with self._lock:
            self._failed.pop(place.step_key, None)
        return str(trace.id)

    def remembered(self, fingerprint: str) -> Remembered | None:
        if tags.FRESH in self._run.tags:
            return None
        with self._db.acting(self._owner) as conn:
            found = traces.reusable(conn, fingerprint)
        if found is None or found.output is None:
            return None
        return Remembered(found.run_id, MediaRef.model_validate(found.output))

    def finish(
        self, trace: str, output: MediaRef, *, reused_from: str | None, spent: Spent
    ) -> None:
        kept = output.model_dump(mode="json")
        with self._db.acting(self._owner) as conn:
            if reused_from is None:
                traces.finish(conn, trace, output=kept, output_sha=output.sha256, **asdict(spent))
            else:
                traces.reuse(
                    conn, trace, output=kept, output_sha=output.sha256, reused_from=reused_from
                )

    def fail(self, trace: str, error: str, *, cancelled: bool, spent: Spent) -> None:
        state: TraceState = "cancelled" if cancelled else "failed"
        with self._db.acting(self._owner) as conn:
            ended = traces.fail(conn, trace, error=error, state=state, **asdict(spent))
        with self._lock:
            self._stopped = self._stopped or cancelled
            if not cancelled:
                self._failed[ended.step_key] = error


def folder_of(settings: Settings, production: Production) -> Path:
    """The folder that a production is delivered into."""
    return settings.home.absolute() / "productions" / str(production.id)
