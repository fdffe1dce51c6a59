"""Moments as the clock of whoever looks shows them: the one way in which a page says when."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

_UTC = ZoneInfo("UTC")


def zone() -> ZoneInfo:
    """Where the browser is; UTC if it does not say so, or names a zone that is not known here."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _UTC


def today() -> date:
    """The day that it is there."""
    return datetime.now(zone()).date()


def local(moment: datetime) -> datetime:
    """The same moment on that clock; naive, as tables show it."""
    return moment.astimezone(zone()).replace(tzinfo=None)


def day(moment: datetime) -> str:
    """`14 Mar 2026`."""
    return f"{local(moment):%d %b %Y}"


def minute(moment: datetime) -> str:
    """`14 Mar, 16:00`, with its year if that is not this one, and with `UTC` where it is that."""
    shown = local(moment)
    year = "" if shown.year == datetime.now(UTC).year else f" {shown.year}"
    return f"{shown:%d %b}{year}, {shown:%H:%M}{' UTC' if zone() == _UTC else ''}"
