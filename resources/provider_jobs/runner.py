"""One job from order to result; wherever a process dies, the next one goes on from what is saved.

    find ─ done ──────────────────────────────────────────────► its result, for nothing
       ├── submitted ─────────────────► look … ─► fetch ─► done
       └── none, sent ─► begin ─► submit ─► submitted ─┘

`begin` is committed before the order, with its key; the job's id right after it. A process that
dies between the two orders again with the same key, and the provider gives the same job.
"""

import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, JsonValue

from resources.paid import Call, Paid
from resources.provider_jobs.provider import Job, NeverExisted, Provider
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import JobFailed, StoreError
from vid_pipeline.ports import JobRequest, JobResult, Store
from vid_pipeline.records import JournalEntry

T = TypeVar("T")
Told = Callable[[float], object]
_UNDECIDED = frozenset({"server", "connection", "timeout", "malformed"})
_LATER = "Nothing is lost: run again later, and it goes on from here."


class _Response(BaseModel):
    """What the journal keeps of a finished job."""

    job_id: str
    value: JsonValue = None
    file: MediaRef | None = None


@dataclass(frozen=True)
class Pace:
    """How often a provider is asked, and for how long in all."""

    first_s: float = 0.5
    factor: float = 1.5
    longest_s: float = 15.0
    tries: int = 4
    in_all_s: float = 3600.0

    def pauses_s(self) -> Iterator[float]:
        """Seconds between one question and the next, growing."""
        pause_s = self.first_s
        while True:
            yield pause_s
            pause_s = min(self.longest_s, pause_s * self.factor)


