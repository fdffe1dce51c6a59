"""Contract of `Memory`: the fake and the real form keep the same promises."""

import pytest

from resources.memory import MemoryDesk
from tests.store.test_tables import produced
from vid_pipeline.errors import BadRequest
from vid_pipeline.memories import NewMemory
from vid_pipeline.ports import Memory
from vid_pipeline.records import User
from vid_pipeline.running import AT_WORK, AtWork, Spent, StepPlace
from vid_pipeline.store import memories, turns
from vid_pipeline.store.database import Database
from vid_pipeline.testing.embeddings import FakeEmbeddings
from vid_pipeline.testing.memory import FakeMemory


@pytest.fixture(params=["fake", "postgres"])
def memory(request: pytest.FixtureRequest, database: Database, user: User) -> Memory:
    if request.param == "fake":
        return FakeMemory()
    return MemoryDesk(database, produced(database, user), FakeEmbeddings())


def fact(text: str, slot: str | None = None) -> NewMemory:
    return NewMemory(kind="fact", text=text, slot=slot)


def test_what_fits_best_comes_first(memory: Memory) -> None:
    memory.remember(fact("Bread needs salt."))
    memory.remember(fact("Whales sing in the sea."))
    first, second = memory.recall("do whales sing")
    assert (first.text, second.text) == ("Whales sing in the sea.", "Bread needs salt.")
    assert 1 >= first.score > second.score >= 0
    assert len(memory.recall("do whales sing", most=1)) == 1


def test_the_same_words_are_kept_once_and_change_nothing(memory: Memory) -> None:
    first = memory.remember(fact("Whales sing."))
    before = memory.fingerprint
    assert memory.remember(fact("whales  SING.")).id == first.id
    assert memory.fingerprint == before
    memory.remember(fact("Bread needs salt."))
    assert memory.fingerprint != before


def test_a_slot_is_replaced(memory: Memory) -> None:
    old = memory.remember(fact("The length is 30 seconds.", "length"))
    new = memory.remember(fact("The length is 60 seconds.", "length"))
    assert new.superseded == old.id
    assert [one.text for one in memory.recall("length")] == ["The length is 60 seconds."]


def test_channels_and_kinds_are_kept_apart(memory: Memory) -> None:
    memory.remember(fact("Whales sing."), channel="sea")
    memory.remember(NewMemory(kind="banned", text="Whales talk."), channel="sea")
    assert memory.recall("whales") == ()
    assert [o.text for o in memory.recall("whales", channel="sea", kinds=("fact",))] == [
        "Whales sing."
    ]
    with pytest.raises(BadRequest, match="Choose of"):
        memory.recall("whales", kinds=("facts",))


def test_rules_come_first_when_asked_for(memory: Memory) -> None:
    memory.remember(fact("Whales sing."))
    memory.remember(NewMemory(kind="style", text="Short sentences."))
    memory.remember(NewMemory(kind="fact", text="The host is Ada.", pinned=True))
    found = [one.text for one in memory.recall("do whales sing", rules=True)]
    assert found == ["The host is Ada.", "Short sentences.", "Whales sing."]


def test_a_use_and_a_source_are_written_down_with_the_step(database: Database, user: User) -> None:
    production = produced(database, user)
    desk = MemoryDesk(database, production, FakeEmbeddings())
    place = StepPlace("run1", "script", "script", "write_script")
    token = AT_WORK.set(AtWork("t", place, Spent()))
    try:
        kept = desk.remember(fact("Whales sing."))
        (found,) = desk.recall("whales")
        desk.recall("whales")
    finally:
        AT_WORK.reset(token)
    assert (found.source.production, found.source.step) == (str(production.id), "script")
    with database.acting(user.id) as conn:
        (use,) = memories.used_in(conn, production.id)
        assert (str(use.memory_id), use.step_key, use.run_id) == (kept.id, "script", "run1")
        assert memories.get(conn, kept.id).uses == 1


def test_what_reviewers_said_is_read_with_their_names(database: Database, user: User) -> None:
    production = produced(database, user)
    with database.acting(user.id) as conn:
        for words in ("Too long.", "No jokes."):
            turns.add(
                conn,
                production.id,
                "script",
                words,
                about=None,
                author_id=user.id,
                request_id=None,
            )
    said = MemoryDesk(database, production, FakeEmbeddings()).feedback()
    assert [(one.step, one.text, one.who) for one in said] == [
        ("script", "Too long.", user.handle),
        ("script", "No jokes.", user.handle),
    ]
