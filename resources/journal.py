"""The model of a run: its calls are journalled, and counted for the step that makes them."""

from typing import TypeVar
from uuid import UUID

import dagster as dg
from pydantic import BaseModel, JsonValue, PrivateAttr

from resources.llm.recording import Begun, Recorded, Request
from resources.llm.resource import AnthropicLLM, LLMResource
from resources.llm.usage import Usage
from resources.paid import Call, Paid
from resources.production import open_production
from vid_pipeline import cancel
from vid_pipeline.ports import Answer
from vid_pipeline.settings import Settings
from vid_pipeline.store.budgets import Defaults
from vid_pipeline.store.database import Database

T = TypeVar("T", bound=BaseModel)


class JournalRecorder:
    """Writes a model's calls for a production into the journal."""

    def __init__(self, paid: Paid) -> None:
        self._paid = paid

    def replay(self, request: Request) -> Recorded | None:
        entry = self._paid.find(request.hash)
        if entry is None or entry.state != "done":
            return None
        usage = Usage(entry.input_tokens, entry.output_tokens, entry.cache_tokens)
        return Recorded(entry.response, usage, 0.0)

    def begin(self, request: Request, *, most_usd: float) -> Begun:
        provider, _, model = request.model.partition("/")
        call = Call(provider, model, request.hash, request.document, most_usd)
        entry = self._paid.begin(call)
        return Begun(str(entry.id), entry.idempotency_key)

    def reserve(self, call_id: str, most_usd: float) -> None:
        self._paid.reserve(UUID(call_id), most_usd)

    def finish(self, call_id: str, *, response: JsonValue, usage: Usage, cost_usd: float) -> None:
        self._paid.finish(UUID(call_id), response=response, usage=usage, cost_usd=cost_usd)

    def fail(
        self, call_id: str, *, error: str, usage: Usage, cost_usd: float, last_word: bool
    ) -> None:
        self._paid.fail(
            UUID(call_id), error=error, usage=usage, cost_usd=cost_usd, last_word=last_word
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
            paid = Paid(self._db, production, Defaults.of(Settings.read()))
            self._model = self._model.recorded_by(JournalRecorder(paid))
            self._model = self._model.stopped_by(cancel.token_of(context.run.run_id))

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        if self._db is not None:
            self._db.close()

    @property
    def fingerprint(self) -> str:
        return self.model if self._model.available else ""

    def ask(self, prompt: str, answer: type[T], *, system: str = "") -> Answer[T]:
        return self._model.ask(prompt, answer, system=system)
