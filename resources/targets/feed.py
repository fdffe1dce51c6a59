"""An RSS 2.0 feed with videos as enclosures: one item a production, merged into what is there.

Source: RSS 2.0 specification (enclosure, guid, pubDate); Apple, "Podcast RSS feed requirements"
(the `itunes` tags).
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote
from xml.etree import ElementTree as ET
from xml.parsers import expat

from resources.targets.target import Parcel, mime_of
from vid_pipeline.destinations import Feed
from vid_pipeline.packages import VIDEO

_ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_ATOM = "http://www.w3.org/2005/Atom"
_OURS = {"itunes": _ITUNES, "atom": _ATOM}
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class NoFeed(ValueError):
    """What is there is no feed that could be merged into; the message ends a sentence."""


@dataclass(frozen=True)
class Item:
    """A video as players list it."""

    guid: str
    title: str
    description: str
    link: str
    url: str
    size_bytes: int
    mime: str
    duration_s: float
    at: datetime


def item_of(feed: Feed, parcel: Parcel) -> Item:
    """The item of a package that lies under the feed's public address."""
    package, video = parcel.package, parcel.package.files[VIDEO]
    url = address(feed, f"{package.production}/{VIDEO}")
    return Item(
        guid=package.production,
        title=package.title,
        description=package.description,
        link=url,
        url=url,
        size_bytes=video.size_bytes,
        mime=mime_of(VIDEO, video.mime),
        duration_s=package.duration_s,
        at=parcel.begun_at,
    )


def address(feed: Feed, name: str) -> str:
    """Where the public finds a file of the feed's folder."""
    return f"{feed.base_url.rstrip('/')}/{quote(name)}"


def merged(before: bytes | None, feed: Feed, item: Item, *, name: str) -> bytes:
    """The feed with the item in it, newest first; the same again when it is merged again.

    An item that is there keeps its date. What others wrote into the feed stays.

    Raises:
        NoFeed: what is there is no RSS, or has entities of its own.
    """
    root, prefixes = parsed(before)
    channel = _channel(root)
    _describe(channel, feed, name)
    items = channel.findall("item")
    at = item.at
    for one in items:
        if one.findtext("guid") == item.guid:
            at = _moment(one)
            channel.remove(one)
    made = _item(item, feed, at)
    rest = [one for one in items if one.findtext("guid") != item.guid]
    for one in rest:
        channel.remove(one)
    channel.extend(sorted([made, *rest], key=_moment, reverse=True))
    for prefix, uri in {**prefixes, **_OURS}.items():
        if not re.fullmatch(r"ns\d+", prefix) and prefix:
            ET.register_namespace(prefix, uri)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def parsed(data: bytes | None) -> tuple[ET.Element, dict[str, str]]:
    """A feed's root and its namespaces by prefix; those of an empty one if there is none.

    Raises:
        NoFeed: it is no RSS, or has entities of its own.
    """
    if not data or not data.strip():
        root = ET.Element("rss", version="2.0")
        ET.SubElement(root, "channel")
        return root, {}
    _refuse_declarations(data)
    try:
        root = ET.fromstring(data)  # noqa: S314  (it has no declarations)
        events = ET.iterparse(io.BytesIO(data), events=("start-ns",))  # noqa: S314
        prefixes = {prefix: uri for _, (prefix, uri) in events}
    except ET.ParseError as fault:
        raise NoFeed("is broken XML") from fault
    if root.tag != "rss" or root.find("channel") is None:
        raise NoFeed("is no RSS")
    return root, prefixes


def _refuse_declarations(data: bytes) -> None:
    """Entities of one's own make a small file huge, or read others."""

    def refuse(*_: object) -> None:
        raise NoFeed("declares a document type of its own")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as fault:
        raise NoFeed("is broken XML") from fault


def _channel(root: ET.Element) -> ET.Element:
    found = root.find("channel")
    assert found is not None
    return found


def _describe(channel: ET.Element, feed: Feed, name: str) -> None:
    """Write the podcast's own words in place of those that are there, before the items."""
    own = [
        _text("title", feed.title),
        _text("link", feed.site or feed.base_url),
        _text("description", feed.description or feed.title),
        _text("language", feed.language),
        ET.Element(
            f"{{{_ATOM}}}link", rel="self", type="application/rss+xml", href=address(feed, name)
        ),
        _text(f"{{{_ITUNES}}}explicit", str(feed.explicit).lower()),
        *([_text(f"{{{_ITUNES}}}author", feed.author)] if feed.author else []),
        *([ET.Element(f"{{{_ITUNES}}}image", href=feed.image)] if feed.image else []),
        *([ET.Element(f"{{{_ITUNES}}}category", text=feed.category)] if feed.category else []),
    ]
    for made in own:
        for old in channel.findall(made.tag):
            if made.tag != f"{{{_ATOM}}}link" or old.get("rel") == "self":
                channel.remove(old)
    for place, made in enumerate(own):
        channel.insert(place, made)


def _item(item: Item, feed: Feed, at: datetime) -> ET.Element:
    made = ET.Element("item")
    made.extend(_parts(item, feed, at))
    return made


def _parts(item: Item, feed: Feed, at: datetime) -> Iterable[ET.Element]:
    guid = _text("guid", item.guid)
    guid.set("isPermaLink", "false")
    yield from (_text("title", item.title), _text("link", item.link), guid)
    yield _text("pubDate", format_datetime(at.astimezone(UTC).replace(microsecond=0)))
    yield _text("description", item.description or item.title)
    yield ET.Element("enclosure", url=item.url, length=str(item.size_bytes), type=item.mime)
    yield _text(f"{{{_ITUNES}}}title", item.title)
    yield _text(f"{{{_ITUNES}}}duration", str(round(item.duration_s)))
    yield _text(f"{{{_ITUNES}}}episodeType", "full")
    yield _text(f"{{{_ITUNES}}}explicit", str(feed.explicit).lower())


def _text(tag: str, text: str) -> ET.Element:
    made = ET.Element(tag)
    made.text = _NO_XML.sub("", text)
    return made


def _moment(item: ET.Element) -> datetime:
    try:
        found = parsedate_to_datetime(item.findtext("pubDate") or "")
    except (TypeError, ValueError):
        return _NEVER
    return found if found.tzinfo else found.replace(tzinfo=UTC)
