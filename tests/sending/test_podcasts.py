"""Podcasts: a feed that stays valid, with one item a production, newest first."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import pytest

from resources.targets import feed
from resources.targets.feed import Item, NoFeed
from tests.sending.desks import Desks, changed
from tests.sending.s3 import S3
from vid_pipeline.acts import destinations
from vid_pipeline.destinations import Feed
from vid_pipeline.errors import NotDelivered

BASE = "https://pod.example.org/reefs"
OURS = Feed(title="Reefs & more", base_url=BASE, author="Anna", image=f"{BASE}/cover.jpg")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OTHERS = b"""<?xml version="1.0"?>
<rss version="2.0" xmlns:pod="https://podcastindex.org/namespace/1.0"><channel>
<title>Before</title><pod:locked>yes</pod:locked>
<item><title>Old</title><guid>old</guid><pubDate>Mon, 01 Jan 2024 00:00:00 GMT</pubDate></item>
<item><title>Undated</title><guid>undated</guid></item>
</channel></rss>"""


def item(guid: str = "p1", *, days: float = 0, title: str = "Caf\u00e9 <b> & \x0b co") -> Item:
    return Item(
        guid=guid,
        title=title,
        description="All ]]> of it",
        link=f"{BASE}/{guid}/video.mp4",
        url=f"{BASE}/{guid}/video.mp4",
        size_bytes=1234,
        mime="video/mp4",
        duration_s=62.4,
        at=NOW + timedelta(days=days),
    )


def merged(before: bytes | None, *items: Item) -> bytes:
    for one in items:
        before = feed.merged(before, OURS, one, name="feed.xml")
    assert before is not None
    return before


def test_a_video_is_an_enclosure_with_its_length_and_type() -> None:
    read = feedparser.parse(merged(None, item()))
    assert not read.bozo
    assert (read.feed.title, read.feed.author) == ("Reefs & more", "Anna")
    [entry] = read.entries
    [enclosure] = entry.enclosures
    assert enclosure == {"href": f"{BASE}/p1/video.mp4", "length": "1234", "type": "video/mp4"}
    assert (entry.id, entry.guidislink, entry.itunes_duration) == ("p1", False, "62")
    assert entry.title == "Caf\u00e9 <b> &  co"
    assert entry.published == "Mon, 01 Jun 2026 12:00:00 +0000"


def test_items_are_newest_first_and_each_is_there_once_with_the_date_it_had() -> None:
    once = merged(None, item("a"), item("c", days=2), item("b", days=1))
    assert [one.id for one in feedparser.parse(once).entries] == ["c", "b", "a"]
    again = merged(once, item("b", days=9, title="New"))
    found = feedparser.parse(again).entries
    assert [(one.id, one.title) for one in found][1] == ("b", "New")
    assert len(found) == 3
    assert merged(again, item("b", days=9, title="New")) == again


def test_what_others_wrote_into_the_feed_stays() -> None:
    data = merged(OTHERS, item())
    read = feedparser.parse(data)
    assert [one.id for one in read.entries] == ["p1", "old", "undated"]
    assert read.feed.title == "Reefs & more"
    assert b"<pod:locked>yes</pod:locked>" in data
    assert data.count(b"<title>Before") == 0


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<rss><channel>", "broken"),
        (b"<html></html>", "no RSS"),
        (b'<!DOCTYPE r [<!ENTITY a "aaaa">]><rss><channel>&a;</channel></rss>', "document type"),
        (b"\xff\xfe\x00", "broken"),
    ],
)
def test_what_is_no_feed_is_left_as_it_is(data: bytes, why: str) -> None:
    with pytest.raises(NoFeed, match=why):
        merged(data, item())


def _podcast(desks: Desks) -> Path:
    place = {"kind": "folder", "path": "reefs"}
    desks.add("podcast", place=place, feed={"title": "Reefs", "base_url": BASE})
    return desks.settings.published / str(desks.user.id) / "reefs" / "feed.xml"


def test_many_that_send_at_once_all_come_into_the_feed(desks: Desks) -> None:
    file = _podcast(desks)
    first = desks.package()
    packages = [first, *(replace(first, production=desks.production()) for _ in range(5))]
    with ThreadPoolExecutor(6) as pool:
        receipts = list(pool.map(lambda one: desks.desk.send("main", one), packages))
    found = feedparser.parse(file.read_bytes())
    assert not found.bozo
    assert {one.id for one in found.entries} == {one.production for one in packages}
    assert {one.where for one in receipts} == {one.enclosures[0].href for one in found.entries}


def test_a_video_made_anew_keeps_its_place_in_the_feed(desks: Desks) -> None:
    file = _podcast(desks)
    package = desks.package()
    desks.desk.send("main", package)
    before = feedparser.parse(file.read_bytes()).entries[0]
    desks.desk.send("main", changed(package, desks))
    [after] = feedparser.parse(file.read_bytes()).entries
    assert after.published == before.published
    assert (before.enclosures[0].length, after.enclosures[0].length) == ("220000", "210000")


def test_a_feed_that_cannot_be_read_is_not_overwritten(desks: Desks) -> None:
    file = _podcast(desks)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"mine, and no feed")
    with pytest.raises(NotDelivered, match=r"feed\.xml that is there is broken") as caught:
        desks.desk.send("main", desks.package())
    assert not caught.value.retryable
    assert file.read_bytes() == b"mine, and no feed"


def test_a_podcast_in_a_bucket_has_its_feed_beside_the_videos(
    desks: Desks, bucket_server: S3
) -> None:
    bucket = bucket_server.bucket()
    place = {"kind": "bucket", "url": f"s3://{bucket}/pod", "endpoint": bucket_server.url}
    keys = destinations.bucket_keys("AK", "SK")
    desks.add("podcast", secret=keys, place=place, feed={"title": "Reefs", "base_url": BASE})
    package = desks.package()
    desks.desk.send("main", package)
    found = bucket_server.objects(bucket)
    made = found["pod/feed.xml"]
    assert made.mime == "application/rss+xml"
    item = ET.fromstring(made.data).find("channel/item/enclosure")
    assert item is not None
    assert item.get("url") == f"{BASE}/{package.production}/video.mp4"
    assert f"pod/{package.production}/video.mp4" in found
