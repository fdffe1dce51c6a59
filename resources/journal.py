"""The model of a run: its calls are journalled, counted for the step that makes them, and shown."""

from uuid import UUID

import dagster as dg
from pydantic import JsonValue, PrivateAttr, SecretStr

from resources.llm.recording import Begun, Recorded, Request
from resources.llm.resource import LLMResource
from resources.llm.usage import Usage
from resources.paid import Call, Paid
from resources.production import open_production
from resources.trace import TraceDesk
from vid_pipeline import cancel
from vid_pipeline.settings import Settings
from vid_pipeline.store import api_keys
from vid_pipeline.store.budgets import Defaults
from vid_pipeline.store.database import Database


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
    """Port `LLM` for the steps of a run: asked as the production's owner, with their own key.

    Whoever watches the run sees what is written, whichever kind of step has asked for it.
    """

    _db: Database | None = PrivateAttr(default=None)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        assert context.run is not None, "a resource of steps lives in a run"
        db, production = open_production(context.run)
        self._db = db

        def own_key(provider: str) -> SecretStr | None:
            with db.acting(production.owner_id) as conn:
                return api_keys.key_of(conn, db.keys, provider)

        paid = Paid(db, production, Defaults.of(Settings.read()))
        models = self.client(own_key).recorded_by(JournalRecorder(paid))
        stopped = models.stopped_by(cancel.token_of(context.run.run_id))
        self._models = stopped.shown_by(TraceDesk(db, production).saying)

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        if self._db is not None:
            self._db.close()
