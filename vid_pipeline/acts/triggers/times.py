"""When a schedule comes, by the clock on the wall of its time zone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim


def between(cron: str, zone: str, after: datetime, until: datetime) -> Iterator[datetime]:
    """The times of a schedule after `after` and up to `until`, in UTC.

    A time that daylight saving skips comes when the clock has been put forward; one that it has
    twice comes once, unless the hour is `*`, as cron does it (crontab(5), Debian).
    """
    local = after.astimezone(ZoneInfo(zone))
    return takewhile(lambda at: at <= until, (at.astimezone(UTC) for at in CronSim(cron, local)))


def following(cron: str, zone: str, after: datetime) -> datetime:
    """The next time of a schedule, in UTC."""
    local = after.astimezone(ZoneInfo(zone))
    return next(CronSim(cron, local)).astimezone(UTC)
