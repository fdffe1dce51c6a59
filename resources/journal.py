"""The model of a run: its calls are journalled, and counted for the step that makes them."""

from typing import TypeVar
from uuid import UUID

import dagster as dg
from pydantic import BaseModel, JsonValue, PrivateAttr

from resources.llm.recording import Recorded, Request
from resources.llm.resource import AnthropicLLM, LLMResource
from resources.llm.usage import Usage
from resources.production import open_production
from vid_pipeline import cancel
from vid_pipeline.ports import Answer
from vid_pipeline.records import Production
from vid_pipeline.running import AT_WORK
from vid_pipeline.store import journal
from vid_pipeline.store.database import Database

T = TypeVar("T", bound=BaseModel)


class JournalRecorder:
    """Writes a production's calls into the journal, and what they cost to the step at work."""

    def __init__(self, db: Database, production: Production) -> None:
        self._db, self._production = db, production

    def replay(self, request: Request) -> Recorded | None:
        with self._db.acting(self._production.owner_id) as conn:
            entry = journal.replay(conn, self._production.id, request.hash)
        if entry is None or entry.state != "done":
            return None
        usage = Usage(entry.input_tokens, entry.output_tokens, entry.cache_tokens)
        return Recorded(entry.response, usage, 0.0)

    def begin(self, request: Request) -> str:
        provider, _, model = request.model.partition("/")
        with self._db.acting(self._production.owner_id) as conn:
            entry = journal.begin(
                conn,
                self._production.id,
                request.hash,
                step_key=_step_key(),
                provider=provider,
                model=model,
                request=request.document,
            )
        return str(entry.id)

    def finish(self, call_id: str, *, response: JsonValue, usage: Usage, cost_usd: float) -> None:
        _count(usage, cost_usd)
        with self._db.acting(self._production.owner_id) as conn:
            journal.finish(
                conn,
                UUID(call_id),
                response=response,
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
                cache_tokens=usage.cache_read_tokens + usage.cache_write_tokens,
                cost_usd=cost_usd,
            )

    def fail(self, call_id: str, *, error: str, usage: Usage, cost_usd: float) -> None:
        _count(usage, cost_usd)
        with self._db.acting(self._production.owner_id) as conn:
            journal.fail(
                conn,
                UUID(call_id),
                error=error,
                input_tokens=usage.all_input_tokens,
                output_tokens=usage.output_tokens,
                cost_usd=cost_usd,
            )


class JournalledLLMResource(LLMResource):
    """Port `LLM` for the steps of a run."""

    _db: Database | None = PrivateAttr(default=None)
    _model: AnthropicLLM = PrivateAttr()

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        self._model = self.client
        if self._model.available:
            assert context.run is not None, "a resource of steps lives in a run"
            self._db, production = open_production(context.run)
            self._model = self._model.recorded_by(JournalRecorder(self._db, production))
            self._model = self._model.stopped_by(cancel.token_of(context.run.run_id))

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        if self._db is not None:
            self._db.close()

    @property
    def fingerprint(self) -> str:
        return self.model if self._model.available else ""

    def ask(self, prompt: str, answer: type[T], *, system: str = "") -> Answer[T]:
        return self._model.ask(prompt, answer, system=system)


def _step_key() -> str:
    step = AT_WORK.get()
    return step.place.step_key if step else ""


def _count(usage: Usage, cost_usd: float) -> None:
    step = AT_WORK.get()
    if step is not None:
        step.spent.input_tokens += usage.all_input_tokens
        step.spent.output_tokens += usage.output_tokens
        step.spent.cost_usd += cost_usd
