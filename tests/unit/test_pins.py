"""Remarks at places: which places there are, what is refused, and whom they reach."""

from typing import Any

import pytest
from pydantic import ValidationError

from assets.catalog import CATALOG
from tests.waiting import Waiting
from vid_pipeline import pins
from vid_pipeline.acts import deciding, reviewing
from vid_pipeline.acts.verdicts import Decision
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.errors import BadRequest
from vid_pipeline.pins import Pin
from vid_pipeline.records import User
from vid_pipeline.settings import Settings
from vid_pipeline.store import turns
from vid_pipeline.store.database import Database


@pytest.fixture
def waiting(settings: Settings, database: Database, user: User) -> Waiting:
    return Waiting.of(Workshop.of(settings, database, CATALOG), user.id)


def send(waiting: Waiting, request: Any, **decision: Any) -> Any:
    given = Decision.model_validate(decision)
    return deciding.decide(waiting.shop, waiting.production.owner_id, request.id, given)


def test_a_pin_is_at_one_place_and_says_something() -> None:
    assert str(Pin(note="too\nfast", time_s=65.4)) == "At 1:05: too fast"
    for bad in (
        {"note": "x"},
        {"note": " ", "line": "l1"},
        {"note": "x", "line": "l1", "scene": "s1"},
        {"note": "x", "time_s": -1},
        {"note": "x", "time_s": float("nan")},
    ):
        with pytest.raises(ValidationError):
            Pin.model_validate(bad)


def test_pins_reach_the_step_in_words_and_what_its_turn_is_about(waiting: Waiting) -> None:
    request = waiting.asks_for_script("Light is cheap.", "It was not.")
    pin = {"note": "Say since when", "line": "l2"}
    send(waiting, request, verdict="reject", feedback="Shorter", pins=[pin])
    with waiting.shop.db.acting(request.owner_id) as conn:
        (heard,) = turns.of_step(conn, waiting.production.id, "script")
    assert heard.feedback == "Shorter\nLine l2: Say since when"
    assert pins.pins_of(heard.about) == (Pin(note="Say since when", line="l2"),)
    assert pins.artifact_of(heard.about) == request.shown[0].artifact
    (gave,) = reviewing.revisions(waiting.shop, request.owner_id, heard.production_id, "script")
    assert gave["lines"][1]["text"] == "It was not."  # type: ignore[index,call-overload]


def test_a_pin_alone_is_feedback_and_is_in_the_audit(waiting: Waiting) -> None:
    request = waiting.asks_for_video()
    send(waiting, request, verdict="reject", to="script", pins=[{"note": "Loud", "time_s": 1.5}])
    review = reviewing.review(waiting.shop, request.owner_id, request.id)
    last = review.audit[-1]
    assert (last.what, last.pins[0].time_s) == ("rejected", 1.5)
    assert last.by == "" or review.audit[0].what == "asked"


@pytest.mark.parametrize(
    "pin",
    [
        {"line": "l9"},
        {"scene": "s1"},
        {"time_s": 0.5},
        {"line": "l1", "item": "s1"},
    ],
)
def test_a_pin_where_nothing_is_is_refused(waiting: Waiting, pin: dict[str, Any]) -> None:
    request = waiting.asks_for_script("Light is cheap.")
    with pytest.raises(BadRequest, match="Pin"):
        send(waiting, request, verdict="reject", feedback="x", pins=[{"note": "x", **pin}])
    assert waiting.now(request).state == "open"


def test_a_moment_after_the_end_and_a_pin_on_what_is_approved_are_refused(
    waiting: Waiting,
) -> None:
    request = waiting.asks_for_video()
    late = {"note": "x", "time_s": 2.1}
    with pytest.raises(BadRequest, match="no such place"):
        send(waiting, request, verdict="reject", to="script", feedback="x", pins=[late])
    with pytest.raises(BadRequest, match="request for changes"):
        send(waiting, request, verdict="approve", pins=[late | {"time_s": 1}])


def test_of_several_a_pin_goes_to_its_own_item(waiting: Waiting) -> None:
    request = waiting.asks_for_scenes()
    pin = {"note": "Larger", "scene": "s1", "item": "s1"}
    send(waiting, request, verdict="approve", items={"s1": {"verdict": "reject"}}, pins=[pin])
    with waiting.shop.db.acting(request.owner_id) as conn:
        (heard,) = turns.of_production(conn, waiting.production.id)
    assert (heard.step_key, heard.feedback) == ("scene[s1]", "Scene s1: Larger")


def test_a_reviewer_sees_what_was_made_beside_a_video(waiting: Waiting) -> None:
    request = waiting.asks_for_video()
    review = reviewing.review(waiting.shop, request.owner_id, request.id)
    assert review.beside["Captions"]["language"] == "en"  # type: ignore[index,call-overload]
    assert (review.refusal, review.voted) == ("", False)
