"""RSS and Atom feeds: what is in one, and the names by which each item is known again."""

import calendar
import hashlib
import io
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import feedparser

from vid_pipeline.acts.briefs import Upload
from vid_pipeline.acts.triggers.found import Found
from vid_pipeline.errors import BadSource

MOST_ITEMS, MAX_BYTES, MAX_ITEM_BYTES = 500, 20_000_000, 2_000_000
_TELLING = 200
_TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|mc_[ce]id|ref|source)$", re.IGNORECASE)
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")  # in time that grows with the text


def read(data: bytes, address: str) -> tuple[Found, ...]:
    """A feed's items, newest first as feeds have them.

    An item is known by its id, its link and, if it is long enough to tell, its text: feeds change
    ids, and have items without any. What several items of one feed share names none of them.

    Raises:
        BadSource: too large, no feed, broken so that nothing can be read, or with entities of its
            own, which only attacks have.
    """
    if len(data) > MAX_BYTES:
        raise BadSource(address, f"the feed has {len(data) / 1e6:.0f} MB", "Watch a shorter one.")
    if _ENTITY.search(data[:100_000]):
        raise BadSource(address, "the feed declares entities of its own", "Watch another feed.")
    parsed = feedparser.parse(io.BytesIO(data))
    if not parsed.entries and (parsed.bozo or not parsed.get("version")):
        reason = str(parsed.get("bozo_exception") or "no RSS or Atom")[:120]
        raise BadSource(address, f"it is no feed that can be read ({reason})", "Check the address.")
    items = [_item(entry, address) for entry in parsed.entries[:MOST_ITEMS]]
    shared = Counter(name for one in items for name in set(one.names))
    return tuple(_alone(one, shared) for one in items if one.names)


def _item(entry: Any, address: str) -> Found:
    link = _link(entry, address)
    body = _body(entry)
    plain = " ".join(_TAG.sub(" ", body).split())
    title = " ".join(_TAG.sub(" ", str(entry.get("title") or "")).split()) or plain[:80]
    names = [f"id:{identity}"] if (identity := str(entry.get("id") or "").strip()) else []
    names += [f"link:{link}"] if link else []
    if len(plain) >= _TELLING or not names:
        names.append("text:" + hashlib.sha256(f"{title}\n{plain}".encode()).hexdigest())
    document = None if link or not plain else Upload(f"{title[:60]}.html", body.encode())
    return Found(
        names=tuple(dict.fromkeys(name[:600] for name in names)) if title or link else (),
        title=title or link,
        document=document,
        url=link or None,
        at=_moment(entry),
        said=plain[:5000],
    )


def _alone(item: Found, shared: Counter[str]) -> Found:
    """Without names that others of the feed have too; with its text's if none is left."""
    own = tuple(name for name in item.names if shared[name] == 1)
    if not own:
        own = ("text:" + hashlib.sha256(f"{item.title}\n{item.said}".encode()).hexdigest(),)
    return replace(item, names=own)


def _body(entry: Any) -> str:
    contents = [str(one.get("value") or "") for one in entry.get("content") or ()]
    body = max([*contents, str(entry.get("summary") or "")], key=len)
    if len(body.encode()) > MAX_ITEM_BYTES:
        return body.encode()[:MAX_ITEM_BYTES].decode("utf-8", "ignore")
    return body


def _link(entry: Any, address: str) -> str:
    """An item's address, without what only says where a reader came from; "" if it has none."""
    raw = str(entry.get("link") or "").strip()
    if not raw or (raw == entry.get("id") and "://" not in raw):  # an id that calls itself a link
        return ""
    try:
        parts = urlsplit(urljoin(address, raw))
    except ValueError:  # as http://[
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
        return ""
    kept = [
        one for one in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(one[0])
    ]
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, urlencode(kept), ""))


def _moment(entry: Any) -> datetime | None:
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (OverflowError, ValueError):
        return None
