"""The contract of the `Trace` port: in memory and in the store alike; and whose events are seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from resources.trace import TraceDesk
from tests.store.test_tables import produced
from vid_pipeline.ports import Trace, Turn
from vid_pipeline.records import Production, User
from vid_pipeline.running import AT_WORK, AtWork, Spent, StepPlace
from vid_pipeline.step_events import StepEvent
from vid_pipeline.store import sayings, step_events, traces, users
from vid_pipeline.store.database import Database
from vid_pipeline.testing.trace import FakeTrace

PLACE = StepPlace(run_id="r1", step_id="a", step_key="a", kind="agent")


def used(key: str, **detail: Any) -> StepEvent:
    return StepEvent(kind="tool", name="fetch", key=key, detail=detail)


SAID = StepEvent(kind="said", name="user", detail={"message": {"text": "a\0\U0001f600"}})


class Real:
    """Tries of a step in Postgres."""

    def __init__(self, db: Database, production: Production) -> None:
        self.db, self.production = db, production
        self.place, self.turns = PLACE, 0
        self.port: Trace = TraceDesk(db, production)
        self._begin()

    def _begin(self) -> None:
        with self.db.acting(self.production.owner_id) as conn:
            made = traces.start(
                conn,
                self.production.id,
                run_id=self.place.run_id,
                step_key=self.place.step_key,
                step_id=self.place.step_id,
                kind="agent",
                attempt=self.place.attempt,
                turns=self.turns,
            )
        heard = (Turn(gave=None, feedback="x", by=""),) * self.turns
        AT_WORK.set(AtWork(str(made.id), self.place, Spent(), heard))
        self.trace_id = made.id

    def again(self) -> None:
        with self.db.acting(self.production.owner_id) as conn:
            traces.fail(conn, self.trace_id, error="x")
        self.place = replace(self.place, attempt=self.place.attempt + 1)
        self._begin()

    def rejected(self) -> None:
        with self.db.acting(self.production.owner_id) as conn:
            traces.finish(conn, self.trace_id, output=None)
        self.turns += 1
        self.place = replace(self.place, attempt=self.place.attempt + 1)
        self._begin()

    @property
    def words(self) -> str:
        with self.db.acting(self.production.owner_id) as conn:
            return "".join(one.text for one in sayings.of_production(conn, self.production.id))


class Fake(FakeTrace):
    @property
    def port(self) -> Trace:
        return self


@contextmanager
def nobody_at_work() -> Iterator[None]:
    token = AT_WORK.set(None)
    try:
        yield
    finally:
        AT_WORK.reset(token)


@pytest.fixture(params=["fake", "real"])
def step(request: pytest.FixtureRequest, database: Database, user: User) -> Iterator[Any]:
    with nobody_at_work():
        yield Fake() if request.param == "fake" else Real(database, produced(database, user))


def test_what_is_told_is_kept_by_its_key_over_tries(step: Any) -> None:
    first = used("k1", content="one", failed=False)
    step.port.tell(first)
    step.again()
    step.port.tell(used("k1", content="two"))
    assert step.port.kept("tool", "k1") == first
    assert step.port.kept("note", "k1") is None
    assert step.port.kept("tool", "k2") is None
    assert step.port.kept("tool", "") is None


def test_what_is_being_written_is_shown_until_it_is_said(step: Any) -> None:
    step.port.saying("The sea r")
    assert step.words == "The sea r"
    step.port.tell(SAID)
    assert step.words == ""


def test_what_led_to_the_rejected_output_is_known(step: Any) -> None:
    step.port.tell(used("lost"))
    step.again()
    step.port.tell(SAID)
    step.port.tell(used("k1"))
    assert step.port.earlier() == ()
    step.rejected()
    assert step.port.earlier() == (SAID, used("k1"))
    step.port.tell(used("k2"))
    step.again()
    assert step.port.earlier() == (SAID, used("k1"))
    step.port.tell(used("k3"))
    step.rejected()
    assert step.port.earlier() == (used("k3"),)


def test_a_step_sees_nothing_of_another_step_production_or_user(
    database: Database, user: User
) -> None:
    with nobody_at_work():
        mine = Real(database, produced(database, user))
        mine.port.tell(used("k"))
        mine.rejected()
        other = Real(database, produced(database, user))
        other.turns = 1
        other.again()
        assert other.port.kept("tool", "k") is None
        assert other.port.earlier() == ()
        mine.place = replace(mine.place, step_key="b", step_id="b", attempt=1)
        mine._begin()
        assert mine.port.kept("tool", "k") is None
        assert mine.port.earlier() == ()


def test_events_are_their_owners_alone_and_do_not_change(database: Database, user: User) -> None:
    with nobody_at_work():
        step = Real(database, produced(database, user))
        step.port.tell(used("k"))
    thief = produced(database, _another(database))
    with database.acting(thief.owner_id) as conn:
        assert step_events.of_production(conn, step.production.id) == []
        assert step_events.kept(conn, step.production.id, "a", "tool", "k") is None
    with pytest.raises(AssertionError), database.acting(thief.owner_id) as conn:
        step_events.tell(conn, step.trace_id, used("planted"))
    for attack in ("delete from vidp.step_events", "update vidp.step_events set name = 'x'"):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            database.acting(user.id) as conn,
        ):
            conn.execute(attack)
    planted = """
        insert into vidp.step_events (owner_id, production_id, trace_id, step_key, kind, name)
        values (%s, %s, %s, 'a', 'note', 'x')"""
    for owner in (step.production.owner_id, thief.owner_id):
        values = (owner, step.production.id, step.trace_id)
        with pytest.raises(psycopg.Error), database.acting(thief.owner_id) as conn:
            conn.execute(planted, values)
    with database.acting(user.id) as conn:
        (kept,) = step_events.of_production(conn, step.production.id)
    assert (kept.key, kept.trace_id) == ("k", step.trace_id)


def _another(db: Database) -> User:
    with db.service() as conn:
        return users.add(conn, f"t{uuid4().hex}")
