"""The pages of what runs without anybody: triggers, the calendar, batches, the library."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from assets.catalog import CATALOG
from tests.store.test_tables import BRIEF
from ui import clock
from vid_pipeline.acts import cataloguing, triggering
from vid_pipeline.acts.library import AT_ONCE
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.settings import Settings
from vid_pipeline.store import calendar_rows, triggers
from vid_pipeline.store.database import Database
from vid_pipeline.trigger_records import NewTrigger, Trigger
from vid_pipeline.watched import Making, OnFeed, OnWebhook, OnWorkflow, Rules, Watched

Drawn = Callable[[str], AppTest]
_AWAY = "reviewed-short"


@pytest.fixture
def shop(settings: Settings, database: Database) -> Workshop:
    return Workshop.of(settings, database, CATALOG)


def a_trigger(shop: Workshop, name: str, watches: Watched, **rules: int) -> Trigger:
    new = NewTrigger(
        name=name, watches=watches, making=Making(workflow=_AWAY),
        rules=Rules.model_validate(rules),
    )  # fmt: skip
    return triggering.add(shop, shop.db.local_user, new)


def opened(drawn: Drawn, trigger: Trigger) -> AppTest:
    page = drawn("triggers")
    page.query_params["trigger"] = str(trigger.id)
    page.run()
    assert not page.exception
    return page


def now(shop: Workshop, trigger: Trigger) -> Trigger:
    with shop.db.acting(shop.db.local_user) as conn:
        return triggers.get(conn, trigger.id)


def test_a_trigger_stays_with_a_workflow_that_is_put_away(drawn: Drawn, shop: Workshop) -> None:
    trigger = a_trigger(shop, "Follows", OnWorkflow(workflow=_AWAY), every_s=5)
    cataloguing.archive(shop.db, shop.db.local_user, _AWAY)
    page = opened(drawn, trigger)
    key = f"triggers:form:{trigger.id}"
    field = page.selectbox(key=f"{key}:workflow")
    assert field.value == _AWAY
    assert "Reviewed short (put away)" in field.options
    page.text_input(key=f"{key}:name").set_value("Follows on")
    page.button(key=f"{key}:send").click().run()
    assert not page.exception
    cataloguing.archive(shop.db, shop.db.local_user, _AWAY, away=False)
    saved = now(shop, trigger)
    assert (saved.name, saved.making, saved.watches) == (
        "Follows on", trigger.making, trigger.watches,
    )  # fmt: skip
    assert saved.rules == trigger.rules, "a look every five seconds is as good as any"


def test_what_was_left_out_is_made_after_all(drawn: Drawn, shop: Workshop) -> None:
    trigger = a_trigger(shop, "Feed", OnFeed(url="https://example.org/feed"))
    with shop.db.acting(shop.db.local_user) as conn:
        find = triggers.keep(
            conn, trigger.id, ("a",), BRIEF, title="Crowds", state="passed", reason="Old."
        )
    page = opened(drawn, trigger)
    page.button(key=f"triggers:after_all:{find}").click().run()
    assert not page.exception
    with shop.db.acting(shop.db.local_user) as conn:
        (found,) = triggers.finds(conn, trigger.id)
    assert found.state == "waiting"
    assert not [one for one in page.button if str(one.key).startswith("triggers:after_all")]


def test_a_hook_gets_another_key_and_keeps_what_it_has_seen(drawn: Drawn, shop: Workshop) -> None:
    trigger = a_trigger(shop, "Posts", OnWebhook())
    page = opened(drawn, trigger)
    page.toggle(key=f"triggers:key:{trigger.id}").set_value(True).run()
    before = page.code[-1].value
    page.button(key=f"triggers:rotate:{trigger.id}:0").click().run()
    assert not page.exception
    after = page.code[-1].value
    assert before == triggering.hook_key(shop, trigger)
    assert after == triggering.hook_key(shop, now(shop, trigger))
    assert after != before


def test_a_video_is_planned_in_the_month_that_is_shown_and_once(
    drawn: Drawn, shop: Workshop
) -> None:
    page = drawn("calendar").run()
    page.button(key="calendar:later").click().run()
    day = page.date_input[0].value
    assert isinstance(day, date)
    assert f"{day:%Y-%m}" == page.query_params["month"]
    (topic,) = [one for one in page.text_area if str(one.key).startswith("calendar:topic")]
    topic.set_value("Why tides turn")
    (save,) = [one for one in page.button if str(one.key).startswith("calendar:save")]
    save.click().run()
    assert not page.exception
    (topic,) = [one for one in page.text_area if str(one.key).startswith("calendar:topic")]
    assert topic.value == ""
    with shop.db.acting(shop.db.local_user) as conn:
        rows = calendar_rows.between(conn, day, day)
    assert [one.topic for one in rows] == ["Why tides turn"]


def test_a_video_for_another_month_is_shown_there(drawn: Drawn) -> None:
    page = drawn("calendar").run()
    far = clock.today() + timedelta(days=90)
    page.date_input[0].set_value(far)
    page.text_area[0].set_value("Why reefs glow")
    (save,) = [one for one in page.button if str(one.key).startswith("calendar:save")]
    save.click().run()
    assert page.query_params["month"] == f"{far:%Y-%m}"
    assert any("Why reefs glow" in one.value for one in page.markdown)


def test_what_is_no_language_is_said_beside_the_field(drawn: Drawn) -> None:
    page = drawn("batches")
    page.query_params["batch"] = "new"
    page.run()
    for wrong in ("e", "d1"):
        page.text_input(key="batches:variant:0:language").set_value(wrong).run()
        assert not page.exception
        assert f"“{wrong}” is no language" in page.error[0].value
        assert page.button(key="batches:begin:0").disabled
    page.text_input(key="batches:variant:0:language").set_value("EN").run()
    assert not page.exception
    assert not page.error


def test_the_library_says_where_it_ends_and_looks_further_back(
    drawn: Drawn, database: Database
) -> None:
    with database.acting(database.local_user) as conn:
        conn.execute(
            "insert into vidp.media_files (owner_id, name, kind, mime, sha256, size_bytes)"
            " select vidp.uid(), 'note ' || n, 'text', 'text/plain', lpad(n::text, 64, '0'), 1"
            " from generate_series(1, %s) n",
            [AT_ONCE + 1],
        )
    page = drawn("library").run()
    assert any(f"the newest {AT_ONCE} files" in one.value for one in page.caption)
    assert any(one.value == f"{AT_ONCE} files" for one in page.caption)
    page.button(key="library:further").click().run()
    assert any(one.value == f"{AT_ONCE + 1} files" for one in page.caption)
    assert not [one for one in page.button if one.key == "library:further"]
