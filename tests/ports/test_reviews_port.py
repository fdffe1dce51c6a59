"""The contract of the `Reviews` port: people in memory and people in the store behave alike."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import pytest

from resources.reviews import ReviewDesk
from tests.graph.kinds_for_tests import Part, Text
from tests.store.test_tables import produced
from vid_pipeline.acts.verdicts import Answer
from vid_pipeline.artifacts import Artifact
from vid_pipeline.asking import Ask, FormField, Rule, Waits
from vid_pipeline.errors import BadRequest
from vid_pipeline.ports import Decided
from vid_pipeline.records import Production, Request, RequestState, User
from vid_pipeline.settings import Settings
from vid_pipeline.store import requests
from vid_pipeline.store.database import Database
from vid_pipeline.store.objects import ObjectStore
from vid_pipeline.testing.reviews import FakeReviews

ONE = Ask(kind="approval", title="Approve the text")
EACH = Ask(kind="items", title="Approve each part")
FORM = Ask(kind="approval", title="Say", form=(FormField(name="mood"),))


class Gate(Protocol):
    """One gate, and the people at it."""

    def decided(self, ask: Ask, subjects: Mapping[str, Artifact]) -> Decided: ...
    def approve(
        self,
        edits: Mapping[str, Artifact] | None = None,
        form: Mapping[str, Any] | None = None,
    ) -> None: ...
    def reject(self, *keys: str, edits: Mapping[str, Artifact] | None = None) -> None: ...


class RealGate:
    """Requests in Postgres."""

    def __init__(self, db: Database, production: Production, store: ObjectStore) -> None:
        self.db, self.production, self.store = db, production, store
        self.desk = ReviewDesk(db, production, store, "r1")

    def decided(self, ask: Ask, subjects: Mapping[str, Artifact]) -> Decided:
        return self.desk.decided("gate", ask, subjects)

    @property
    def rounds(self) -> list[Request]:
        with self.db.acting(self.production.owner_id) as conn:
            return requests.of_gate(conn, self.production.id, "gate")

    def approve(
        self,
        edits: Mapping[str, Artifact] | None = None,
        form: Mapping[str, Any] | None = None,
    ) -> None:
        self._close("approved", edits or {}, form=dict(form or {}))

    def reject(self, *keys: str, edits: Mapping[str, Artifact] | None = None) -> None:
        rejected = dict.fromkeys(keys, "no")
        self._close("rejected", edits or {}, rejected=rejected, feedback={"s": "no"})

    def _close(self, state: RequestState, edits: Mapping[str, Artifact], **more: Any) -> None:
        kept = {
            key: self.store.put_bytes(one.model_dump_json().encode(), "application/json")
            for key, one in edits.items()
        }
        answer = Answer(edits=kept, **more).model_dump(mode="json", exclude_defaults=True)
        by = self.production.owner_id
        with self.db.acting(by) as conn:
            requests.decide(conn, self.rounds[-1].id, state, by=by, answer=answer)


def real(settings: Settings, db: Database, user: User, folder: Path) -> RealGate:
    return RealGate(db, produced(db, user), ObjectStore(folder.as_uri(), cache=folder / "cache"))


@pytest.fixture(params=["fake", "real"])
def gate(
    request: pytest.FixtureRequest,
    settings: Settings,
    database: Database,
    user: User,
    tmp_path: Path,
) -> Any:
    return FakeReviews() if request.param == "fake" else real(settings, database, user, tmp_path)


def waits(gate: Gate, ask: Ask, subjects: Mapping[str, Artifact]) -> str:
    with pytest.raises(Waits, match=ask.title) as caught:
        gate.decided(ask, subjects)
    return caught.value.request_id


def text(words: str) -> dict[str, Artifact]:
    return {"": Text(text=words)}


def parts(**words: str) -> dict[str, Artifact]:
    return {key: Part(id=key, text=word) for key, word in words.items()}


def settled(gate: Any) -> set[str]:
    """What people are shown as approved before."""
    last = gate.rounds[-1]
    if isinstance(gate, FakeReviews):
        return set(last.settled)
    return {one.key for one in last.shown if one.settled}


def test_it_asks_once_and_waits_again_at_the_same_request(gate: Any) -> None:
    first = waits(gate, ONE, text("a"))
    assert waits(gate, ONE, text("a")) == first
    assert len(gate.rounds) == 1


def test_what_was_approved_passes_as_often_as_it_is_asked(gate: Any) -> None:
    waits(gate, ONE, text("a"))
    gate.approve()
    for _ in range(2):
        assert gate.decided(ONE, text("a")) == Decided(text("a"), {})


def test_an_edit_passes_in_the_place_of_what_was_shown(gate: Any) -> None:
    waits(gate, ONE, text("a"))
    gate.approve(edits=text("b"))
    assert gate.decided(ONE, text("a")).artifacts == text("b")


def test_what_was_filled_in_is_handed_on(gate: Any) -> None:
    waits(gate, FORM, {})
    gate.approve(form={"mood": "calm"})
    assert gate.decided(FORM, {}) == Decided({}, {"mood": "calm"})


@pytest.mark.parametrize("state", ["open", "approved"])
def test_another_thing_is_asked_about_anew(gate: Any, state: str) -> None:
    waits(gate, ONE, text("a"))
    if state == "approved":
        gate.approve()
    waits(gate, ONE, text("b"))
    states = [one.state for one in gate.rounds]
    assert states == ["withdrawn" if state == "open" else "approved", "open"]


def test_the_same_thing_asked_otherwise_is_asked_anew(gate: Any) -> None:
    waits(gate, ONE, text("a"))
    gate.approve()
    waits(gate, ONE.model_copy(update={"title": "Look again"}), text("a"))


def test_after_a_rejection_even_the_same_thing_is_asked_anew(gate: Any) -> None:
    first = waits(gate, ONE, text("a"))
    gate.reject("")
    assert waits(gate, ONE, text("a")) != first
    assert settled(gate) == set()


def test_of_several_what_was_approved_or_edited_is_carried_over(gate: Any) -> None:
    waits(gate, EACH, parts(p1="a", p2="b", p3="c"))
    gate.reject("p3", edits=parts(p2="B"))
    waits(gate, EACH, parts(p1="a", p2="b", p3="c2"))
    assert settled(gate) == {"p1", "p2"}
    gate.reject("p3")
    waits(gate, EACH, parts(p1="a", p2="b", p3="c3"))
    assert settled(gate) == {"p1", "p2"}
    gate.approve()
    found = gate.decided(EACH, parts(p1="a", p2="b", p3="c3"))
    assert found.artifacts == parts(p1="a", p2="B", p3="c3")


def test_of_several_what_has_become_another_is_asked_again(gate: Any) -> None:
    waits(gate, EACH, parts(p1="a", p2="b"))
    gate.reject("p2")
    waits(gate, EACH, parts(p1="new", p2="b2"))
    assert settled(gate) == set()


def test_what_was_approved_once_and_rejected_later_is_asked_again(gate: Any) -> None:
    waits(gate, EACH, parts(p1="a", p2="b"))
    gate.reject("p2")
    waits(gate, EACH, parts(p1="a", p2="b"))
    gate.reject("p1")
    waits(gate, EACH, parts(p1="a", p2="b"))
    assert settled(gate) == {"p2"}


# --- the real one --------------------------------------------------------------------------


def test_whoever_is_asked_must_be_a_user(
    settings: Settings, database: Database, user: User, tmp_path: Path
) -> None:
    gate = real(settings, database, user, tmp_path)
    ask = ONE.model_copy(update={"rule": Rule(assignees=("nobody_here",))})
    with pytest.raises(BadRequest, match="'nobody_here'"):
        gate.decided(ask, text("a"))
    assert gate.rounds == []


def test_two_items_that_ask_for_money_at_once_both_wait(
    settings: Settings, database: Database, user: User, tmp_path: Path
) -> None:
    gate = real(settings, database, user, tmp_path)

    def ask(usd: float) -> str:
        facts: dict[str, Any] = {"scope": "user", "to_usd": usd}
        return waits(gate, Ask(kind="budget", title=f"Raise to {usd}", facts=facts), {})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, [1.0, 2.0, 3.0, 4.0]))
    assert sorted(one.state for one in gate.rounds) == ["open", *["withdrawn"] * 3]
