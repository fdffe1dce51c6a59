"""A year of schedules in three zones, beside a reading of cron that goes minute by minute."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from vid_pipeline.acts.triggers.times import between, following

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]  # the last by half an hour
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def _field(text: str, low: int, high: int) -> set[int]:
    values = set[int]()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start, end = (low, high) if span == "*" else (int(first), int(last or first))
        values |= set(range(start, end + 1, int(step or 1)))
    return values


def _fits(fields: list[set[int]], text: list[str], wall: datetime) -> bool:
    _, hour, day, month, weekday = fields
    by_day, by_weekday = wall.day in day, wall.isoweekday() % 7 in {one % 7 for one in weekday}
    either = by_day or by_weekday if "*" not in {text[2][0], text[4][0]} else by_day and by_weekday
    return wall.hour in hour and wall.month in month and either


def _by_the_minute(cron: str, zone: str) -> list[datetime]:
    """What a cron that looks at the clock each minute would do, as crontab(5) of Debian says it.

    Jobs of fixed hours that a forward change skips run right after it; those that a backward
    change repeats do not run again. Jobs of every hour follow the clock.
    """
    text = cron.split()
    fields = [_field(one, *limits) for one, limits in zip(text, _RANGES, strict=True)]
    fixed = text[0] != "*" and not text[1].startswith("*") and not text[0].startswith("*")
    fired, seen = list[datetime](), set[datetime]()
    last = FIRST.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    for at, wall in _minutes(zone):
        passed = [wall]
        if fixed and wall - last > timedelta(minutes=1):
            skipped = int((wall - last).total_seconds() // 60)
            passed = [last + timedelta(minutes=one) for one in range(1, skipped + 1)]
        last = wall
        due = [one for one in passed if one.minute in fields[0] and _fits(fields, text, one)]
        if due and not (fixed and due[-1] in seen):
            fired.append(at)
        seen.update(due)
    return fired


@cache
def _minutes(zone: str) -> list[tuple[datetime, datetime]]:
    """Each minute of the year, and what the clock on the wall shows then."""
    here, every = ZoneInfo(zone), timedelta(minutes=1)
    count = int((LAST - FIRST) / every)
    moments = [FIRST + every * number for number in range(1, count + 1)]
    return [(at, at.astimezone(here).replace(tzinfo=None)) for at in moments]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "cron",
    ["30 2 * * *", "15 * * * *", "0 9 * * 1-5", "45 1 1,15 * *", "0 3 29 2 *", "*/20 * * * *"],
)
def test_a_year_fires_exactly_as_cron_says(cron: str, zone: str) -> None:
    assert list(between(cron, zone, FIRST, LAST)) == _by_the_minute(cron, zone)


def test_stepping_from_time_to_time_gives_the_same_as_looking_back_over_them() -> None:
    at, stepped = FIRST, list[datetime]()
    while (at := following("30 2 * * *", "Europe/Berlin", at)) <= LAST:
        stepped.append(at)
    assert stepped == list(between("30 2 * * *", "Europe/Berlin", FIRST, LAST))
    assert len(stepped) == 365
