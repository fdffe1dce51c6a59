"""What we need to know of a provider of asynchronous jobs; one adapter each."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from pydantic import JsonValue

from vid_pipeline.ports import JobRequest


class NeverExisted(Exception):
    """The provider says that it never had the job; never leaves this package."""


@dataclass(frozen=True)
class RemoteFile:
    """What a job made, at the provider."""

    url: str
    mime: str = "application/octet-stream"


@dataclass(frozen=True)
class Job:
    """A job as the provider shows it. `cost_usd` is None when it does not say."""

    id: str
    state: Literal["running", "succeeded", "failed"]
    progress: float = 0.0
    value: JsonValue = None
    file: RemoteFile | None = None
    cost_usd: float | None = None
    error: str = ""


class Provider(Protocol):
    @property
    def name(self) -> str:
        """What messages and the journal call it."""
        ...

    def submit(self, ask: JobRequest, *, key: str) -> Job:
        """Order a job; the same key again gives the same job.

        Raises:
            JobFailed: `retryable` with cause `server`, `connection`, `timeout` or `malformed`
                when nobody knows whether it was ordered.
        """
        ...

    def look(self, job_id: str) -> Job:
        """The job as it is now.

        Raises:
            NeverExisted: the provider says so; it does not just not know it any more.
            JobFailed: cause `gone` when it knows it no more; else as `submit`.
        """
        ...

    def fetch(self, file: RemoteFile, target: Path) -> None:
        """Write what a job made into a file.

        Raises:
            JobFailed: too large, gone, not allowed, or as `submit`.
        """
        ...