@dataclass(frozen=True)
class JobRunner:
    """Port `Jobs` for a production, at one provider."""

    provider: Provider
    paid: Paid
    store: Store
    cancel: CancelToken
    pace: Pace = field(default_factory=Pace)

    @property
    def available(self) -> bool:
        return True

    @property
    def fingerprint(self) -> str:
        return self.provider.name

    def run(self, ask: JobRequest, *, told: Told | None = None) -> JobResult:
        """What the job gave; see the port.

        Raises:
            JobFailed: refused, failed, gone, or not ended in time.
            OverBudget: it could pass a cap on spending.
            Cancelled: asked to stop.
        """
        call = self._call(ask)
        entry = self.paid.find(call.hash)
        kept = self._kept(entry) if entry is not None and entry.state == "done" else None
        if kept is not None:
            return kept
        if entry is None or entry.provider_job_id is None:
            entry = self._order(ask, call)
        elif entry.state == "failed":
            raise self._fault("failed", entry.error or "the job failed", _again(ask))
        try:
            job = self._ended(entry, told)
        except NeverExisted:
            if entry.state == "done":
                raise self._fault(
                    "gone", "what it made is gone, here and there", _again(ask)
                ) from None
            entry, job = self._ordered_again(entry, ask, call, told)
        return self._taken(entry, job, ask)

    def _call(self, ask: JobRequest) -> Call:
        request: JsonValue = {"operation": ask.operation, "input": ask.input}
        basis = json.dumps([self.provider.name, request], sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(basis.encode()).hexdigest()
        return Call(self.provider.name, ask.operation, digest, request, ask.most_usd)

    def _order(self, ask: JobRequest, call: Call) -> JournalEntry:
        """The job, its id committed; what is undecided stays `sent`, with its money set aside."""
        self.cancel.check()
        entry = self.paid.begin(call)
        try:
            job = self._patiently(lambda: self.provider.submit(ask, key=entry.idempotency_key))
        except JobFailed as error:
            if error.cause not in _UNDECIDED:
                self.paid.fail(entry.id, error=str(error))
            raise
        return self.paid.submitted(entry.id, job.id)

    def _ordered_again(
        self, entry: JournalEntry, ask: JobRequest, call: Call, told: Told | None
    ) -> tuple[JournalEntry, Job]:
        """A job that the provider never had, ordered once more with the same key."""
        self.paid.never_existed(entry.id)
        entry = self._order(ask, call)
        try:
            return entry, self._ended(entry, told)
        except NeverExisted:
            self.paid.never_existed(entry.id)
            reason = "it took the order twice and knows of no job"
            raise self._fault("lost", reason, _LATER, retryable=True) from None

    def _ended(self, entry: JournalEntry, told: Told | None) -> Job:
        """The job once it has ended, well or not."""
        job_id = entry.provider_job_id or ""
        deadline = time.monotonic() + self.pace.in_all_s
        for pause_s in self.pace.pauses_s():
            self.cancel.check()
            try:
                job = self._patiently(lambda: self.provider.look(job_id))
            except JobFailed as error:
                if error.cause == "gone":
                    self.paid.fail(entry.id, error=error.reason, cost_unknown=True)
                raise
            if job.state != "running":
                return job
            if told is not None:
                told(job.progress)
            if time.monotonic() > deadline:
                reason = f"job {job_id} has not ended after {self.pace.in_all_s:.0f} s"
                raise self._fault("slow", reason, _LATER, retryable=True)
            self.cancel.wait(pause_s)
        raise AssertionError("pauses never end")

    def _taken(self, entry: JournalEntry, job: Job, ask: JobRequest) -> JobResult:
        if job.state == "failed":
            raise self._failed(entry, job, ask)
        made = _Response(job_id=job.id, value=job.value, file=self._fetched(job))
        cost_usd = entry.reserved_usd if job.cost_usd is None else job.cost_usd
        if entry.state == "done":  # paid before; only its bytes were gone
            return self._result(made, 0.0)
        self.paid.finish(entry.id, response=made.model_dump(mode="json"), cost_usd=cost_usd)
        return self._result(made, cost_usd)

    def _failed(self, entry: JournalEntry, job: Job, ask: JobRequest) -> JobFailed:
        """Only a job that certainly cost nothing may be ordered anew."""
        free = job.cost_usd == 0
        reason = f"the job failed: {job.error or 'no reason was given'}"
        self.paid.fail(
            entry.id,
            error=reason,
            cost_usd=job.cost_usd or 0.0,
            last_word=free,
            cost_unknown=job.cost_usd is None,
        )
        return self._fault("failed", reason, "Run again to order it anew." if free else _again(ask))

    def _fetched(self, job: Job) -> MediaRef | None:
        if job.file is None:
            return None
        remote = job.file
        with tempfile.TemporaryDirectory(prefix="vidp-job-") as folder:
            target = Path(folder) / "file"
            try:
                self._patiently(lambda: self.provider.fetch(remote, target))
            except NeverExisted:
                reason = f"the file of job {job.id} is not there"
                raise self._fault("gone", reason, _LATER, retryable=True) from None
            return self.store.put(target, remote.mime)

    def _patiently(self, ask: Callable[[], T]) -> T:
        """An answer; what may pass is tried again, a few times."""
        for tried, pause_s in enumerate(self.pace.pauses_s(), start=1):
            try:
                return ask()
            except JobFailed as error:
                if not error.retryable or tried >= self.pace.tries:
                    raise
            self.cancel.wait(pause_s)
            self.cancel.check()
        raise AssertionError("pauses never end")

    def _kept(self, entry: JournalEntry) -> JobResult | None:
        """The result of a finished call, if the store still has its bytes."""
        made = _Response.model_validate(entry.response)
        try:
            if made.file is not None:
                self.store.path(made.file)
        except StoreError:
            return None
        return self._result(made, 0.0)

    def _result(self, made: _Response, cost_usd: float) -> JobResult:
        return JobResult(made.job_id, self.provider.name, made.value, made.file, cost_usd)

    def _fault(self, cause: str, reason: str, remedy: str, *, retryable: bool = False) -> JobFailed:
        return JobFailed(self.provider.name, cause, reason, remedy, retryable=retryable)


def _again(ask: JobRequest) -> str:
    return (
        f"It may have been billed, so it is not ordered again by itself: change the input of "
        f"{ask.operation!r} to order another."
    )
