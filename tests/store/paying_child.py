"""A process that pays for a job or an answer, and kills itself where it is told to.

Imports are most of its life, so they are done once: `python -m tests.store.paying_child` forks one
for each line `HOME OWNER PRODUCTION URL job|llm POINT` and says its pid. A line `PID` waits for it
and says its exit code.
"""

import importlib
import os
import signal
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, JsonValue, SecretStr

from resources.journal import JournalRecorder
from resources.llm.calling import ModelLLM
from resources.llm.recording import Begun, Recorded, Request
from resources.llm.service import Service
from resources.llm.usage import Usage
from resources.paid import Paid
from resources.provider_jobs.http import HttpProvider
from resources.provider_jobs.provider import Job, RemoteFile
from resources.provider_jobs.runner import JobRunner, Pace
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.cancel import CancelToken
from vid_pipeline.ports import JobRequest
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions
from vid_pipeline.store.database import opened
from vid_pipeline.testing.store import FakeStore

JOB_POINTS = ("begun", "ordered", "submitted", "fetched")
LLM_POINTS = ("begun", "answered")
_LOADED_LATE = ("anthropic.types", "openai.types", "instructor.core.exceptions")


class Title(BaseModel):
    title: str


@dataclass(frozen=True)
class Killer:
    """Ends this process without a word when a point is reached."""

    point: str

    def __call__(self, reached: str) -> None:
        if reached == self.point:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class DyingProvider:
    inner: HttpProvider
    kill: Killer

    @property
    def name(self) -> str:
        return self.inner.name

    def submit(self, ask: JobRequest, *, key: str) -> Job:
        self.kill("begun")
        job = self.inner.submit(ask, key=key)
        self.kill("ordered")
        return job

    def look(self, job_id: str) -> Job:
        self.kill("submitted")
        return self.inner.look(job_id)

    def fetch(self, file: RemoteFile, target: Path) -> None:
        self.inner.fetch(file, target)


class DyingStore(FakeStore):
    def __init__(self, folder: Path, kill: Killer) -> None:
        super().__init__(folder)
        self._kill = kill

    def put(self, file: Path, mime: str) -> MediaRef:
        kept = super().put(file, mime)
        self._kill("fetched")
        return kept


@dataclass(frozen=True)
class DyingRecorder:
    inner: JournalRecorder
    kill: Killer

    def replay(self, request: Request) -> Recorded | None:
        return self.inner.replay(request)

    def begin(self, request: Request, *, most_usd: float) -> Begun:
        call = self.inner.begin(request, most_usd=most_usd)
        self.kill("begun")
        return call

    def reserve(self, call_id: str, most_usd: float) -> None:
        self.inner.reserve(call_id, most_usd)

    def finish(self, call_id: str, *, response: JsonValue, usage: Usage, cost_usd: float) -> None:
        self.kill("answered")
        self.inner.finish(call_id, response=response, usage=usage, cost_usd=cost_usd)

    def fail(
        self, call_id: str, *, error: str, usage: Usage, cost_usd: float, last_word: bool
    ) -> None:
        self.inner.fail(call_id, error=error, usage=usage, cost_usd=cost_usd, last_word=last_word)


def pay(home: str, owner: str, production_id: str, url: str, what: str, point: str) -> None:
    with opened(Settings(home=Path(home), idle_s=1)) as db:
        with db.acting(UUID(owner)) as conn:
            production = productions.get(conn, production_id)
        paid, kill = Paid(db, production), Killer(point)
        if what == "llm":
            service = Service("anthropic/claude-sonnet-5", SecretStr("sk-ant-test"), base_url=url)
            recorder = DyingRecorder(JournalRecorder(paid), kill)
            ModelLLM(service).recorded_by(recorder).ask("Name a video.", Title)
            return
        provider = DyingProvider(HttpProvider(url, SecretStr("key")), kill)
        store = DyingStore(Path(home) / "paid", kill)
        pace = Pace(first_s=0.02, longest_s=0.05)
        runner = JobRunner(provider, paid, store, CancelToken(), pace)
        runner.run(JobRequest("voice", {"text": "Hi"}, 0.6))


def serve() -> None:
    """Fork and wait as the lines of stdin say, to their end."""
    for heavy in _LOADED_LATE:
        importlib.import_module(heavy)
    for line in sys.stdin:
        words = line.split()
        if len(words) == 1:
            _, status = os.waitpid(int(words[0]), 0)
            told = os.waitstatus_to_exitcode(status)
        else:
            told = os.fork() or _child(words)
        sys.stdout.write(f"{told}\n")
        sys.stdout.flush()


def _child(words: list[str]) -> int:
    """Never returns: the process ends as an interpreter of its own would."""
    code = 1
    try:
        pay(*words)
        code = 0
    except BaseException:  # noqa: BLE001  (a process's edge)
        traceback.print_exc()
    os._exit(code)


if __name__ == "__main__":
    serve()
