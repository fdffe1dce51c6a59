"""Outside calls that cost money: within the budget, written down first, paid once.

Language models and providers' jobs go through here; so does whatever else is paid for later.
"""

from dataclasses import dataclass, field
from uuid import UUID

from pydantic import JsonValue

from resources.llm.usage import Usage
from vid_pipeline.records import JournalEntry, Production
from vid_pipeline.running import AT_WORK
from vid_pipeline.store import journal
from vid_pipeline.store.budgets import Defaults
from vid_pipeline.store.database import Database

_NOTHING = Usage()


@dataclass(frozen=True)
class Call:
    """A call before it is sent; `hash` is of all that decides the answer, `request` has no key."""

    provider: str
    model: str
    hash: str
    request: JsonValue
    most_usd: float


@dataclass(frozen=True)
class Paid:
    """A production's calls in the journal; what they cost is counted for the step at work.

    Each method is a transaction of its own, committed when it returns.
    """

    db: Database
    production: Production
    defaults: Defaults = field(default_factory=Defaults)

    def find(self, request_hash: str) -> JournalEntry | None:
        """The call made earlier for this request, whatever became of it."""
        with self.db.acting(self.production.owner_id) as conn:
            return journal.find(conn, self.production.id, request_hash)

    def begin(self, call: Call) -> JournalEntry:
        """Write a call down, with the key that it is to be sent with.

        Raises:
            OverBudget: it could pass a cap on spending; nothing is written down.
        """
        with self.db.acting(self.production.owner_id) as conn:
            return journal.begin(
                conn,
                self.production.id,
                call.hash,
                step_key=_step_key(),
                provider=call.provider,
                model=call.model,
                request=call.request,
                most_usd=call.most_usd,
                defaults=self.defaults,
            )

    def reserve(self, entry_id: UUID, usd: float) -> None:
        """Set aside what a call under way has cost and may still cost.

        Raises:
            OverBudget: it could pass a cap on spending.
        """
        with self.db.acting(self.production.owner_id) as conn:
            journal.reserve(conn, entry_id, usd, defaults=self.defaults)

    def submitted(self, entry_id: UUID, provider_job_id: str) -> JournalEntry:
        """Keep the id of a provider's job: from now on it is only polled."""
        with self.db.acting(self.production.owner_id) as conn:
            return journal.submitted(conn, entry_id, provider_job_id)

    def never_existed(self, entry_id: UUID) -> JournalEntry:
        """Forget the id of a job that its provider never had."""
        with self.db.acting(self.production.owner_id) as conn:
            return journal.never_existed(conn, entry_id)

    def finish(
        self, entry_id: UUID, *, response: JsonValue, cost_usd: float, usage: Usage = _NOTHING
    ) -> None:
        """Keep the answer and what it cost."""
        _count(usage, cost_usd)
        with self.db.acting(self.production.owner_id) as conn:
            journal.finish(
                conn,
                entry_id,
                response=response,
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
                cache_tokens=usage.cache_read_tokens + usage.cache_write_tokens,
                cost_usd=cost_usd,
            )

    def fail(
        self,
        entry_id: UUID,
        *,
        error: str,
        cost_usd: float = 0.0,
        usage: Usage = _NOTHING,
        last_word: bool = False,
        cost_unknown: bool = False,
    ) -> None:
        """Keep why it failed; what it used is billed all the same. See `journal.fail`."""
        _count(usage, cost_usd)
        with self.db.acting(self.production.owner_id) as conn:
            journal.fail(
                conn,
                entry_id,
                error=error,
                last_word=last_word,
                cost_unknown=cost_unknown,
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
                cache_tokens=usage.cache_read_tokens + usage.cache_write_tokens,
                cost_usd=cost_usd,
            )


def _step_key() -> str:
    step = AT_WORK.get()
    return step.place.step_key if step else ""


def _count(usage: Usage, cost_usd: float) -> None:
    step = AT_WORK.get()
    if step is not None:
        step.spent.input_tokens += usage.all_input_tokens
        step.spent.output_tokens += usage.output_tokens
        step.spent.cost_usd += cost_usd
