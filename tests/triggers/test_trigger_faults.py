"""What goes wrong around triggers keeps nothing back, loses nothing and makes nothing twice."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.triggers.test_triggering import (
    FEED,
    NOW,
    WORKFLOW,
    World,
    fail,
    made,
    new,
    shop,
    soon,
    started,
    ticked,
    world,
)
from vid_pipeline.acts import planning, publishing, triggering
from vid_pipeline.acts.triggers import files, hooks, keeping
from vid_pipeline.acts.triggers.looking import look
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.errors import BadSource
from vid_pipeline.records import User
from vid_pipeline.store import productions, triggers
from vid_pipeline.trigger_records import Trigger
from vid_pipeline.watched import (
    OnCalendar,
    OnFeed,
    OnFolder,
    OnSchedule,
    OnWebhook,
    OnWorkflow,
    Source,
    UntilGood,
)

__all__ = ["shop", "started", "world"]


def test_a_post_comes_in_while_its_trigger_is_held_by_a_look(shop: Workshop, user: User) -> None:
    trigger = triggering.add(shop, user.id, new(OnWebhook()))
    now = datetime.now(UTC)
    with shop.db.acting(user.id) as conn:
        assert triggers.hold(conn, trigger.id, now=now, until=now + timedelta(minutes=1))
    assert posted(shop, trigger, b'{"text": "Words of a post.", "title": "A"}', "one") is not None
    assert len(made(shop, user)) == 1


def test_a_post_with_what_no_database_keeps_is_taken(shop: Workshop, user: User) -> None:
    trigger = triggering.add(shop, user.id, new(OnWebhook()))
    body = rb'{"text": "Words \u0000 and \ud800.", "title": "A\u0000 \udfff"}'
    find_id = posted(shop, trigger, body, "one")
    assert find_id is not None
    assert posted(shop, trigger, b'{"url": "http://["}', "two") is not None
    with shop.db.acting(user.id) as conn:
        second, first = triggers.finds(conn, trigger.id)
    assert (first.state, first.title) == ("made", "A ?")
    assert second.is_dead


def posted(shop: Workshop, trigger: Trigger, body: bytes, delivery: str) -> object:
    at_s = int(datetime.now(UTC).timestamp())
    key = bytes.fromhex(triggering.hook_key(shop, trigger))
    signed = hooks.signature(key, body, at_s=at_s)
    return triggering.post(shop, trigger.id, signed=signed, delivery=delivery, body=body)


def test_a_trigger_set_anew_during_a_look_takes_nothing_of_it(
    shop: Workshop, world: World, user: User
) -> None:
    """Neither what was found nor what was remembered is of what it watches now."""
    other = "https://example.org/other"
    world.feed("old")
    trigger = triggering.add(shop, user.id, new(OnFeed(url=FEED)))

    def fetch(url: str) -> object:
        triggering.edit(shop, user.id, trigger.id, new(OnFeed(url=other)))
        return world.fetch(url)

    hasty = World(world.outside.folders)
    hasty.outside = type(world.outside)(fetch, world.outside.folders)  # type: ignore[arg-type]
    assert not ticked(shop, hasty, user, at=soon(trigger))
    world.pages[other] = world.pages[FEED].replace("old", "fresh")
    (found,) = ticked(shop, world, user, at=soon(trigger, minutes=5))
    assert found.title == "fresh"


def test_one_trigger_that_breaks_keeps_no_other_back(
    shop: Workshop, world: World, user: User
) -> None:
    """Not even with an error that is none of ours; it waits longer and longer, and says so."""
    world.feed("a")
    wrong = triggering.add(shop, user.id, new(OnFeed(url="https://example.org/wrong")))
    right = new(OnFeed(url=FEED)).model_copy(update={"name": "Right"})
    triggering.add(shop, user.id, right)

    def fetch(url: str) -> object:
        if url != FEED:
            raise RuntimeError("a fault of ours")
        return world.fetch(url)

    odd = World(world.outside.folders)
    odd.outside = type(world.outside)(fetch, world.outside.folders)  # type: ignore[arg-type]
    assert len(ticked(shop, odd, user, at=soon(wrong))) == 1
    with shop.db.acting(user.id) as conn:
        held = triggers.get(conn, wrong.id)
    assert held.failures == 1
    assert "RuntimeError" not in str(held.error)


def test_a_look_that_fails_forgets_nothing(shop: Workshop, world: World, user: User) -> None:
    trigger = triggering.add(shop, user.id, new(OnFolder(path="in")))
    folder = triggering.folder_of(shop, trigger)
    assert folder is not None
    with shop.db.acting(user.id) as conn:
        marks = {"files": {"a.md": "done 1:1"}}
        triggers.looked(conn, trigger, now=NOW, next_at=NOW, marks=marks)  # type: ignore[arg-type]
        triggers.looked(conn, trigger, now=NOW, next_at=NOW, error="gone")
        assert triggers.get(conn, trigger.id).marks == marks


def test_a_find_whose_workflow_is_gone_is_a_dead_letter_and_a_retry_makes_it(
    shop: Workshop, world: World, user: User
) -> None:
    planning.add(shop, user.id, day=NOW.date() - timedelta(days=1), topic="Tides and the moon")
    wrong = new(OnCalendar()).model_copy(update={"name": "Rows"})
    trigger = triggering.add(shop, user.id, wrong)
    with shop.db.acting(user.id) as conn:
        conn.execute("update vidp.calendar set workflow = 'gone'")
    (found,) = ticked(shop, world, user, at=soon(trigger))
    assert found.is_dead
    assert "gone" in str(found.reason)
    with shop.db.acting(user.id) as conn:
        conn.execute("update vidp.finds set workflow = null")
    assert triggering.retry(shop, user.id, found.id).state == "waiting"
    (found,) = ticked(shop, world, user, at=soon(trigger, minutes=5))
    assert found.state == "made"
    assert found.production_id is not None
    with shop.db.acting(user.id) as conn:
        fail(conn, found.production_id)
        conn.execute("update vidp.launches set state = 'killed'")
    assert triggering.retry(shop, user.id, found.id).production_state == "queued"


def test_a_day_of_the_limit_is_one_of_the_triggers_zone(
    shop: Workshop, world: World, user: User
) -> None:
    """22:30 UTC is the next day in Berlin, so that the limit of the day before holds no more."""
    berlin = OnSchedule(
        cron="30 * * * *", zone="Europe/Berlin", source=Source(text="What happened?")
    )
    trigger = triggering.add(shop, user.id, new(berlin, daily_limit=1))
    day = (trigger.created_at + timedelta(days=1)).replace(hour=21, minute=31)
    late = day + timedelta(hours=2)  # 00:31 or 01:31 in Berlin
    with shop.db.acting(user.id) as conn:
        conn.execute(
            "update vidp.triggers set marks = %s", [f'{{"last": "{day - timedelta(minutes=2)}"}}']
        )
    assert [one.state for one in ticked(shop, world, user, at=day)] == ["made"]
    states = sorted(one.state for one in ticked(shop, world, user, at=late))
    assert states.count("made") == 2


def test_what_was_put_off_is_made_when_the_limit_is_raised(
    shop: Workshop, world: World, user: User
) -> None:
    world.feed("a", "b")
    trigger = triggering.add(shop, user.id, new(OnFeed(url=FEED), daily_limit=1))
    ticked(shop, world, user, at=soon(trigger))
    triggering.edit(shop, user.id, trigger.id, new(OnFeed(url=FEED), daily_limit=2))
    found = ticked(shop, world, user, at=datetime.now(UTC) + timedelta(minutes=1))
    assert [one.state for one in found] == ["made", "made"]


def test_a_row_of_the_calendar_is_made_by_one_of_two_triggers(
    shop: Workshop, world: World, user: User
) -> None:
    planning.add(shop, user.id, day=NOW.date() - timedelta(days=1), topic="Tides and the moon")
    both = [
        triggering.add(shop, user.id, new(OnCalendar()).model_copy(update={"name": name}))
        for name in ("One", "Two")
    ]
    seen = [look(one, shop.db, world.outside, now=NOW) for one in both]
    assert [len(one.found) for one in seen] == [1, 1]
    for one, told in zip(both, seen, strict=True):
        with shop.db.acting(user.id) as conn:
            keeping.take(shop, conn, triggers.locked(conn, one.id), told, NOW)
    assert len(ticked(shop, world, user, at=soon(both[1]))) == 1


def test_a_trigger_after_a_workflow_is_not_its_own_cause(
    shop: Workshop, world: World, user: User
) -> None:
    trigger = triggering.add(shop, user.id, new(OnWorkflow(workflow=WORKFLOW.slug)))
    version = publishing.publish(shop.db, user.id, WORKFLOW, shop.catalog)
    world.feed("a")
    other = new(OnFeed(url=FEED)).model_copy(update={"name": "Feed"})
    triggering.add(shop, user.id, other)
    assert version.slug == WORKFLOW.slug
    for minutes in (0, 2, 4, 6):
        ticked(shop, world, user, at=soon(trigger, minutes=minutes + 1))
        for one in made(shop, user):
            if one.state != "done":
                with shop.db.acting(user.id) as conn:
                    productions.running(conn, one.id)
                    productions.done(conn, one.id)
    assert len(made(shop, user)) == 2


def test_repeating_ends_though_a_try_could_not_be_made(
    shop: Workshop, world: World, user: User
) -> None:
    until = UntilGood(good=1, most_tries=1, source=Source(text="The best loaf of bread"))
    trigger = triggering.add(shop, user.id, new(until))
    with shop.db.acting(user.id) as conn:
        triggers.keep(conn, trigger.id, ("try:1",), None, title="A", state="dead", reason="Gone.")
    ticked(shop, world, user, at=soon(trigger))
    with shop.db.acting(user.id) as conn:
        assert triggers.get(conn, trigger.id).finished


def test_a_minutely_schedule_that_slept_for_a_year_is_looked_at_in_no_time(
    shop: Workshop, world: World, user: User
) -> None:
    """Backwards from now: what it could make is found without going over all of the year."""
    often = OnSchedule(cron="* * * * *", source=Source(text="Hello there"))
    trigger = triggering.add(shop, user.id, new(often))
    year = trigger.model_copy(update={"created_at": NOW - timedelta(days=365)})
    seen = look(year, shop.db, world.outside, now=NOW)
    assert len(seen.found) == 400
    assert seen.found[0].names == (f"at:{NOW.isoformat()}",)


def test_files_with_odd_names_and_too_many_of_them_are_told(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    Path(os.fsdecode(folder + b"/\xff.md")).write_text("Words", encoding="utf-8")
    seen = files.look(tmp_path, ".", "*", {}, now_s=0)
    assert not seen.marks
    assert list(seen.refused.values()) == ["Its name is not in UTF-8. Give it another one."]
    for number in range(2001):
        (tmp_path / f"{number}.md").touch()
    with pytest.raises(BadSource, match="move away"):
        files.look(tmp_path, ".", "*", {}, now_s=0)
