"""Triggers on a real database: exactly one production of each find, whatever happens."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from assets.catalog import CATALOG
from vid_pipeline.acts import publishing, rehearsing, triggering
from vid_pipeline.acts.triggers import hooks
from vid_pipeline.acts.triggers.looking import Outside
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.errors import BadRequest, BadSource, Forged, NotFound
from vid_pipeline.ports import Page
from vid_pipeline.records import Launch, Production, User
from vid_pipeline.settings import Settings
from vid_pipeline.store import calendar_rows, productions, triggers
from vid_pipeline.store.database import Database
from vid_pipeline.trigger_records import Find, NewTrigger, Trigger
from vid_pipeline.watched import (
    Making,
    OnCalendar,
    OnFeed,
    OnFolder,
    OnPage,
    OnSchedule,
    OnWebhook,
    OnWorkflow,
    Rules,
    Sieve,
    Source,
    UntilGood,
    Watched,
)  # fmt: skip

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
FEED, PAGE = "https://example.org/feed", "https://example.org/page"
WORKFLOW = publishing.read(
    Path(__file__).parents[2] / "examples" / "workflows" / "article-to-short.json"
)


class World:
    """What triggers see in these tests; pages are given by their address."""

    def __init__(self, folders: Path) -> None:
        self.pages: dict[str, str] = {}
        self.outside = Outside(self.fetch, folders)

    def fetch(self, url: str) -> Page:
        if url not in self.pages:
            raise BadSource(url, "the server answered 503", "Try again later.")
        return Page(url, "application/xml", self.pages[url].encode())

    def feed(self, *titles: str) -> None:
        items = "".join(
            f"<item><title>{one}</title><link>https://e.org/{one}</link></item>" for one in titles
        )
        self.pages[FEED] = f'<rss version="2.0"><channel>{items}</channel></rss>'


@pytest.fixture
def started() -> list[Launch]:
    return []


@pytest.fixture
def shop(settings: Settings, database: Database, user: User, started: list[Launch]) -> Workshop:
    """An installation with the user's workflow, whose workers only note what they are given."""

    def note(_: Settings, __: Database, launch: Launch) -> None:
        started.append(launch)

    near = settings.model_copy(update={"dagster_port": 1})
    opened = Workshop.of(near, database, CATALOG)
    publishing.publish(database, user.id, WORKFLOW, CATALOG)
    return Workshop(near, database, opened.store, CATALOG, start_worker=note)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def new(watches: Watched, *, sieve: Sieve | None = None, **rules: object) -> NewTrigger:
    return NewTrigger(
        name="Mine",
        watches=watches,
        making=Making(workflow=WORKFLOW.slug),
        sieve=sieve or Sieve(),
        rules=Rules.model_validate({"catch_up": "all", "every_s": 60, **rules}),
    )


def ticked(shop: Workshop, world: World, user: User, *, at: datetime) -> list[Find]:
    """What this user's triggers have found after a tick; others' are none of ours."""
    triggering.tick(shop, world.outside, now=at, only=user.id)
    with shop.db.acting(user.id) as conn:
        mine = triggers.listed(conn)
        return [found for one in mine for found in triggers.finds(conn, one.id)]


def made(shop: Workshop, user: User) -> list[Production]:
    with shop.db.acting(user.id) as conn:
        return productions.recent(conn, 100)


def fail(conn: Connection[Any], production_id: UUID) -> None:
    productions.failed(conn, production_id, error="It came out badly.")


def soon(trigger: Trigger, *, minutes: float = 0) -> datetime:
    """A time after a trigger was set."""
    return trigger.created_at + timedelta(seconds=1, minutes=minutes)


def test_each_item_of_a_feed_becomes_one_video_and_is_started(
    shop: Workshop, world: World, user: User, started: list[Launch]
) -> None:
    world.feed("a", "b")
    trigger = triggering.add(shop, user.id, new(OnFeed(url=FEED)))
    for minutes in (0, 2, 4):
        ticked(shop, world, user, at=soon(trigger, minutes=minutes))
    world.feed("c", "a", "b")
    ticked(shop, world, user, at=soon(trigger, minutes=6))
    assert sorted(one.brief.name for one in made(shop, user)) == [
        "https://e.org/a", "https://e.org/b", "https://e.org/c",
    ]  # fmt: skip
    assert len(started) == 3


