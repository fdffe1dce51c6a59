"""Guessing is slow: tries are counted before they are made, and no one can lock out another.

A client that tries one address too often waits; so does one that tries many. An address that many
clients try is closed to strangers alone: its user comes in from where they came in before. Nobody
waits longer than the window, which no further try makes longer; sessions go on in any case.
"""

import ipaddress
import math
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline.errors import TooManyTries
from vid_pipeline.store import audit, throttles

WINDOW = timedelta(minutes=15)
OF_CLIENT_AT_ADDRESS = 5
OF_CLIENT = 40
AT_ADDRESS = 100


def tried(conn: Connection[Any], what: str, *, client: str, address: str) -> timedelta | None:
    """Count a try to do `what`; how long to wait if it was one too many (service)."""
    near = network_of(client)
    pair, left = throttles.count(conn, _pair(what, near, address), window=WINDOW)
    of_client, left_of_client = throttles.count(
        conn, throttles.key_of(what, "client", near), window=WINDOW
    )
    waits = [left] if pair > OF_CLIENT_AT_ADDRESS else []
    waits += [left_of_client] if of_client > OF_CLIENT else []
    return max(waits, default=None)


def crowded(
    conn: Connection[Any], what: str, *, client: str, address: str, user: UUID | None
) -> timedelta | None:
    """Count a try at an address; how long a stranger waits if many clients try it (service)."""
    tries, left = throttles.count(conn, throttles.key_of(what, "address", address), window=WINDOW)
    familiar = audit.knows(conn, user, client)
    return left if tries > AT_ADDRESS and not familiar else None


def succeeded(conn: Connection[Any], what: str, *, client: str, address: str) -> None:
    """A client that got it right starts anew at that address (service)."""
    throttles.forget(conn, _pair(what, network_of(client), address))


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
