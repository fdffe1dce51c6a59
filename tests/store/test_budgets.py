"""Caps on spending: what they let through, and that nobody passes them, alone or together."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection

from tests.store.test_tables import called, produced
from vid_pipeline.errors import BadRequest, NotFound, OverBudget
from vid_pipeline.records import BudgetScope, Production, User
from vid_pipeline.settings import Settings
from vid_pipeline.store import budgets, journal, users
from vid_pipeline.store.budgets import NO_CAPS, Defaults, Standing
from vid_pipeline.store.database import Database

_LAST_MONTH = """
update vidp.journal
set sent_at = sent_at - interval '32 days', done_at = done_at - interval '32 days'
where production_id = %s"""


def stands(
    conn: Connection[Any],
    scope: BudgetScope,
    production_id: UUID | None = None,
    defaults: Defaults = NO_CAPS,
) -> Standing:
    found = budgets.standing(conn, production_id, defaults=defaults)
    return next(one for one in found if one.scope == scope)


def spend(conn: Connection[Any], made: Production, usd: float, request_hash: str) -> None:
    entry = called(conn, made, request_hash, most_usd=usd)
    journal.finish(conn, entry.id, response={}, cost_usd=usd)


def test_without_caps_everything_goes_through(database: Database, user: User) -> None:
    made = produced(database, user)
    with database.acting(user.id) as conn:
        called(conn, made, most_usd=1e6)
        assert [s.limit_usd for s in budgets.standing(conn, made.id, defaults=NO_CAPS)] == [
            None
        ] * 3


def test_money_is_set_aside_while_a_call_is_under_way(database: Database, user: User) -> None:
    made = produced(database, user)
    with database.acting(user.id) as conn:
        entry = called(conn, made, most_usd=0.5)
        now = stands(conn, "production", made.id)
        assert (now.spent_usd, now.reserved_usd) == (0, 0.5)
        journal.finish(conn, entry.id, response={}, cost_usd=0.2)
        for scope in budgets.SCOPES:
            now = stands(conn, scope, made.id)
            assert (now.spent_usd, now.reserved_usd) == (0.2, 0)


@pytest.mark.parametrize("scope", budgets.SCOPES)
def test_a_call_past_a_cap_is_refused_and_leaves_nothing(
    database: Database, user: User, scope: BudgetScope
) -> None:
    made = produced(database, user)
    caps = Defaults(**{scope: 1.0})
    with database.acting(user.id) as conn:
        spend(conn, made, 0.6, "spent")
        called(conn, made, "under way", most_usd=0.3)
    with pytest.raises(OverBudget) as caught, database.acting(user.id) as conn:
        called(conn, made, "refused", most_usd=0.2, defaults=caps)
    told = caught.value
    assert (told.scope, told.limit_usd, told.spent_usd) == (scope, 1.0, 0.6)
    assert (told.reserved_usd, told.needed_usd, told.to_usd) == (0.3, 0.2, 1.1)
    assert f"vidp budget set {scope} 1.10" in str(told)
    assert not told.retryable
    with database.acting(user.id) as conn:
        assert journal.find(conn, made.id, "refused") is None
        called(conn, made, "fits", most_usd=0.1, defaults=caps)


def test_ten_times_ten_cents_are_a_dollar(database: Database, user: User) -> None:
    made = produced(database, user)
    caps = Defaults(production=1.0)
    with database.acting(user.id) as conn:
        for number in range(10):
            entry = called(conn, made, f"h{number}", most_usd=0.1, defaults=caps)
            journal.finish(conn, entry.id, response={}, cost_usd=0.1)
        with pytest.raises(OverBudget):
            called(conn, made, "h10", most_usd=0.01, defaults=caps)


def test_a_call_that_is_sent_again_is_set_aside_once(database: Database, user: User) -> None:
    made = produced(database, user)
    caps = Defaults(production=0.5)
    with database.acting(user.id) as conn:
        first = called(conn, made, most_usd=0.4, defaults=caps)
        again = called(conn, made, most_usd=0.5, defaults=caps)
        assert (again.id, again.attempts, again.idempotency_key) == (
            first.id,
            2,
            first.idempotency_key,
        )
        assert stands(conn, "production", made.id).reserved_usd == 0.5


def test_what_is_set_aside_may_grow_within_the_cap(database: Database, user: User) -> None:
    made = produced(database, user)
    caps = Defaults(production=1.0)
    with database.acting(user.id) as conn:
        entry = called(conn, made, most_usd=0.4, defaults=caps)
        assert journal.reserve(conn, entry.id, 1.0, defaults=caps).reserved_usd == 1.0
    with pytest.raises(OverBudget), database.acting(user.id) as conn:
        journal.reserve(conn, entry.id, 1.1, defaults=caps)


def test_another_production_has_a_budget_of_its_own(database: Database, user: User) -> None:
    one, two = produced(database, user), produced(database, user)
    caps = Defaults(production=1.0)
    with database.acting(user.id) as conn:
        spend(conn, one, 1.0, "h")
        called(conn, two, "h", most_usd=1.0, defaults=caps)


def test_a_new_month_begins_with_nothing_spent(database: Database, user: User) -> None:
    made = produced(database, user)
    with database.acting(user.id) as conn:
        spend(conn, made, 0.9, "h")
        assert stands(conn, "month").spent_usd == 0.9
        conn.execute(_LAST_MONTH, [made.id])
        assert stands(conn, "month").spent_usd == 0
        assert stands(conn, "user").spent_usd == 0.9


def test_the_nearest_cap_holds(database: Database, user: User) -> None:
    one, two = produced(database, user), produced(database, user)
    caps = Defaults.of(Settings(budget_production_usd=1.0, budget_month_usd=50))
    with database.acting(user.id) as conn:
        assert stands(conn, "production", one.id, caps).limit_usd == 1.0
        assert stands(conn, "month", one.id, caps).limit_usd == 50
        budgets.set_cap(conn, "production", None, 2.0, user.id)
        budgets.set_cap(conn, "production", one.id, 3.0, user.id)
        assert stands(conn, "production", one.id, caps).limit_usd == 3.0
        assert stands(conn, "production", two.id, caps).limit_usd == 2.0
        assert stands(conn, "production", None, caps).limit_usd == 2.0
        budgets.set_cap(conn, "production", one.id, None, user.id)
        assert stands(conn, "production", one.id, caps).limit_usd is None
        assert stands(conn, "production", one.id, caps).set_by == user.id


def test_a_cap_is_raised_once_and_never_lowered(database: Database, user: User) -> None:
    made = produced(database, user)
    caps = Defaults(production=1.0)
    with database.acting(user.id) as conn:
        for to_usd in (2.0, 2.0, 1.5):
            now = budgets.raise_cap(conn, "production", made.id, to_usd, user.id, defaults=caps)
            assert now.limit_usd == 2.0
        assert conn.execute("select count(*) from vidp.budgets").fetchone() == (1,)
        now = budgets.raise_cap(conn, "month", made.id, 5.0, user.id, defaults=NO_CAPS)
        assert now.limit_usd is None


@pytest.mark.parametrize("usd", [-1.0, float("inf"), float("nan")])
def test_a_cap_is_an_amount_of_money(database: Database, user: User, usd: float) -> None:
    with pytest.raises(BadRequest, match="US dollars"), database.acting(user.id) as conn:
        budgets.set_cap(conn, "month", None, usd, user.id)


def test_calls_that_start_together_cannot_overspend(database: Database, user: User) -> None:
    productions = [produced(database, user) for _ in range(4)]
    caps = Defaults(month=1.0)

    def begin(number: int) -> bool:
        try:
            with database.acting(user.id) as conn:
                made = productions[number % len(productions)]
                called(conn, made, f"h{number}", most_usd=0.1, defaults=caps)
                time.sleep(0.01)  # written down, not committed: whoever looks now sees nothing
        except OverBudget:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        let = list(pool.map(begin, range(60)))
    assert sum(let) == 10
    with database.acting(user.id) as conn:
        assert stands(conn, "month").reserved_usd == 1.0


def test_a_key_is_of_one_owners_request_and_changes_with_the_last_word(
    database: Database, user: User
) -> None:
    one, two = produced(database, user), produced(database, user)
    with database.acting(user.id) as conn:
        entries = [called(conn, one, "a"), called(conn, one, "b"), called(conn, two, "a")]
        assert len({entry.idempotency_key for entry in entries}) == 3
        first = entries[0].idempotency_key
        assert journal.fail(conn, entries[0].id, error="timeout").idempotency_key == first
        assert called(conn, one, "a").idempotency_key == first
        journal.fail(conn, entries[0].id, error="refused", last_word=True)
        assert called(conn, one, "a").idempotency_key != first


def test_what_is_done_is_paid_once(database: Database, user: User) -> None:
    made = produced(database, user)
    with database.acting(user.id) as conn:
        entry = called(conn, made)
        done = journal.finish(conn, entry.id, response={"a": 1}, cost_usd=0.2)
        assert journal.finish(conn, entry.id, response={"a": 2}, cost_usd=0.2) == done
        assert journal.fail(conn, entry.id, error="late", cost_usd=0.2) == done


def test_a_job_under_way_is_not_begun_again(database: Database, user: User) -> None:
    made = produced(database, user)
    with database.acting(user.id) as conn:
        entry = called(conn, made)
        journal.submitted(conn, entry.id, "job-9")
    with pytest.raises(BadRequest, match="replay"), database.acting(user.id) as conn:
        called(conn, made)
    with database.acting(user.id) as conn:
        journal.never_existed(conn, entry.id)
        assert called(conn, made).idempotency_key == entry.idempotency_key


# --- attacks -------------------------------------------------------------------------------


@pytest.fixture
def victim(database: Database) -> User:
    with database.service() as conn:
        return users.add(conn, f"v{uuid4().hex}")


def test_nobody_reads_or_raises_anothers_budget(
    database: Database, user: User, victim: User
) -> None:
    theirs = produced(database, victim)
    with database.acting(victim.id) as conn:
        budgets.set_cap(conn, "month", None, 5.0, victim.id)
        spend(conn, theirs, 1.0, "h")
    with database.acting(user.id) as conn:
        assert conn.execute("select count(*) from vidp.budgets").fetchone() == (0,)
        assert stands(conn, "month", theirs.id) == Standing("month", None, 0, 0)
        assert stands(conn, "production", theirs.id).spent_usd == 0
    with pytest.raises(psycopg.errors.ForeignKeyViolation), database.acting(user.id) as conn:
        budgets.set_cap(conn, "production", theirs.id, 9.0, user.id)
    planted = (
        "insert into vidp.budgets (owner_id, scope, limit_usd, set_by) values (%s, 'month', 9, %s)"
    )
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        database.acting(user.id) as conn,
    ):
        conn.execute(planted, [victim.id, user.id])
    with database.acting(victim.id) as conn:
        assert stands(conn, "month").limit_usd == 5.0


@pytest.mark.parametrize(
    "attack", ["update vidp.budgets set limit_usd = 9", "delete from vidp.budgets"]
)
def test_what_was_decided_cannot_be_rewritten(database: Database, user: User, attack: str) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        database.acting(user.id) as conn,
    ):
        conn.execute(attack)


def test_anothers_call_cannot_be_begun_or_ended(
    database: Database, user: User, victim: User
) -> None:
    theirs = produced(database, victim)
    with database.acting(victim.id) as conn:
        entry = called(conn, theirs)
    with pytest.raises(psycopg.errors.ForeignKeyViolation), database.acting(user.id) as conn:
        called(conn, theirs)
    with database.acting(user.id) as conn:
        with pytest.raises(NotFound):
            journal.finish(conn, entry.id, response={})
        with pytest.raises(NotFound):
            journal.submitted(conn, entry.id, "stolen")
        with pytest.raises(NotFound):
            journal.reserve(conn, entry.id, 9.0, defaults=NO_CAPS)
