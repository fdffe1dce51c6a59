"""What the pages of memory, budgets and notices read: right, and of the user who looks alone."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from tests.store.notices_for_tests import asked, someone
from tests.store.test_tables import produced
from vid_pipeline.acts import brain_reading, notifying, remembering, spending, subscribing
from vid_pipeline.acts.remembering import Brain
from vid_pipeline.errors import BadRequest, NotFound, NotSent
from vid_pipeline.memories import MAIN
from vid_pipeline.records import User
from vid_pipeline.settings import Settings
from vid_pipeline.store import journal, memories, notices
from vid_pipeline.store.database import Database
from vid_pipeline.testing.embeddings import FakeEmbeddings
from vid_pipeline.testing.senders import FakeSender


def brain(db: Database, user: User, channel: str = MAIN) -> Brain:
    return Brain(db, user.id, FakeEmbeddings(), channel)


def test_a_memory_tells_where_it_comes_from_what_it_replaced_and_who_used_it(
    database: Database, user: User
) -> None:
    mine, made = brain(database, user), produced(database, user)
    old = remembering.remember(mine, remembering.checked(kind="fact", text="Mondays.", slot="day"))
    new = remembering.remember(
        mine,
        remembering.checked(
            kind="fact", text="Tuesdays.", slot="day", source={"production": str(made.id)}
        ),
    )
    with database.acting(user.id) as conn:
        for run in ("r1", "r2"):
            memories.use(conn, [UUID(new.id)], made.id, step_key="script", run_id=run)
    found = brain_reading.provenance(mine, new.id)
    assert [str(one.id) for one in found.replaced] == [old.id]
    assert [(one.production_id, one.step_keys) for one in found.users] == [(made.id, ("script",))]
    assert found.learned_from == (made.id, made.brief.name)
    assert brain_reading.counts(mine) == {"fact": 1}
    assert [one.body for one in brain_reading.found(mine, "Tuesdays")] == ["Tuesdays."]
    stranger = brain(database, someone(database))
    assert brain_reading.counts(stranger) == {}
    with pytest.raises(NotFound):
        brain_reading.provenance(stranger, new.id)


def test_a_memory_of_a_production_that_is_gone_is_told_without_it(
    database: Database, user: User
) -> None:
    gone = {"production": str(uuid4())}
    new = remembering.checked(kind="fact", text="Whales sing.", source=gone)
    kept = remembering.remember(brain(database, user), new)
    assert brain_reading.provenance(brain(database, user), kept.id).learned_from is None


def test_channels_that_remember_are_the_users_own(database: Database, user: User) -> None:
    other = brain(database, user, "tech")
    remembering.remember(other, remembering.checked(kind="fact", text="Chips are small."))
    assert brain_reading.channels(database, user.id) == [MAIN, "tech"]
    assert brain_reading.channels(database, someone(database).id) == [MAIN]


def test_spending_is_told_by_day_and_workflow(database: Database, user: User) -> None:
    made = produced(database, user)
    with database.acting(user.id) as conn:
        for name, usd in (("a", 0.25), ("b", 0.5), ("c", 0.0)):
            call = journal.begin(conn, made.id, name, step_key="s", provider="p", model="m")
            journal.finish(conn, call.id, response={}, cost_usd=usd)
    told = spending.recent(database, user.id, days=7)
    assert (told.usd, told.calls) == (0.75, 2)
    assert [(one.workflow, one.usd) for one in told.workflows] == [(made.workflow, 0.75)]
    assert (len(told.days), told.days[-1]) == (7, datetime.now(UTC).date())
    assert {one.day for one in told.spent} <= set(told.days)
    assert spending.recent(database, someone(database).id).spent == ()


def test_deliveries_are_told_with_their_event_channel_and_fault(
    database: Database, user: User, settings: Settings
) -> None:
    slack = subscribing.add(database, user.id, "slack", "https://hooks.example/x").channel
    production, request = asked(database, user, [user.id])
    with database.acting(user.id) as conn:
        notifying.post(
            conn,
            "asked",
            owner=user.id,
            production_id=production.id,
            request_id=request,
            people=[user.id],
        )
    sender = FakeSender([NotSent("the channel is archived", retryable=False)])
    notifying.deliver(settings, database, {"slack": sender})
    with database.acting(user.id) as conn:
        (told,) = notices.recent(conn)
    assert (told.event, told.state, told.shown) == ("asked", "given_up", slack.shown)
    assert "archived" in (told.error or "")
    with database.acting(someone(database).id) as conn:
        assert notices.recent(conn) == []


def test_events_and_pauses_are_chosen_for_ones_own_channels(database: Database, user: User) -> None:
    mine = subscribing.add(database, user.id, "email", "ada@example.org").channel
    subscribing.choose(database, user.id, mine.id, ["done", "failed"])
    subscribing.enable(database, user.id, mine.short_id, enabled=False)
    (now,) = subscribing.listed(database, user.id)
    assert (now.events, now.enabled) == (("failed", "done"), False)
    with pytest.raises(BadRequest, match="at least one"):
        subscribing.choose(database, user.id, mine.id, [])
    thief = someone(database)
    with pytest.raises(NotFound):
        subscribing.choose(database, thief.id, mine.id, ["done"])
    with pytest.raises(NotFound):
        subscribing.enable(database, thief.id, mine.id, enabled=True)
    with pytest.raises(NotFound):
        subscribing.remove(database, thief.id, mine.id)
    assert subscribing.remove(database, user.id, mine.id).id == mine.id
    assert subscribing.listed(database, user.id) == []
