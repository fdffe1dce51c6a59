"""The production a run belongs to: its brief for the steps, and how far they are."""

import time
from pathlib import Path
from uuid import UUID

import dagster as dg
from pydantic import PrivateAttr

from vid_pipeline import tags
from vid_pipeline.artifacts import Brief
from vid_pipeline.errors import BadRequest
from vid_pipeline.records import Production
from vid_pipeline.running import AT_WORK
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


def folder_of(settings: Settings, production: Production) -> Path:
    """The folder that a production is delivered into."""
    return settings.home.absolute() / "productions" / str(production.id)
