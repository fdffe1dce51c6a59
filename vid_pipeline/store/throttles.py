"""How often something was tried lately, by hashed keys; counted before it is done."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection

_COUNT = """
insert into vidp.throttles as t (key, tries) values (%(key)s, 1)
on conflict (key) do update set
    tries = case when t.since <= clock_timestamp() - %(window)s then 1 else t.tries + 1 end,
    since = case when t.since <= clock_timestamp() - %(window)s then clock_timestamp()
        else t.since end
returning tries, since + %(window)s, clock_timestamp()"""
_FORGET = "delete from vidp.throttles where key = %(key)s"
_GIVE_BACK = "update vidp.throttles set tries = greatest(tries - 1, 0) where key = %(key)s"
_CLEAR = """
delete from vidp.throttles where key in (select key from vidp.throttles
    where since <= clock_timestamp() - %(window)s for update skip locked)"""


def count(conn: Connection[Any], key: bytes, *, window: timedelta) -> tuple[int, timedelta]:
    """Count a try: how many there were within the window, and how long it lasts still (service)."""
    row = conn.execute(_COUNT, {"key": key, "window": window}).fetchone()
    assert row is not None
    tries: int = row[0]
    until: datetime = row[1]
    return tries, until - row[2]


def forget(conn: Connection[Any], key: bytes) -> None:
    """Count from nought again (service)."""
    conn.execute(_FORGET, {"key": key})


def give_back(conn: Connection[Any], key: bytes) -> None:
    """Count one try less (service)."""
    conn.execute(_GIVE_BACK, {"key": key})


def clear(conn: Connection[Any], *, window: timedelta) -> int:
    """Delete what is older than the window (service)."""
    return conn.execute(_CLEAR, {"window": window}).rowcount


def key_of(*parts: str) -> bytes:
    """A key for what is tried, by whom."""
    return hashlib.sha256("\x1f".join(parts).encode(errors="replace")).digest()
