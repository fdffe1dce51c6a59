"""The inbox, run without a browser: what is shown of a request, and what its answers do."""

import json
from uuid import uuid4

import pytest
from pydantic import JsonValue
from streamlit.testing.v1 import AppTest

from assets.catalog import CATALOG
from tests.waiting import Waiting, script
from ui.reviewing import differences
from vid_pipeline.acts import deciding, reviewing
from vid_pipeline.acts.reviewing import Thing
from vid_pipeline.acts.verdicts import Answer, Decision
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.records import Request
from vid_pipeline.settings import Settings
from vid_pipeline.store import requests, turns, users
from vid_pipeline.store.database import Database


def _script() -> None:
    """The page alone, behind the studio's menu."""
    import streamlit as st  # noqa: PLC0415  AppTest runs this function's source by itself

    from ui import look, menu, navigation  # noqa: PLC0415
    from ui.pages import inbox  # noqa: PLC0415

    pages = menu.pages("administrator")
    navigation.remember(pages)
    st.navigation(pages)
    look.flashes()
    inbox.render()


@pytest.fixture
def inbox(page: AppTest) -> AppTest:
    """`page` has prepared the installation that the script opens."""
    _ = page
    return AppTest.from_function(_script, default_timeout=60)


@pytest.fixture
def waiting(settings: Settings, database: Database) -> Waiting:
    with database.acting(database.local_user) as conn:  # each test's own are the only open ones
        conn.execute("update vidp.requests set state = 'withdrawn', decided_at = now()")
    return Waiting.of(Workshop.of(settings, database, CATALOG), database.local_user)


def opened(page: AppTest, request: Request) -> AppTest:
    page.query_params["request"] = str(request.id)
    return page.run()