def test_many_daemons_at_once_make_each_find_once(shop: Workshop, world: World, user: User) -> None:
    world.feed(*"abc")
    trigger = triggering.add(shop, user.id, new(OnFeed(url=FEED)))
    gate = threading.Barrier(4)

    def daemon(number: int) -> None:
        gate.wait()
        for step in range(3):
            at = soon(trigger, minutes=step * 2 + number / 60)
            triggering.tick(shop, world.outside, now=at, only=user.id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(daemon, range(4)))
    assert len(made(shop, user)) == 3


def test_what_was_there_before_is_caught_up_as_the_rule_says(
    shop: Workshop, world: World, user: User
) -> None:
    world.feed("newest", "older", "oldest")
    trigger = triggering.add(shop, user.id, new(OnFeed(url=FEED), catch_up="latest"))
    found = ticked(shop, world, user, at=soon(trigger))
    assert {one.title: one.state for one in found} == {
        "newest": "made", "older": "passed", "oldest": "passed",
    }  # fmt: skip
    passed = next(one for one in found if one.title == "older")
    triggering.again(shop, user.id, passed.id)
    ticked(shop, world, user, at=datetime.now(UTC) + timedelta(minutes=3))
    assert len(made(shop, user)) == 2


def test_the_daily_limit_puts_the_rest_off_until_tomorrow(
    shop: Workshop, world: World, user: User
) -> None:
    world.feed(*"abc")
    trigger = triggering.add(shop, user.id, new(OnFeed(url=FEED), daily_limit=2))
    ticked(shop, world, user, at=soon(trigger))
    assert len(made(shop, user)) == 2
    ticked(shop, world, user, at=soon(trigger) + timedelta(days=1))
    assert len(made(shop, user)) == 3


def test_a_look_that_fails_says_why_and_comes_back_later_and_later(
    shop: Workshop, world: World, user: User
) -> None:
    trigger = triggering.add(shop, user.id, new(OnFeed(url=FEED)))
    ticked(shop, world, user, at=soon(trigger))
    with shop.db.acting(user.id) as conn:
        first = triggers.get(conn, trigger.id)
    assert "503" in str(first.error)
    ticked(shop, world, user, at=first.next_at)
    with shop.db.acting(user.id) as conn:
        second = triggers.get(conn, trigger.id)
    assert second.failures == 2
    assert second.next_at - first.next_at > timedelta(seconds=90)
    world.feed("a")
    ticked(shop, world, user, at=second.next_at)
    assert len(made(shop, user)) == 1


def test_a_looker_that_was_killed_is_followed_by_another(
    shop: Workshop, world: World, user: User
) -> None:
    world.feed("a")
    trigger = triggering.add(shop, user.id, new(OnFeed(url=FEED)))
    with shop.db.acting(user.id) as conn:
        held = triggers.hold(conn, trigger.id, now=soon(trigger), until=soon(trigger, minutes=1))
    assert held is not None
    assert not ticked(shop, world, user, at=soon(trigger, minutes=0.5))
    assert len(ticked(shop, world, user, at=soon(trigger, minutes=1.5))) == 1


def test_a_schedule_comes_once_an_hour_also_when_the_clock_jumps(
    shop: Workshop, world: World, user: User
) -> None:
    hourly = OnSchedule(cron="0 * * * *", source=Source(text="What happened by {date}?"))
    trigger = triggering.add(shop, user.id, new(hourly, daily_limit=100))
    start = trigger.created_at
    for jump in (1, 2, 0.5, 2, 3, 3):
        ticked(shop, world, user, at=start + timedelta(hours=jump))
    found = ticked(shop, world, user, at=start + timedelta(hours=3, minutes=1))
    assert len(found) == 3
    assert all(one.state == "made" for one in found)
    assert f"{start:%Y}" in found[0].title


def test_of_the_times_that_were_slept_through_the_newest_is_made(
    shop: Workshop, world: World, user: User
) -> None:
    hourly = OnSchedule(cron="0 * * * *", source=Source(text="Hello there"))
    trigger = triggering.add(shop, user.id, new(hourly, catch_up="latest"))
    found = ticked(shop, world, user, at=trigger.created_at + timedelta(hours=5))
    assert [one.state for one in found].count("made") == 1
    assert [one.state for one in found].count("passed") == 4


