"""The `Jobs` port: a provider over HTTP, its jobs in the journal."""

from typing import Self

import dagster as dg
from pydantic import Field, PrivateAttr, SecretStr

from resources.paid import Paid
from resources.production import open_production
from resources.provider_jobs.http import HttpProvider, Limits
from resources.provider_jobs.runner import JobRunner, Pace, Told
from resources.store import StoreResource
from vid_pipeline import cancel
from vid_pipeline.errors import JobFailed
from vid_pipeline.ports import JobRequest, JobResult
from vid_pipeline.settings import Settings
from vid_pipeline.store.budgets import Defaults
from vid_pipeline.store.database import Database


class JobsResource(dg.ConfigurableResource):
    """Port `Jobs`. Its config holds no key: the settings do, when it is used."""

    url: str = Field(default="", description="The provider's address; none if empty.")
    longest_s: float = Field(default=3600, gt=0, description="Seconds until a job is left alone.")
    max_bytes: int = Field(default=2_000_000_000, gt=0, description="Largest file taken.")

    _db: Database | None = PrivateAttr(default=None)
    _runner: JobRunner | None = PrivateAttr(default=None)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The provider that the settings name."""
        return cls(url=(settings.jobs_url or "").rstrip("/"))

    @property
    def available(self) -> bool:
        return bool(self.url)

    @property
    def fingerprint(self) -> str:
        return self.url

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        if not self.available:
            return
        assert context.run is not None, "a resource of steps lives in a run"
        settings = Settings.read()
        self._db, production = open_production(context.run)
        key = settings.jobs_key or SecretStr("")
        self._runner = JobRunner(
            HttpProvider(self.url, key, Limits(file_bytes=self.max_bytes)),
            Paid(self._db, production, Defaults.of(settings)),
            StoreResource.of(settings),
            cancel.token_of(context.run.run_id),
            Pace(in_all_s=self.longest_s),
        )

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        if self._db is not None:
            self._db.close()

    def run(self, ask: JobRequest, *, told: Told | None = None) -> JobResult:
        """What the job gave; see the port.

        Raises:
            JobFailed: no service, refused, failed, gone, or not ended in time.
            OverBudget: it could pass a cap on spending.
            Cancelled: asked to stop.
        """
        if self._runner is None:
            raise JobFailed("Jobs", "service", "no service is set", "Set VIDP_JOBS_URL.")
        return self._runner.run(ask, told=told)
