"""People hear that a batch has ended and that a trigger is stuck: once, by real posts."""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from resources.webhooks import WebhookSender
from tests.triggers.test_batching import begun, end, items
from tests.triggers.test_triggering import FEED, World, new, shop, soon, started, ticked, world
from vid_pipeline.acts import batching, notice_links, notifying, subscribing, triggering
from vid_pipeline.acts.batch_inputs import Input
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.batch_records import Variant
from vid_pipeline.notice_records import Where
from vid_pipeline.outbox import Senders
from vid_pipeline.records import User
from vid_pipeline.testing.webhook_server import WebhookServer
from vid_pipeline.watched import OnFeed, OnFolder

__all__ = ["shop", "started", "world"]
WANTED = ["batch_ended", "dead_letter"]


def drop(path: Path, data: bytes) -> None:
    """A file that nobody has written to for a minute."""
    path.write_bytes(data)
    os.utime(path, (time.time() - 60,) * 2)


def told(shop: Workshop, user: User, web: WebhookServer) -> list[dict[str, Any]]:
    """The bodies that have arrived for this user, after four senders at once had their go."""
    senders: Senders = {"webhook": WebhookSender(("127.0.0.1",))}

    def deliver(_: int) -> None:
        notifying.deliver(shop.settings, shop.db, senders, limit=500)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(deliver, range(4)))
    return [json.loads(one.body) for one in web.arrived if one.path == f"/{user.id}"]


def subscribe(shop: Workshop, user: User, web: WebhookServer) -> None:
    subscribing.add(shop.db, user.id, "webhook", f"{web.url}/{user.id}", WANTED)


def where(shop: Workshop, user: User, body: dict[str, Any]) -> Where:
    (token,) = parse_qs(urlsplit(body["link"]).query)["token"]
    return notice_links.open_link(shop.db, token, user=user.id)


def test_a_batch_that_ended_is_told_of_once_with_what_came_of_it(
    shop: Workshop, user: User
) -> None:
    with WebhookServer() as web:
        subscribe(shop, user, web)
        batch = begun(shop, user, 3, [Variant()], at_once=3)
        first, *others = items(shop, user, batch)
        end(shop, user, first, well=False)
        for one in others:
            end(shop, user, one)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: batching.advance(shop, user.id, batch.id), range(4)))
        (body,) = told(shop, user, web)
        assert (body["event"], body["batch"], body["production"]) == (
            "batch_ended", str(batch.id), None,
        )  # fmt: skip
        assert body["subject"] == "The batch “B” has ended: 2 of 3 ready, 1 failed"
        batching.resume(shop, user.id, batch.id, failed=True)
        end(shop, user, first)
        batching.tick(shop, only=user.id)
        batching.tick(shop, only=user.id)
        _, again = told(shop, user, web)
        assert again["subject"] == "The batch “B” has ended: 3 of 3 ready, 0 failed"
        found = where(shop, user, again)
        assert notice_links.path_of(found) == f"/batches?batch={batch.id}"


def test_a_batch_that_stops_by_itself_says_why_and_one_that_somebody_stops_says_nothing(
    shop: Workshop, user: User
) -> None:
    with WebhookServer() as web:
        subscribe(shop, user, web)
        batch = begun(shop, user, 4, [Variant()], at_once=1, stop_after_failures=1)
        end(shop, user, items(shop, user, batch)[0], well=False)
        batching.tick(shop, only=user.id)
        (body,) = told(shop, user, web)
        assert body["subject"].endswith("0 of 4 ready, 1 failed, 3 not made")
        assert "What happened: 1 videos failed; the limit is 1." in body["text"]
        batching.resume(shop, user.id, batch.id)
        batching.stop(shop, user.id, batch.id)
        assert len(told(shop, user, web)) == 1


def test_a_batch_of_nothing_that_can_be_made_is_told_of_when_it_begins(
    shop: Workshop, user: User
) -> None:
    with WebhookServer() as web:
        subscribe(shop, user, web)
        faulty = [Input("Bad", fault="line 2 has neither a text nor a web address.")]
        batch = batching.begin(shop, user.id, "article-to-short", faulty, name="Bad")
        assert batch.state == "done"
        (body,) = told(shop, user, web)
        assert body["subject"].endswith("0 of 1 ready, 1 failed")


def test_what_a_trigger_cannot_make_is_told_of_once_a_look(
    shop: Workshop, world: World, user: User
) -> None:
    with WebhookServer() as web:
        subscribe(shop, user, web)
        trigger = triggering.add(shop, user.id, new(OnFolder(path="in")))
        folder = triggering.folder_of(shop, trigger)
        assert folder is not None
        near = World(folder.parents[1])
        for name in ("a.png", "b.png"):
            drop(folder / name, b"\x89PNG\x00\x00" + name.encode())
        drop(folder / "fine.md", b"Words of an article.")
        for minutes in (0, 2, 4, 6):
            found = ticked(shop, near, user, at=soon(trigger, minutes=minutes))
        assert sorted(one.state for one in found) == ["dead", "dead", "made"]
        (body,) = told(shop, user, web)
        assert (body["event"], body["trigger"], body["title"]) == (
            "dead_letter", str(trigger.id), "Mine",
        )  # fmt: skip
        assert body["subject"] == "The trigger “Mine” found what cannot be made: b and 1 more"
        assert "it holds no text (image/png)" in body["text"]
        drop(folder / "c.png", b"\x89PNG\x00\x00c")
        for minutes in (8, 10, 12):
            ticked(shop, near, user, at=soon(trigger, minutes=minutes))
        _, later = told(shop, user, web)
        assert later["subject"].endswith("cannot be made: c")
        triggering.remove(shop, user.id, trigger.id)
        assert notice_links.path_of(where(shop, user, later)) == "/"


def test_a_find_that_cannot_be_made_after_all_is_told_of_each_time_it_is_given_up(
    shop: Workshop, world: World, user: User
) -> None:
    """The workflow of its trigger goes away; put back, it fails again."""
    world.feed("a")
    with WebhookServer() as web:
        subscribe(shop, user, web)
        trigger = triggering.add(shop, user.id, new(OnFeed(url=FEED)))
        with shop.db.acting(user.id) as conn:
            conn.execute(
                "update vidp.triggers set making = jsonb_set(making::jsonb, '{workflow}',"
                " '\"none\"')::json where id = %s", [trigger.id],
            )  # fmt: skip
        (find,) = ticked(shop, world, user, at=soon(trigger))
        ticked(shop, world, user, at=soon(trigger, minutes=2))
        assert find.state == "dead"
        assert len(told(shop, user, web)) == 1
        triggering.again(shop, user.id, find.id)
        ticked(shop, world, user, at=soon(trigger, minutes=4))
        bodies = told(shop, user, web)
        assert [one["event"] for one in bodies] == ["dead_letter"] * 2
        assert notice_links.path_of(where(shop, user, bodies[0])) == (
            f"/triggers?trigger={trigger.id}"
        )
