"""Paid jobs without a provider: results that a test wrote, by operation."""

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import JobFailed
from vid_pipeline.ports import JobRequest, JobResult, Store

_PROVIDER = "fake"
Made = tuple[JsonValue, bytes | None]


class FakeJobs:
    """Gives each operation the JSON and the bytes that it was given, or raises its error.

    Without operations, `available` is False, as without a service. `ordered` holds what was paid.
    """

    def __init__(
        self,
        store: Store,
        operations: Mapping[str, Made | JobFailed] | None = None,
        *,
        cancel: CancelToken | None = None,
    ) -> None:
        self._store, self._operations = store, dict(operations or {})
        self._cancel = cancel or CancelToken()
        self._done: list[tuple[JobRequest, JobResult]] = []
        self.ordered: list[JobRequest] = []

    @property
    def available(self) -> bool:
        return bool(self._operations)

    @property
    def fingerprint(self) -> str:
        return _PROVIDER if self.available else ""

    def run(self, ask: JobRequest, *, told: Callable[[float], object] | None = None) -> JobResult:
        """The operation's result; the same request is paid once, at the most it may cost."""
        if not self.available:
            raise JobFailed("Jobs", "service", "no service is set", "Set VIDP_JOBS_URL.")
        for before, result in self._done:
            if (before.operation, before.input) == (ask.operation, ask.input):
                return result
        self._cancel.check()
        self.ordered.append(ask)
        made = self._operations[ask.operation]
        if isinstance(made, JobFailed):
            raise made
        if told is not None:
            told(0.5)
        value, data = made
        file = self._store.put_bytes(data, "audio/wav") if data is not None else None
        job_id = f"job-{len(self.ordered)}"
        self._done.append((ask, JobResult(job_id, _PROVIDER, value, file, 0.0)))
        return JobResult(job_id, _PROVIDER, value, file, ask.most_usd)