def test_a_file_put_into_the_folder_becomes_a_video_and_a_copy_of_it_does_not(
    shop: Workshop, user: User
) -> None:
    trigger = triggering.add(shop, user.id, new(OnFolder(path="articles")))
    folder = triggering.folder_of(shop, trigger)
    assert folder is not None
    world = World(folder.parents[1])
    (folder / "tides.md").write_text("Why tides come twice a day. " * 20, encoding="utf-8")
    past = time.time() - 60
    os.utime(folder / "tides.md", (past, past))
    for minutes in (0, 2, 4):
        ticked(shop, world, user, at=soon(trigger, minutes=minutes))
    (folder / "copy.md").write_bytes((folder / "tides.md").read_bytes())
    os.utime(folder / "copy.md", (past, past))
    for minutes in (6, 8, 10):
        ticked(shop, world, user, at=soon(trigger, minutes=minutes))
    assert [one.brief.name for one in made(shop, user)] == ["tides.md"]


def test_a_file_that_no_video_can_be_made_of_is_a_dead_letter(shop: Workshop, user: User) -> None:
    trigger = triggering.add(shop, user.id, new(OnFolder(path="articles")))
    folder = triggering.folder_of(shop, trigger)
    assert folder is not None
    (folder / "empty.md").touch()
    os.utime(folder / "empty.md", (time.time() - 60,) * 2)
    world = World(folder.parents[1])
    ticked(shop, world, user, at=soon(trigger))
    (dead,) = ticked(shop, world, user, at=soon(trigger, minutes=2))
    assert dead.is_dead
    assert "empty" in str(dead.reason)
    with pytest.raises(BadRequest, match="cannot be read"):
        triggering.again(shop, user.id, dead.id)


def test_a_page_makes_a_video_when_its_words_change_and_not_when_its_markup_does(
    shop: Workshop, world: World, user: User
) -> None:
    trigger = triggering.add(shop, user.id, new(OnPage(url=PAGE)))
    counts = []
    bodies = ["<p>One</p>", "<p class=x>One</p><script>1</script>", "<p>Two</p>", "<p>Two</p>"]
    for number, body in enumerate(bodies):
        world.pages[PAGE] = body
        counts.append(len(ticked(shop, world, user, at=soon(trigger, minutes=2 * number))))
    assert counts == [0, 0, 1, 1]


def test_a_post_is_taken_once_and_only_with_the_key(shop: Workshop, user: User) -> None:
    trigger = triggering.add(shop, user.id, new(OnWebhook()))
    body = b'{"title": "Tides", "text": "Why tides come twice a day."}'
    key = bytes.fromhex(triggering.hook_key(shop, trigger))
    signed = hooks.signature(key, body, at_s=int(time.time()))

    def post(trigger_id: UUID = trigger.id, signed: str = signed, delivery: str = "1") -> object:
        return triggering.post(shop, trigger_id, signed=signed, delivery=delivery, body=body)

    assert post() is not None
    assert post() is None
    with pytest.raises(Forged):
        post(signed=hooks.signature(b"x", body, at_s=int(time.time())))
    with pytest.raises(NotFound):
        post(trigger_id=UUID(int=1))
    triggering.pause(shop, user.id, trigger.id)
    with pytest.raises(NotFound):
        post(delivery="2")
    assert len(made(shop, user)) == 1


def test_a_post_is_no_other_one_under_another_delivery_id(shop: Workshop, user: User) -> None:
    trigger = triggering.add(shop, user.id, new(OnWebhook()))
    body = b'{"title": "Tides", "text": "Why tides come twice a day."}'
    key, now_s = bytes.fromhex(triggering.hook_key(shop, trigger)), int(time.time())

    def post(delivery: str, at_s: int = now_s) -> object:
        signed = hooks.signature(key, body, at_s=at_s)
        return triggering.post(shop, trigger.id, signed=signed, delivery=delivery, body=body)

    assert post("1") is not None
    assert post("2") is None
    assert post("1", now_s - 1) is None  # a try again, which was signed anew
    assert post("3", now_s - 1) is None  # and that one is known, too
    assert post("2", now_s - 2) is not None  # nobody else's post has used its id up
    assert len(made(shop, user)) == 2


def test_a_key_that_was_changed_opens_nothing_and_what_was_posted_stays_known(
    shop: Workshop, user: User
) -> None:
    trigger = triggering.add(shop, user.id, new(OnWebhook()))
    body = b'{"title": "Tides", "text": "Why tides come twice a day."}'

    now_s = int(time.time())

    def post(key: str, delivery: str) -> object:
        signed = hooks.signature(bytes.fromhex(key), body, at_s=now_s - int(delivery))
        return triggering.post(shop, trigger.id, signed=signed, delivery=delivery, body=body)

    old = triggering.hook_key(shop, trigger)
    assert post(old, "1") is not None
    new_key = triggering.hook_key(shop, triggering.rotate(shop, user.id, trigger.id))
    with pytest.raises(Forged):
        post(old, "2")
    assert post(new_key, "1") is None
    assert post(new_key, "2") is not None
    assert triggering.hook_key(shop, triggering.rotate(shop, user.id, "mine")) not in {old, new_key}
    feed = triggering.add(shop, user.id, new(OnFeed(url=FEED)).model_copy(update={"name": "Feed"}))
    with pytest.raises(BadRequest, match="takes no posts"):
        triggering.rotate(shop, user.id, feed.id)


