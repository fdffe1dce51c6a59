"""Feeds as they are found in the wild: right, or refused with a reason; never doubled."""

import pytest

from vid_pipeline.acts.triggers import feeds
from vid_pipeline.errors import BadSource

URL = "https://example.org/feed"
LONG = "A long text that says what this item is about, in enough words to know it by. " * 5


def rss(*items: str) -> bytes:
    body = "".join(f"<item>{one}</item>" for one in items)
    head = '<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>'
    return f"{head}{body}</channel></rss>".encode()


def item(title: str, *, guid: str = "", link: str = "", text: str = "") -> str:
    parts = {"title": title, "guid": guid, "link": link, "description": text}
    return "".join(f"<{k}>{v}</{k}>" for k, v in parts.items() if v)


def names(data: bytes) -> list[set[str]]:
    return [set(one.names) for one in feeds.read(data, URL)]


def test_an_item_is_known_by_its_id_its_link_and_its_text() -> None:
    (found,) = feeds.read(
        rss(
            item("One", guid="g1", link="https://Example.org/a?utm_source=x&amp;p=1#top", text=LONG)
        ),
        URL,
    )
    assert {name.split(":")[0] for name in found.names} == {"id", "link", "text"}
    assert found.url == "https://example.org/a?p=1"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            item("One", guid="1", link="https://e.org/a"),
            item("One", guid="2", link="https://e.org/a"),
            id="its id changes",
        ),
        pytest.param(
            item("One", guid="1", link="https://e.org/a?utm_medium=rss"),
            item("One (updated)", guid="1", link="https://e.org/moved"),
            id="link and title change",
        ),
        pytest.param(item("One", text=LONG), item("One", text=LONG), id="it has no id and no link"),
        pytest.param(
            item("One", guid="1", link="https://e.org/1", text=LONG),
            item("One", guid="9", link="https://e.org/9", text=LONG),
            id="id and link change, its text is long",
        ),
    ],
)  # fmt: skip
def test_the_same_item_is_known_again_when(before: str, after: str) -> None:
    (first,), (second,) = names(rss(before)), names(rss(after))
    assert first & second


def test_items_that_share_a_link_or_an_id_are_told_apart() -> None:
    shared = rss(
        item("One", guid="x", link="https://e.org/", text="Monday"),
        item("Two", guid="x", link="https://e.org/", text="Tuesday"),
    )
    first, second = names(shared)
    assert first
    assert second
    assert not first & second


def test_short_items_of_one_title_are_not_taken_for_each_other() -> None:
    first, second = names(
        rss(
            item("Daily news", guid="1", link="https://e.org/1", text="short"),
            item("Daily news", guid="2", link="https://e.org/2", text="short"),
        )
    )
    assert not first & second


def test_an_item_without_a_link_brings_its_own_text() -> None:
    (found,) = feeds.read(rss(item("One", guid="1", text=LONG)), URL)
    assert found.url is None
    assert found.document is not None
    assert LONG.strip()[:50].encode() in found.document.data


def test_atom_is_read_with_its_times() -> None:
    atom = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>
    <entry><title>One</title><id>urn:1</id><link href="https://e.org/1"/>
    <updated>2026-03-29T02:30:00+02:00</updated></entry></feed>"""
    (found,) = feeds.read(atom, URL)
    assert found.at is not None
    assert found.at.isoformat() == "2026-03-29T00:30:00+00:00"


def test_a_feed_that_breaks_off_gives_what_can_be_read() -> None:
    whole = rss(item("One", guid="1", link="https://e.org/1"), item("Two", guid="2"))
    found = feeds.read(whole[: whole.index(b"Two")], URL)
    assert "https://e.org/1" in {one.url for one in found}


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>
<rss version="2.0"><channel><item><title>&lol2;</title><guid>1</guid></item></channel></rss>"""
XXE = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><item><title>&x;</title><guid>1</guid></item></channel></rss>"""


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(BOMB, "entities", id="entity bomb"),
        pytest.param(XXE, "entities", id="outside entity"),
        pytest.param(b"<html><body>no feed</body></html>", "no feed", id="a page"),
        pytest.param(b"", "no feed", id="nothing"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "no feed", id="a picture"),
        pytest.param(b" " * (feeds.MAX_BYTES + 1), "MB", id="too large"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(BadSource, match=reason):
        feeds.read(data, URL)


def test_an_item_of_ten_megabytes_is_cut_not_doubled_and_keeps_its_names() -> None:
    huge = rss(item("One", guid="1", text="word " * 2_000_000))
    (found,) = feeds.read(huge, URL)
    assert found.document is not None
    assert len(found.document.data) <= feeds.MAX_ITEM_BYTES
    assert names(huge) == names(huge)
