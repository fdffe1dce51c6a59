"""The client over the real API: triggers, posts to them, batches, the content calendar, drafts."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import httpx
import pydantic
import pytest
from starlette.applications import Starlette

from resources.webhooks import signature
from tests.api.conftest import Api, flow, served
from ui.hooks import ROUTES
from vid_pipeline.acts import ending, triggering
from vid_pipeline.batch_records import BatchRules, Variant
from vid_pipeline.client import Client, errors, signed, verify
from vid_pipeline.errors import Forged
from vid_pipeline.records import User
from vid_pipeline.store import batches, calendar_rows, productions, triggers
from vid_pipeline.watched import Making, OnFolder, OnSchedule, OnWebhook, Rules, Source
from vid_pipeline.wire.batches import BatchInput, BatchWishes, NewBatch
from vid_pipeline.wire.calendar import NewPlan, PlanChange
from vid_pipeline.wire.problems import MEDIA_TYPE
from vid_pipeline.wire.triggers import NewTrigger

SHORT = Making(workflow="short")
NOON = OnSchedule(cron="0 12 * * *", zone="Europe/Berlin", source=Source(text="What is new?"))


@pytest.fixture
def client(api: Api, user: User) -> Iterator[Client]:
    with Client(api.url, api.token(user), trust_env=False) as client:
        client.workflows.publish(flow())
        yield client


def failed(api: Api, user: User, production_id: UUID | None) -> None:
    """Let a production end badly."""
    assert production_id is not None
    with api.shop.db.acting(user.id) as conn:
        productions.running(conn, production_id)
        productions.failed(conn, production_id, error="Gone.")
        ending.close(conn, production_id)


def test_a_trigger_is_set_changed_rested_and_removed(client: Client) -> None:
    added = client.triggers.add(NewTrigger(name="Noon", watches=NOON, making=SHORT))
    assert added.hook is None
    assert added.trigger.folder is None
    seen = client.triggers.seen(added.trigger.id)
    new = NewTrigger(name="Noon", watches=OnFolder(path="in"), making=SHORT)
    assert str(client.triggers.edit(seen.value.id, new, seen=seen).folder).endswith("/in")
    with pytest.raises(errors.ChangedMeanwhile):
        client.triggers.edit(seen.value.id, new, seen=seen)
    with pytest.raises(errors.Invalid, match="Another trigger has it"):
        client.triggers.add(new)
    assert client.triggers.pause(seen.value.id).paused
    assert not client.triggers.resume(seen.value.id).paused
    assert [one.name for one in client.triggers.list()] == ["Noon"]
    client.triggers.remove(seen.value.id)
    with pytest.raises(errors.NotThere):
        client.triggers.get(seen.value.id)


def test_a_dry_run_over_the_api_tells_the_next_times(client: Client) -> None:
    told = client.triggers.rehearse(NewTrigger(name="Noon", watches=NOON, making=SHORT))
    assert {datetime.fromisoformat(str(one.at)).astimezone(UTC).hour for one in told} <= {10, 11}
    assert len(told) == 5
    assert not [*client.triggers.list()]


def test_posts_make_videos_once_and_dead_letters_are_retried(
    client: Client, api: Api, user: User
) -> None:
    new = NewTrigger(name="Posts", watches=OnWebhook(), making=SHORT, rules=Rules(daily_limit=50))
    added = client.triggers.add(new)
    assert added.hook is not None
    assert client.triggers.hook(added.trigger.id) == added.hook
    assert client.triggers.rotate(added.trigger.id).key != added.hook.key
    hook = client.triggers.hook(added.trigger.id)
    body = json.dumps({"text": "Words of a post.", "title": "A post"}).encode()
    headers = signed(body, hook.key, delivery="one")
    for _ in range(2):
        triggering.post(
            api.shop, added.trigger.id, signed=headers["X-Vidp-Signature"],
            delivery=headers["X-Vidp-Delivery"], body=body,
        )  # fmt: skip
    (found,) = client.triggers.finds(added.trigger.id)
    assert (found.title, found.state, found.dead) == ("A post", "made", False)
    with pytest.raises(errors.Conflict, match="become a video"):
        client.triggers.retry(found.id)
    failed(api, user, found.production_id)
    (dead,) = client.triggers.finds(added.trigger.id, dead=True)
    assert (dead.reason, dead.production_state) == ("Gone.", "failed")
    assert client.triggers.retry(dead.id).production_state == "queued"
    with api.shop.db.acting(user.id) as conn:
        for number in range(120):
            triggers.keep(
                conn, added.trigger.id, (f"n{number}",), None, title="N", state="dead", reason="R"
            )
    assert len([*client.triggers.finds(added.trigger.id, dead=True)]) == 120


def test_whatever_is_wrong_with_a_post_is_said_as_a_problem() -> None:
    nowhere = "/hooks/00000000-0000-0000-0000-000000000000"
    with served(Starlette(routes=ROUTES)) as url, httpx.Client(base_url=url) as plain:
        for method, path, status in (
            ("GET", nowhere, 405), ("POST", "/hooks/x", 404), ("POST", "/hooks/a/b", 404),
        ):  # fmt: skip
            answer = plain.request(method, path)
            assert answer.status_code == status
            assert answer.headers["content-type"] == MEDIA_TYPE


def test_a_batch_is_estimated_begun_stopped_and_its_failures_retried(
    client: Client, api: Api, user: User
) -> None:
    both = (Variant(label="tall", aspect="9:16"), Variant(label="wide", aspect="16:9"))
    assert client.batches.estimate("short", 3, both).videos == 6
    inputs = (
        BatchInput(text="=Words of the first one.", seconds=30),
        BatchInput(url="http://["),
        BatchInput(url="https://example.org/b", title="B"),
    )
    new = NewBatch(name="All", workflow="short", variants=both, inputs=inputs)
    batch = client.batches.begin(new)
    assert client.batches.get(batch.id).counts == {"running": 2, "waiting": 2, "failed": 2}
    assert client.batches.pause(batch.id).state == "paused"
    running = [*client.batches.items(batch.id, state=["running"])]
    failed(api, user, running[0].production_id)
    rules = BatchRules(at_once=1)
    assert client.batches.resume(batch.id, failed=True, rules=rules).rules.at_once == 1
    assert client.batches.get(batch.id).counts["waiting"] == 3
    assert client.batches.stop(batch.id).state == "stopped"
    table = client.batches.results(batch.id).splitlines()
    assert len(table) == 7
    assert not any(line.split(",")[2].startswith("=") for line in table)
    assert [one.id for one in client.batches.list()] == [batch.id]


def test_an_opening_line_is_given_to_a_video_and_to_variants(
    client: Client, api: Api, user: User
) -> None:
    hook = "Ferries, after all, are late."
    one = client.productions.create(url="https://example.org/a", workflow="short", hook=hook)
    ways = (Variant(label="plain"), Variant(label="bold", hook=hook))
    inputs = (BatchInput(url="https://example.org/b"),)
    batch = client.batches.begin(NewBatch(workflow="short", variants=ways, inputs=inputs))
    with api.shop.db.acting(user.id) as conn:
        assert productions.get(conn, one.id).brief.hook == hook
        briefs = [item.brief for item in batches.items(conn, batches.get(conn, batch.id))]
    assert [brief.hook for brief in briefs if brief] == [None, hook]
    with pytest.raises(errors.Invalid, match="Write words that can be said"):
        client.productions.create(url="https://example.org/a", workflow="short", hook="?!")


def test_a_batch_is_begun_of_a_table_and_read_by_pages(client: Client) -> None:
    table = "url\n" + "".join(f"https://example.org/{n}\n" for n in range(150))
    wishes = BatchWishes(name="Many", workflow="short")
    batch = client.batches.upload("many.csv", table.encode(), wanted=wishes)
    assert [one.input for one in client.batches.items(batch.id)] == [*range(1, 151)]
    waiting = [one.input for one in client.batches.items(batch.id, state=["waiting"])]
    assert waiting == [*range(3, 151)]
    with pytest.raises(errors.Invalid, match="neither a column"):
        client.batches.upload("bad.csv", b"a,b\n1,2\n", wanted=wishes)


def test_the_videos_of_a_batch_are_one_archive(
    client: Client, api: Api, user: User, tmp_path: Path
) -> None:
    new = NewBatch(workflow="short", inputs=(BatchInput(text="Words of the first one."),))
    batch = client.batches.begin(new)
    with pytest.raises(errors.Conflict, match="is done yet"):
        client.batches.archive(batch.id, tmp_path / "all.zip")
    (item,) = client.batches.items(batch.id)
    (tmp_path / "video.mp4").write_bytes(b"film")
    with api.shop.db.acting(user.id) as conn:
        conn.execute("update vidp.productions set folder = %s", [str(tmp_path)])
        productions.running(conn, item.production_id)  # type: ignore[arg-type]
        productions.done(conn, item.production_id)  # type: ignore[arg-type]
    whole = client.batches.archive(batch.id, tmp_path / "all.zip")
    with ZipFile(whole) as found:
        assert found.read("001-1/video.mp4") == b"film"


FEED = """<rss version="2.0"><channel>
<item><title>Linked</title><link>https://example.org/linked</link></item>
<item><title>Told</title><description>Bread rises &lt;b&gt;slowly&lt;/b&gt;.</description></item>
</channel></rss>"""


class Feed(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(FEED.encode())

    def log_message(self, *_: object) -> None:
        return


def test_a_batch_is_begun_of_a_feeds_items(
    client: Client, api: Api, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VIDP_WEB_PRIVATE_HOSTS", "VIDP_WEB_ROBOTS_IGNORED"):
        monkeypatch.setenv(name, "127.0.0.1")
    with HTTPServer(("127.0.0.1", 0), Feed) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/feed.xml"
        batch = client.batches.begin(NewBatch(workflow="short", feed=url))
        server.shutdown()
    assert [one.title for one in client.batches.items(batch.id)] == ["Linked", "Told"]
    with api.shop.db.acting(user.id) as conn:
        briefs = [one.brief for one in batches.items(conn, batches.get(conn, batch.id))]
    assert briefs[0] is not None
    assert briefs[1] is not None
    assert str(briefs[0].url) == "https://example.org/linked"
    assert b"slowly" in api.shop.store.path(briefs[1].document).read_bytes()  # type: ignore[arg-type]
    with pytest.raises(errors.Invalid, match="cannot be read"):
        client.batches.begin(NewBatch(workflow="short", feed=url))


def test_a_batch_is_of_inputs_or_of_a_feed(client: Client) -> None:
    with pytest.raises(pydantic.ValidationError, match="either inputs or a feed"):
        NewBatch(workflow="short")
    with pytest.raises(errors.Invalid, match="no address of a feed"):
        client.batches.begin(NewBatch(workflow="short", feed="file:///etc/passwd"))


def test_the_calendar_is_planned_listed_and_goes_round_as_files(client: Client) -> None:
    day = date(2026, 3, 29)
    plan = client.calendar.add(NewPlan(day=day, at="09:30", topic="Tides", workflow="short"))
    assert [*client.calendar.list(day, day)] == [plan]
    for kind in ("csv", "ics"):
        data = client.calendar.export(day, day, kind)
        assert client.calendar.import_(f"plan.{kind}", data) == 1
        client.calendar.remove(next(iter(client.calendar.list(day, day))).id)
    assert [one.topic for one in client.calendar.list(day, day)] == ["Tides"]
    with pytest.raises(errors.NotThere):
        client.calendar.remove(plan.id)
    with pytest.raises(errors.Invalid, match="400 at most"):
        [*client.calendar.list(date(2020, 1, 1), day)]
    with pytest.raises(errors.NotThere):
        client.calendar.add(NewPlan(day=day, topic="Tides", workflow="none"))


def test_a_plan_is_changed_until_its_video_is_begun(client: Client, api: Api, user: User) -> None:
    day, later = date(2026, 3, 29), date(2026, 4, 2)
    plan = client.calendar.add(NewPlan(day=day, at="09:30", topic="Tides", workflow="short"))
    moved = client.calendar.edit(plan.id, PlanChange(day=later, topic=" Ferries "))
    assert (moved.day, moved.topic) == (later, "Ferries")
    assert (moved.at, moved.workflow) == ("09:30", "short")
    assert client.calendar.edit(plan.id, PlanChange(at="", workflow="")).at == ""
    assert [one.id for one in client.calendar.list(later, later)] == [plan.id]
    with pytest.raises(errors.NotThere):
        client.calendar.edit(plan.id, PlanChange(workflow="none"))
    with pytest.raises(errors.NotThere):
        client.calendar.edit(user.id, PlanChange(topic="x"))
    with api.asking(api.token(user)) as plain:
        answer = plain.patch(f"/api/v1/calendar/{plan.id}", json={"at": "25:00"})
        assert (answer.status_code, answer.headers["content-type"]) == (422, MEDIA_TYPE)
        assert answer.json()["errors"][0]["pointer"] == "/body/at"
    made_of(api, user, plan.id)
    with pytest.raises(errors.Conflict, match="video of it was begun"):
        client.calendar.edit(plan.id, PlanChange(topic="Bread"))


def made_of(api: Api, user: User, plan: UUID) -> None:
    """Let a trigger have taken a plan up."""
    new = NewTrigger(name="Posts", watches=OnWebhook(), making=SHORT)
    trigger = triggering.add(api.shop, user.id, new)
    with api.shop.db.acting(user.id) as conn:
        find = triggers.keep(conn, trigger.id, ("a",), None, title="T", state="dead", reason="R")
        assert find is not None
        calendar_rows.taken(conn, plan, find)


def test_a_draft_is_saved_over_what_was_seen_and_published(client: Client) -> None:
    draft = client.drafts.create("New one")
    seen = client.drafts.seen(draft.id)
    with pytest.raises(errors.Invalid, match="cannot run yet"):
        client.drafts.publish(draft.id)
    whole = flow(draft.slug, "New one").document()
    saved = client.drafts.save(draft.id, whole, seen=seen)
    assert saved.revision == draft.revision + 1
    with pytest.raises(errors.ChangedMeanwhile):
        client.drafts.save(draft.id, {}, seen=seen)
    with pytest.raises(errors.ChangedMeanwhile):
        client.drafts.publish(draft.id, seen=seen)
    assert client.drafts.publish(draft.id, note="first").version == 1
    assert not client.drafts.get(draft.id).changed
    assert client.drafts.open_("short").document["title"] == "A short"
    assert {one.slug for one in client.drafts.list()} == {draft.slug, "short"}
    client.drafts.discard(draft.id)
    with pytest.raises(errors.NotThere):
        client.drafts.get(draft.id)


def test_a_notice_is_verified_and_a_forged_one_is_not() -> None:
    """By the same recipe as what sends them."""
    body, now = b'{"id": "a", "event": "done"}', int(datetime.now(UTC).timestamp())
    headers = {"x-vidp-signature": signature("key", now, body), "x-vidp-delivery": "a"}
    assert verify(headers, body, "key") == "a"
    del headers["x-vidp-delivery"]
    assert verify(headers, body, "key") == "a"
    old = headers | {"x-vidp-signature": signature("key", now - 999, body)}
    for told, said, key in (
        (headers, b"{}", "key"), (headers, body, "other"), (old, body, "key"), ({}, body, "key"),
        (headers | {"x-vidp-delivery": "b"}, body, "key"),
        ({"x-vidp-signature": signature("key", now, b"{}"), "x-vidp-delivery": "b"}, b"{}", "key"),
        ({"x-vidp-signature": signature("key", now, b"["), "x-vidp-delivery": "b"}, b"[", "key"),
    ):  # fmt: skip
        with pytest.raises(Forged):
            verify(told, said, key)