def test_rows_of_the_calendar_come_on_their_day_at_their_time(
    shop: Workshop, world: World, user: User
) -> None:
    zone_day = (datetime.now(UTC) + timedelta(days=1)).date()
    row = {"day": zone_day, "channel": "", "workflow": "", "notes": ""}
    with shop.db.acting(user.id) as conn:
        calendar_rows.add(conn, at="10:00", topic="Tides", **row)
        calendar_rows.add(conn, at="11:00", topic="Bread", **row)
    triggering.add(shop, user.id, new(OnCalendar()))
    at = datetime.combine(zone_day, datetime.min.time(), tzinfo=UTC)
    counts = [
        len(ticked(shop, world, user, at=at + timedelta(hours=hour, minutes=1)))
        for hour in (9, 10, 11, 12)
    ]
    assert counts == [0, 1, 2, 2]
    with shop.db.acting(user.id) as conn:
        rows = calendar_rows.between(conn, zone_day, zone_day)
    assert [one.status for one in rows] == ["queued", "queued"]


def test_after_a_video_another_is_made_of_the_same_source(
    shop: Workshop, world: World, user: User
) -> None:
    world.feed("a")
    first = triggering.add(shop, user.id, new(OnFeed(url=FEED)))
    ticked(shop, world, user, at=soon(first))
    (source,) = made(shop, user)
    triggering.remove(shop, user.id, first.id)
    after = triggering.add(shop, user.id, new(OnWorkflow(workflow=WORKFLOW.slug)))
    assert not ticked(shop, world, user, at=soon(after))
    with shop.db.acting(user.id) as conn:
        productions.running(conn, source.id)
        productions.done(conn, source.id)
    (found,) = ticked(shop, world, user, at=soon(after, minutes=2))
    assert found.brief is not None
    assert found.brief.url == source.brief.url


def test_it_is_repeated_until_enough_came_out_well_and_then_it_is_finished(
    shop: Workshop, world: World, user: User
) -> None:
    until = UntilGood(good=2, most_tries=5, source=Source(text="The best loaf of bread"))
    trigger = triggering.add(shop, user.id, new(until))
    for step, state in enumerate(["failed", "done", "done", "never"]):
        ticked(shop, world, user, at=soon(trigger, minutes=4 * step))
        ticked(shop, world, user, at=soon(trigger, minutes=4 * step + 2))
        with shop.db.acting(user.id) as conn:
            newest = productions.recent(conn, 1)[0]
            if not newest.ended:
                productions.running(conn, newest.id)
                end = productions.done if state == "done" else fail
                end(conn, newest.id)
    assert len(made(shop, user)) == 3
    with shop.db.acting(user.id) as conn:
        assert triggers.get(conn, trigger.id).finished


def test_a_dry_run_tells_what_would_be_made_and_keeps_nothing(
    shop: Workshop, world: World, user: User
) -> None:
    world.feed("tides", "bread")
    asked = new(OnFeed(url=FEED), sieve=Sieve(words=("tides",)))
    told = rehearsing.would(shop.db, user.id, asked, world.outside)
    assert [(one.title, one.why_not is None) for one in told] == [("tides", True), ("bread", False)]
    assert not ticked(shop, world, user, at=NOW)
    times = new(OnSchedule(cron="0 9 * * *", zone="Europe/Berlin", source=Source(text="x")))
    assert len(rehearsing.would(shop.db, user.id, times, world.outside)) == 5


def test_nobody_sees_or_changes_anothers_triggers(
    shop: Workshop, world: World, user: User, database: Database
) -> None:
    trigger = triggering.add(shop, user.id, new(OnWebhook()))
    other = database.local_user
    with database.acting(other) as conn:
        assert trigger.id not in {one.id for one in triggers.listed(conn)}
    for act in (triggering.pause, triggering.remove):
        with pytest.raises(NotFound):
            act(shop, other, trigger.id)
