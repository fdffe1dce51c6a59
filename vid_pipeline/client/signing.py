"""Signatures of what goes between programs and a studio: its notices, and posts to its triggers."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from uuid import uuid4

from vid_pipeline.errors import Forged

SIGNATURE, DELIVERY = "X-Vidp-Signature", "X-Vidp-Delivery"
TOLERANCE_S = 300.0
"""How far a signature's time may be from ours; what was recorded is of no use after it."""

_SIGNED = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})", re.ASCII)


def verify(
    headers: Mapping[str, str], body: bytes, key: str, *, tolerance_s: float = TOLERANCE_S
) -> str:
    """The delivery id of a notice that a studio has sent; the same for every try to send it.

    It is the `id` in the body, which is signed: the header alone could be anybody's.

    Args:
        headers: of the request, in any case.
        body: its bytes, as they came.
        key: the channel's signing key, as it was shown when the channel was added.
        tolerance_s: seconds that its time may be from ours.

    Raises:
        Forged: it is not signed with the key, not of this time, or under another delivery id.
    """
    told = {name.lower(): value for name, value in headers.items()}
    found = _SIGNED.fullmatch(told.get(SIGNATURE.lower(), "").strip())
    if found is None:
        raise Forged(f"There is no signature that can be read in {SIGNATURE}.")
    signed = hmac.digest(key.encode(), f"{found[1]}.".encode() + body, hashlib.sha256)
    if not hmac.compare_digest(signed.hex(), found[2]):
        raise Forged("The signature is not of this key and this body.")
    if abs(time.time() - int(found[1])) > tolerance_s:
        raise Forged("The signature is too old, or of a time to come.")
    delivery = _id_of(body)
    if told.get(DELIVERY.lower(), delivery) != delivery:
        raise Forged(f"{DELIVERY} is not the id in the signed body.")
    return delivery


def signed(body: bytes, key: str, *, delivery: str | None = None) -> dict[str, str]:
    """Headers of a post to a trigger that takes posts.

    Args:
        body: JSON, as it is sent.
        key: the hook's key, in hexadecimal digits.
        delivery: what names the post; the same one again makes nothing. A new one unless told.
    """
    at = f"{int(time.time())}"
    digest = hmac.digest(bytes.fromhex(key), f"{at}.".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        SIGNATURE: f"t={at},v1={digest.hex()}",
        DELIVERY: delivery or uuid4().hex,
    }


def _id_of(body: bytes) -> str:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise Forged("The body is no JSON.") from fault
    found = told.get("id") if isinstance(told, dict) else None
    if not isinstance(found, str):
        raise Forged("The body has no id.")
    return found
