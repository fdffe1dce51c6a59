"""What every form of the port `Jobs` keeps to, and what the real one does with every fault."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import JsonValue, SecretStr

from resources.jobs import JobsResource
from resources.paid import Paid
from resources.provider_jobs.http import HttpProvider, Limits
from resources.provider_jobs.provider import RemoteFile
from resources.provider_jobs.runner import JobRunner, Pace
from tests.store.test_tables import produced
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import Cancelled, JobFailed, OverBudget
from vid_pipeline.ports import JobRequest, Jobs, Store
from vid_pipeline.records import JournalEntry, Production, User
from vid_pipeline.settings import Settings
from vid_pipeline.store import budgets
from vid_pipeline.store.budgets import NO_CAPS, Defaults
from vid_pipeline.store.database import Database
from vid_pipeline.testing.jobs import FakeJobs
from vid_pipeline.testing.paid_provider import FILE, PRICE_USD, PaidProvider
from vid_pipeline.testing.store import FakeStore

KEY = "jobs-secret-0123456789"
PACE = Pace(first_s=0.01, longest_s=0.02, tries=3, in_all_s=20)
FAILS = JobFailed("fake", "failed", "the job failed: the picture is empty", "Run again.")
ECHO: JsonValue = {"echo": {"text": "Hi"}}


def ask(operation: str = "voice", text: str = "Hi", most_usd: float = 0.6) -> JobRequest:
    return JobRequest(operation, {"text": text}, most_usd)


@pytest.fixture
def provider() -> Iterator[PaidProvider]:
    with PaidProvider() as provider:
        yield provider


@pytest.fixture
def production(database: Database, user: User) -> Production:
    return produced(database, user)


@pytest.fixture
def store(tmp_path: Path) -> FakeStore:
    return FakeStore(tmp_path / "objects")


@dataclass
class Real:
    """The real form on a provider of this test, anew for each try as after a crash."""

    provider: PaidProvider
    database: Database
    production: Production
    store: Store
    defaults: Defaults = NO_CAPS
    cancel: CancelToken = field(default_factory=CancelToken)
    pace: Pace = PACE
    limits: Limits = field(default_factory=Limits)

    @property
    def runner(self) -> JobRunner:
        return JobRunner(
            HttpProvider(self.provider.url, SecretStr(KEY), self.limits),
            Paid(self.database, self.production, self.defaults),
            self.store,
            self.cancel,
            self.pace,
        )

    def row(self) -> JournalEntry:
        with self.database.acting(self.production.owner_id) as conn:
            row = conn.execute(
                "select request_hash from vidp.journal where production_id = %s",
                [self.production.id],
            ).fetchone()
        assert row is not None
        found = self.runner.paid.find(row[0])
        assert found is not None
        return found


@pytest.fixture
def real(
    provider: PaidProvider, database: Database, production: Production, store: FakeStore
) -> Real:
    return Real(provider, database, production, store)


@dataclass
class Form:
    """One form of the port, and how often something was ordered of it."""

    jobs: Jobs
    ordered: Callable[[], int]


@pytest.fixture(params=["fake", "http"])
def form(request: pytest.FixtureRequest, store: FakeStore, cancel: CancelToken) -> Form:
    if request.param == "fake":
        fake = FakeJobs(
            store, {"voice": (ECHO, FILE), "words": (ECHO, None), "fail": FAILS}, cancel=cancel
        )
        return Form(fake, lambda: len(fake.ordered))
    real: Real = request.getfixturevalue("real")
    real.cancel = cancel
    return Form(real.runner, lambda: real.provider.counts.submissions)


@pytest.fixture
def cancel() -> CancelToken:
    return CancelToken()


# --- both forms ----------------------------------------------------------------------------


def test_a_job_gives_json_and_a_file_in_the_store(form: Form, store: FakeStore) -> None:
    told: list[float] = []
    made = form.jobs.run(ask(), told=told.append)
    assert made.value == ECHO
    assert made.file is not None
    assert made.file.mime == "audio/wav"
    assert store.path(made.file).read_bytes() == FILE
    assert made.job_id
    assert 0 < made.cost_usd <= 0.6
    assert all(0 <= share <= 1 for share in told)


def test_a_job_without_a_file_gives_json_alone(form: Form) -> None:
    made = form.jobs.run(ask("words"))
    assert (made.value, made.file) == (ECHO, None)


def test_the_same_request_is_ordered_once_and_then_costs_nothing(form: Form) -> None:
    first, again = form.jobs.run(ask()), form.jobs.run(ask(most_usd=0.7))
    assert form.ordered() == 1
    assert again.cost_usd == 0
    assert (first.job_id, first.value, first.file) == (again.job_id, again.value, again.file)
    form.jobs.run(ask(text="Ho"))
    assert form.ordered() == 2


def test_a_failed_job_says_why(form: Form) -> None:
    with pytest.raises(JobFailed, match="the picture is empty") as caught:
        form.jobs.run(ask("fail"))
    assert (caught.value.cause, caught.value.retryable) == ("failed", False)


def test_a_stopped_step_orders_nothing(form: Form, cancel: CancelToken) -> None:
    cancel.request()
    with pytest.raises(Cancelled):
        form.jobs.run(ask())
    assert form.ordered() == 0


def test_without_a_service_jobs_are_not_available(store: FakeStore) -> None:
    for jobs in (FakeJobs(store), JobsResource.of(Settings())):
        assert not jobs.available
        assert jobs.fingerprint == ""
        with pytest.raises(JobFailed, match="VIDP_JOBS_URL"):
            jobs.run(ask())


# --- the real one: paid once ---------------------------------------------------------------


def test_a_job_is_journalled_with_its_key_id_answer_and_cost(real: Real) -> None:
    made = real.runner.run(ask())
    row = real.row()
    assert (row.state, row.attempts, row.provider_job_id) == ("done", 1, made.job_id)
    assert (row.cost_usd, row.reserved_usd) == (PRICE_USD, 0)
    assert row.request == {"operation": "voice", "input": {"text": "Hi"}}
    assert row.idempotency_key == real.provider.headers[0]["idempotency-key"]
    assert KEY in real.provider.headers[0]["authorization"]
    assert KEY not in row.model_dump_json()


@pytest.mark.parametrize("fault", [503, -503, -500, 429])
def test_a_fault_at_the_order_that_passes_is_tried_again_and_paid_once(
    real: Real, fault: int
) -> None:
    real.provider.faults.append(fault)
    assert real.runner.run(ask()).value == ECHO
    assert real.provider.counts.charges == 1


def test_an_order_nobody_knows_the_end_of_is_sent_again_with_its_key(real: Real) -> None:
    real.provider.faults.extend([-503] * PACE.tries)
    with pytest.raises(JobFailed) as caught:
        real.runner.run(ask())
    assert caught.value.retryable
    assert (real.row().state, real.row().reserved_usd) == ("sent", 0.6)
    assert real.runner.run(ask()).value == ECHO
    assert (real.row().state, real.row().attempts) == ("done", 2)
    assert (real.provider.counts.charges, real.provider.counts.keys) == (1, 1)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 409, 413, 422])
def test_a_refused_order_costs_nothing_and_may_be_tried_again(real: Real, status: int) -> None:
    real.provider.faults.append(status)
    with pytest.raises(JobFailed) as caught:
        real.runner.run(ask())
    assert not caught.value.retryable
    assert (real.row().state, real.row().reserved_usd) == ("failed", 0)
    assert real.runner.run(ask()).value == ECHO
    assert real.provider.counts.charges == 1


def test_lost_bytes_are_fetched_again_and_not_paid_again(real: Real, store: FakeStore) -> None:
    first = real.runner.run(ask())
    assert first.file is not None
    store.path(first.file).unlink()
    again = real.runner.run(ask())
    assert (again.file, again.cost_usd) == (first.file, 0)
    assert store.path(first.file).read_bytes() == FILE
    assert (real.provider.counts.submissions, real.row().cost_usd) == (1, PRICE_USD)


def test_an_unbilled_failure_may_be_ordered_anew_with_another_key(real: Real) -> None:
    for _ in range(2):
        with pytest.raises(JobFailed, match="order it anew"):
            real.runner.run(ask("fail"))
    assert (real.provider.counts.submissions, real.provider.counts.keys) == (2, 2)
    assert (real.row().round, real.row().cost_usd) == (3, 0)


def test_a_billed_failure_is_not_ordered_again(real: Real) -> None:
    for _ in range(2):
        with pytest.raises(JobFailed, match="not ordered again"):
            real.runner.run(ask("fail_billed"))
    assert real.provider.counts.submissions == 1
    assert (real.row().state, real.row().cost_usd) == ("failed", PRICE_USD)


def test_a_job_that_is_gone_is_not_ordered_again_and_its_money_stays_aside(real: Real) -> None:
    for _ in range(2):
        with pytest.raises(JobFailed, match="does not know the job any more"):
            real.runner.run(ask("expire"))
    assert real.provider.counts.submissions == 1
    assert (real.row().state, real.row().reserved_usd) == ("failed", 0.6)


def test_a_job_that_never_was_is_ordered_again_with_the_same_key(real: Real) -> None:
    assert real.runner.run(ask("lose")).value == ECHO
    counts = real.provider.counts
    assert (counts.submissions, counts.charges) == (2, 1)
    keys = {h["idempotency-key"] for h in real.provider.headers if "idempotency-key" in h}
    assert len(keys) == 1


# --- the real one: waiting and limits ------------------------------------------------------


def test_a_job_that_takes_long_is_left_and_polled_by_the_next_run(real: Real) -> None:
    with PaidProvider(job_s=1.0) as slow:
        real.provider, real.pace = slow, Pace(first_s=0.01, longest_s=0.02, in_all_s=0.1)
        with pytest.raises(JobFailed, match="has not ended") as caught:
            real.runner.run(ask())
        assert caught.value.retryable
        assert real.row().state == "submitted"
        real.pace = PACE
        assert real.runner.run(ask()).value == ECHO
        assert (slow.counts.submissions, slow.counts.charges) == (1, 1)
        assert slow.counts.polls > 3


def test_a_stop_while_waiting_ends_the_wait_at_once_and_loses_nothing(real: Real) -> None:
    with PaidProvider(job_s=1.0) as slow:
        real.provider, real.pace = slow, Pace(first_s=30, longest_s=30)
        stopper = threading.Timer(0.3, real.cancel.request)
        stopper.start()
        with pytest.raises(Cancelled):
            real.runner.run(ask())
        stopper.join()
        real.cancel, real.pace = CancelToken(), PACE
        assert real.runner.run(ask()).value == ECHO
        assert slow.counts.submissions == 1


def test_a_file_past_the_limit_is_refused_and_taken_once_the_limit_is_raised(real: Real) -> None:
    real.limits = Limits(file_bytes=100)
    with pytest.raises(JobFailed, match="larger than"):
        real.runner.run(ask())
    real.limits = Limits()
    assert real.runner.run(ask()).value == ECHO
    assert real.provider.counts.charges == 1


def test_an_answer_past_the_limit_is_refused(real: Real) -> None:
    real.limits = Limits(json_bytes=20)
    with pytest.raises(JobFailed, match="larger than"):
        real.runner.run(ask())


def test_nobody_there_is_an_error_that_may_pass(real: Real) -> None:
    with PaidProvider() as gone:
        url = gone.url
    nobody = HttpProvider(url, SecretStr(KEY))
    with pytest.raises(JobFailed, match="connection could not be made") as caught:
        nobody.look("job")
    assert caught.value.retryable


def test_a_file_elsewhere_is_read_only_if_it_is_public_and_never_with_the_key(
    real: Real, tmp_path: Path
) -> None:
    with PaidProvider() as elsewhere:
        http = HttpProvider(real.provider.url, SecretStr(KEY))
        for url in (f"{elsewhere.url}/files/x", "http://169.254.169.254/latest", "file:///etc/x"):
            with pytest.raises(JobFailed):
                http.fetch(RemoteFile(url), tmp_path / "file")
        assert elsewhere.counts.fetches == 0


# --- the real one: budgets -----------------------------------------------------------------


def test_an_order_past_the_budget_is_not_sent_and_leaves_no_row(real: Real) -> None:
    real.defaults = Defaults(production=1.0)
    real.runner.run(ask(text="one"))
    with pytest.raises(OverBudget) as caught:
        real.runner.run(ask(text="two"))
    assert (caught.value.scope, caught.value.spent_usd) == ("production", PRICE_USD)
    assert real.provider.counts.submissions == 1
    with real.database.acting(real.production.owner_id) as conn:
        count = conn.execute("select count(*) from vidp.journal").fetchone()
        assert count == (1,)
        budgets.raise_cap(
            conn,
            "production",
            real.production.id,
            caught.value.to_usd,
            real.production.owner_id,
            defaults=real.defaults,
        )
    assert real.runner.run(ask(text="two")).cost_usd == PRICE_USD
