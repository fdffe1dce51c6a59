"""Posts from other programs: whether one is genuine, and what it brings."""

import hashlib
import hmac
import json
import re

from pydantic import JsonValue

from vid_pipeline.acts.briefs import MAX_BYTES, Upload
from vid_pipeline.acts.triggers.found import Found, clean
from vid_pipeline.errors import BadRequest, Forged
from vid_pipeline.watched import OnWebhook

PREFIX = "/hooks/"
"""Where the studio takes posts, before the trigger's id."""

SIGNATURE, DELIVERY = "x-vidp-signature", "x-vidp-delivery"
TOLERANCE_S = 300.0
"""How far a post's time may be from ours; a post that was recorded is of no use after it."""

_SIGNED = re.compile(r"^t=(\d{1,12}),v1=([0-9a-f]{64})$")


def signature(key: bytes, body: bytes, *, at_s: int) -> str:
    """The header that proves a body: HMAC-SHA256 of `<unix seconds>.<body>`."""
    digest = hmac.new(key, f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={digest}"


def refuse_forged(key: bytes, header: str, body: bytes, *, now_s: float) -> None:
    """Nothing, for a post by whoever has the trigger's key.

    Raises:
        Forged: no signature, a wrong one, or one of another time.
    """
    told = _SIGNED.match(header.strip())
    if told is None:
        raise Forged(f"The post has no signature that can be read in {SIGNATURE!r}.")
    at_s = int(told.group(1))
    if not hmac.compare_digest(signature(key, body, at_s=at_s), header.strip()):
        raise Forged("The post's signature is not of this trigger's key and this body.")
    if abs(now_s - at_s) > TOLERANCE_S:
        raise Forged("The post's signature is too old, or of a time to come; sign it anew.")


def proof_of(header: str) -> str:
    """A name of a genuine post by its signature, as its delivery id is not signed."""
    return f"signed:{header.strip().rpartition('v1=')[2]}"


def read(body: bytes, delivery: str, places: OnWebhook) -> Found:
    """What a post brings; known by its delivery id, so that it may be sent again.

    Raises:
        BadRequest: no delivery id, no JSON, or neither a text nor an address where they should be.
    """
    name = delivery.strip()
    if not 1 <= len(name) <= 200 or not name.isprintable():
        raise BadRequest(f"The header {DELIVERY!r}", name[:40], "Give each post an id of its own.")
    if len(body) > MAX_BYTES:
        raise BadRequest("The body", f"{len(body)} bytes", "Post at most 20 MB.")
    try:
        told: JsonValue = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise BadRequest("The body", body[:40].decode("utf-8", "replace"), "Post JSON.") from fault
    text, url, title = (_text(told, place) for place in (places.text, places.url, places.title))
    if not text and not url.lower().startswith(("http://", "https://")):
        raise BadRequest(
            "The body", sorted(told) if isinstance(told, dict) else type(told).__name__,
            f"Give a text at {places.text!r} or an http(s) address at {places.url!r}.",
        )  # fmt: skip
    headline = title or text[:80] or url
    document = Upload(f"{headline[:60]}.md", clean(text).encode()) if text else None
    return Found((f"delivery:{name}",), headline, document, None if document else url, said=title)


def _text(told: JsonValue, place: str) -> str:
    """The text at a JSON pointer (RFC 6901); "" if there is none."""
    for part in place.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(told, dict):
            told = told.get(name)
        elif isinstance(told, list) and name.isdecimal() and int(name) < len(told):
            told = told[int(name)]
        else:
            return ""
    return told.strip() if isinstance(told, str) else ""