def press(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


def approve(page: AppTest, request: Request) -> AppTest:
    return press(page, f"inbox-approve-{request.id}")


def words(page: AppTest) -> str:
    told = [*page.markdown, *page.caption, *page.info, *page.success, *page.error]
    return "\n".join(str(one.value) for one in told)


def answer_of(waiting: Waiting, request: Request) -> Answer:
    return Answer.of(waiting.now(request))


def test_an_empty_inbox_teaches(inbox: AppTest, waiting: Waiting) -> None:
    page = inbox.run()
    assert not page.exception
    assert "Nothing waits for you" in words(page)


def test_an_approval_with_an_edit_is_kept_and_the_next_request_is_shown(
    inbox: AppTest, waiting: Waiting
) -> None:
    first = waiting.asks_for_script("Light is cheap.")
    second = waiting.asks_for_video()
    page = press(opened(inbox, first), "inbox-edit")
    field = next(one for one in page.text_area if str(one.key).endswith(":text"))
    page = field.set_value("Light is free.").run()
    assert "Light is free." in words(page), "the preview follows"
    page = approve(page, first)
    assert not page.exception
    assert waiting.now(first).state == "approved"
    kept = waiting.shop.store.path(answer_of(waiting, first).edits[""]).read_text()
    assert json.loads(kept)["lines"][0]["spoken"] == "Light is free.", "the voice says so too"
    assert page.query_params["request"] == str(second.id)
    assert any("Approved" in one.value for one in page.toast)


def test_changes_are_asked_for_with_a_pin_on_a_line(inbox: AppTest, waiting: Waiting) -> None:
    request = waiting.asks_for_script("Light is cheap.", "It was not.")
    page = press(opened(inbox, request), "inbox-changes")
    page.selectbox(key=f"inbox-pin-{request.id}--0-where").set_value("line:l2").run()
    page.text_input(key=f"inbox-pin-{request.id}--0-note").set_value("Since when?").run()
    page = press(page, f"inbox-pin-{request.id}-")
    assert "Line l2" in words(page)
    press(page, f"inbox-send-{request.id}")
    assert waiting.now(request).state == "rejected"
    with waiting.shop.db.acting(request.owner_id) as conn:
        (heard,) = turns.of_step(conn, waiting.production.id, "script")
    assert heard.feedback == "Line l2: Since when?"


def test_a_deadline_is_told_by_the_clock_of_whoever_looks(inbox: AppTest, waiting: Waiting) -> None:
    request = waiting.asks_for_script("Light is cheap.")
    with waiting.shop.db.acting(request.owner_id) as conn:
        conn.execute(
            "update vidp.requests set deadline_at = '2031-03-14 02:00+00' where id = %s",
            [request.id],
        )
    inbox.context["timezone"] = "America/Los_Angeles"
    assert "until 13 Mar 2031, 19:00" in words(opened(inbox, request))


def test_a_link_sets_the_filters(inbox: AppTest, waiting: Waiting) -> None:
    request = waiting.asks_for_script("Light is cheap.")
    page = inbox.run()
    page.button_group(key="inbox-state").set_value("decided").run()
    assert page.query_params["state"] == "decided"
    page.query_params.clear()
    page.query_params["request"] = str(request.id)
    page.run()
    assert page.button_group(key="inbox-state").value == "open"
    assert dict(page.query_params) == {"request": str(request.id)}


def test_each_scene_is_decided_by_itself(inbox: AppTest, waiting: Waiting) -> None:
    request = waiting.asks_for_scenes()
    page = opened(inbox, request)
    key = f"inbox-{request.id}-s1"
    page = page.button_group(key=f"{key}-verdict").set_value("change").run()
    page = approve(page, request)
    assert "Say what shall be different" in words(page)
    page.text_input(key=f"{key}-note").set_value("Larger").run()
    assert page.button(key=f"inbox-approve-{request.id}").label == "Approve 2, send back 1"
    approve(page, request)
    assert answer_of(waiting, request).rejected == {"s1": "Larger"}


def test_who_was_too_late_is_told_so_kindly(inbox: AppTest, waiting: Waiting) -> None:
    request = waiting.asks_for_script("Light is cheap.")
    page = opened(inbox, request)
    other = Decision(verdict="approve")
    deciding.decide(waiting.shop, request.owner_id, request.id, other)
    page = approve(page, request)
    assert "decided while you looked at it" in words(page)
    assert not page.error
    assert f"inbox-approve-{request.id}" not in [one.key for one in page.button]


def test_a_press_that_comes_too_late_approves_no_other_request(
    inbox: AppTest, waiting: Waiting
) -> None:
    first = waiting.asks_for_script("Light is cheap.")
    second = waiting.asks_for_video()
    page = inbox.run()  # without an address the first one is shown
    deciding.decide(waiting.shop, first.owner_id, first.id, Decision(verdict="approve"))
    page = next(one for one in page.button if one.label == "Approve").click().run()
    assert page.subheader[0].value == "Approve the video"
    assert waiting.now(second).state == "open"


def test_an_edit_that_came_while_one_looked_is_shown_before_it_is_approved(
    inbox: AppTest, waiting: Waiting
) -> None:
    with waiting.shop.db.service() as conn:
        other = users.add(conn, f"o{uuid4().hex}", display_name="Ada")
    both = [waiting.shop.db.local_user, other.id]
    request = waiting.asks_for_script("Light is cheap.", assignees=both, needed=2)
    page = opened(inbox, request)
    edit = json.loads(script("Light is free.").model_dump_json())
    by_other = Decision(verdict="approve", edit=edit)
    deciding.decide(waiting.shop, other.id, request.id, by_other)
    page = press(page, f"inbox-approve-{request.id}")
    assert waiting.now(request).state == "open"
    assert "saved by Ada" in page.error[0].value
    assert "Light is free." in words(page)
    press(page, f"inbox-approve-{request.id}")
    assert waiting.now(request).state == "approved"


def test_a_budget_is_raised_and_questions_are_answered(inbox: AppTest, waiting: Waiting) -> None:
    facts = {"scope": "production", "to_usd": 2.5}
    budget = waiting.asked("script", "Raise it", {}, "", kind="budget", facts=facts)
    page = approve(opened(inbox, budget), budget)
    assert answer_of(waiting, budget).limit_usd == 2.5
    form = [{"name": "mood", "type": "choice", "choices": ["calm", "loud"]}]
    asked = waiting.asked("script_gate", "Say how", {}, "", form=form)
    page = opened(inbox, asked)
    page.selectbox(key=f"inbox-form-{asked.id}-mood").set_value("calm").run()
    approve(page, asked)
    assert answer_of(waiting, asked).form == {"mood": "calm"}


def test_a_stop_is_behind_a_second_press_and_says_why(inbox: AppTest, waiting: Waiting) -> None:
    request = waiting.asks_for_script("Light is cheap.")
    page = opened(inbox, request)
    page.text_input(key=f"inbox-reason-{request.id}").set_value("Not this one").run()
    press(page, f"inbox-stop-{request.id}")
    assert waiting.now(request).state == "stopped"


def test_filters_are_in_the_address(inbox: AppTest, waiting: Waiting) -> None:
    waiting.asks_for_script("Light is cheap.")
    inbox.query_params["kind"] = "budget"
    page = inbox.run()
    assert "Nothing fits these filters" in words(page)
    page.button_group(key="inbox-state").set_value("decided").run()
    assert page.query_params["state"] == "decided"


def test_another_round_shows_what_went_and_what_came(inbox: AppTest, waiting: Waiting) -> None:
    first = waiting.asks_for_script("Light was very dear.", "It fell.")
    with waiting.shop.db.acting(first.owner_id) as conn:
        given: dict[str, JsonValue] = {"said": "Shorter", "feedback": {"script": "Shorter"}}
        requests.decide(conn, first.id, "rejected", by=first.owner_id, answer=given)
    second = waiting.asks_for_script("Light was dear.", "It fell.")
    page = opened(inbox, second)
    assert [one.label for one in page.tabs] == ["Preview", "Changes since round 1", "History"]
    assert "Shorter" in words(page)
    review = reviewing.review(waiting.shop, second.owner_id, second.id)
    (row,) = differences.rows(review.things[0])
    assert row.place == "Line 1"
    assert [(one.kind, one.text) for one in row.pieces] == [
        ("same", "Light was "),
        ("gone", "very "),
        ("same", "dear."),
    ]


def test_differences_are_marked_without_colour_and_hold_no_markup() -> None:
    changes = ({"path": "text", "before": "a <b> c", "after": "a <i> c"},)
    thing = Thing.model_validate(
        {"key": "", "type": "T", "body": {}, "settled": False, "changes": changes}
    )
    html = differences.html(differences.rows(thing))
    assert "<del" in html
    assert "line-through" in html
    assert "<ins" in html
    assert "underline" in html
    assert "<b>" not in html
    assert "<i>" not in html


def test_another_text_is_shown_whole_and_unspaced_ones_sign_by_sign() -> None:
    assert [one.text for one in differences.words("By 1980 it moved.", "A crane lifts")] == [
        "By 1980 it moved.",
        "A crane lifts",
    ]
    found = [(one.kind, one.text) for one in differences.words("光很便宜", "光很贵")]
    assert found == [("same", "光很"), ("gone", "便宜"), ("new", "贵")]
