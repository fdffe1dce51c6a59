"""Guessing is slow: tries are counted before they are made, and hardly anybody locks out another.

A network that tries one thing too often waits: an address, an invitation, a link. A network that
tries many, or an address that many networks try, is closed to strangers alone: whoever came in from
there before, or holds a good link, still does. Nobody waits longer than the window, which no
further try makes longer; sessions go on in any case.
"""

import ipaddress
import math
from datetime import timedelta
from typing import Any

from psycopg import Connection

from vid_pipeline.errors import TooManyTries
from vid_pipeline.store import throttles

WINDOW = timedelta(minutes=15)
OF_CLIENT_AT_ADDRESS = 5
A_CROWD = 100


def tried(conn: Connection[Any], what: str, *, client: str, address: str) -> timedelta | None:
    """Count a try of a network at one address; how long to wait if it was one too many (service).

    The address is what is tried: an e-mail address, a user, or the token of a link.
    """
    key = _pair(what, network_of(client), address)
    tries, left = throttles.count(conn, key, window=WINDOW)
    return left if tries > OF_CLIENT_AT_ADDRESS else None


def crowded(
    conn: Connection[Any], what: str, *, client: str, address: str = ""
) -> timedelta | None:
    """Count a try of a network, and at an address; how long strangers wait, if they do (service).

    Without an address the network alone is counted.
    """
    waits = [
        left
        for key in _crowds(what, client, address)
        for tries, left in [throttles.count(conn, key, window=WINDOW)]
        if tries > A_CROWD
    ]
    return max(waits, default=None)


def succeeded(conn: Connection[Any], what: str, *, client: str, address: str) -> None:
    """A network that got it right starts anew at that address; others wait no sooner (service)."""
    throttles.forget(conn, _pair(what, network_of(client), address))
    for key in _crowds(what, client, address):
        throttles.give_back(conn, key)


def tidy(conn: Connection[Any]) -> None:
    """Forget tries that no longer count (service)."""
    throttles.clear(conn, window=WINDOW)


def refuse(wait: timedelta | None) -> None:
    """Return if there is nothing to wait for.

    Raises:
        TooManyTries: there is.
    """
    if wait is not None:
        raise TooManyTries(max(1, math.ceil(wait.total_seconds())))


def network_of(client: str) -> str:
    """Whom one subscriber is counted as: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _pair(what: str, near: str, address: str) -> bytes:
    return throttles.key_of(what, "pair", near, address)


def _crowds(what: str, client: str, address: str) -> list[bytes]:
    """A network's key, then an address's; always in this order, so that no two wait in a ring."""
    keys = [throttles.key_of(what, "client", network_of(client))]
    return [*keys, throttles.key_of(what, "address", address)] if address else keys
