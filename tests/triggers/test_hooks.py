"""Posts from other programs."""

import json
from datetime import UTC, date, datetime

import pytest

from vid_pipeline.acts.triggers import calendars, hooks
from vid_pipeline.acts.triggers.calendars import Planned
from vid_pipeline.acts.triggers.found import Found, titled, why_not
from vid_pipeline.errors import BadRequest, BadSource, Forged
from vid_pipeline.packages import LONGEST_TITLE
from vid_pipeline.watched import OnWebhook, Sieve

KEY, BODY, NOW_S = b"k" * 32, b'{"text": "Words."}', 1_800_000_000


def test_a_post_with_the_keys_signature_is_taken() -> None:
    hooks.refuse_forged(KEY, hooks.signature(KEY, BODY, at_s=NOW_S), BODY, now_s=NOW_S + 60)


@pytest.mark.parametrize(
    ("header", "body"),
    [
        pytest.param("", BODY, id="none"),
        pytest.param("t=1", BODY, id="half"),
        pytest.param(hooks.signature(b"x" * 32, BODY, at_s=NOW_S), BODY, id="another key"),
        pytest.param(hooks.signature(KEY, BODY, at_s=NOW_S), BODY + b" ", id="another body"),
        pytest.param(hooks.signature(KEY, BODY, at_s=NOW_S - 301), BODY, id="replayed later"),
        pytest.param(hooks.signature(KEY, BODY, at_s=NOW_S + 301), BODY, id="of a time to come"),
        pytest.param(
            hooks.signature(KEY, BODY, at_s=NOW_S).replace("t=18", "t=19"), BODY, id="time changed"
        ),
    ],
)
def test_a_forged_post_is_refused(header: str, body: bytes) -> None:
    with pytest.raises(Forged):
        hooks.refuse_forged(KEY, header, body, now_s=NOW_S)


def test_a_body_is_read_where_the_trigger_says() -> None:
    body = json.dumps({"event": {"items": [{"copy": "Long words."}], "na/me": "Title"}}).encode()
    places = OnWebhook(text="/event/items/0/copy", title="/event/na~1me")
    found = hooks.read(body, "d-1", places)
    assert (found.names, found.title) == (("delivery:d-1",), "Title")
    assert found.document is not None
    assert found.document.data == b"Long words."


@pytest.mark.parametrize(
    ("body", "delivery"),
    [(b"no json", "1"), (b"{}", "1"), (b'{"url": "file:///etc/passwd"}', "1"), (BODY, ""),
     (BODY, "x" * 201), (b"[" * 100_000, "1")],
)  # fmt: skip
def test_a_body_that_cannot_be_used_is_refused(body: bytes, delivery: str) -> None:
    with pytest.raises(BadRequest):
        hooks.read(body, delivery, OnWebhook())


def test_a_table_comes_back_as_it_was_and_no_cell_is_a_formula() -> None:
    rows = [
        Planned(date=date(2026, 3, 29), time="02:30", topic="Tides, and why", channel="Sea"),
        Planned(date=date(2026, 3, 30), topic="=HYPERLINK(1)", notes="two\nlines"),
    ]
    table = calendars.to_csv((row, "planned") for row in rows)
    assert "'=HYPERLINK" in table
    back = calendars.from_csv(table.encode(), "t.csv")
    assert back[0] == rows[0]
    assert back[1].notes == rows[1].notes


def test_a_calendar_file_comes_back_as_it_was() -> None:
    rows = [
        Planned(date=date(2026, 3, 29), time="02:30", topic="Tides", notes="about the moon"),
        Planned(date=date(2026, 10, 25), topic="Bread", notes="more"),
    ]
    body = calendars.to_ics((str(n), row, "planned") for n, row in enumerate(rows))
    assert calendars.from_ics(body, "c.ics") == rows


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (b"day,topic\n1,2\n", "date"),
        (b"date,topic\n2026-13-01,x\n", "line 2"),
        (b"date,topic\n2026-01-01,x\n2026-01-02,\n", "line 3"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_a_table_that_is_wrong_is_refused_by_its_line(data: bytes, names: str) -> None:
    with pytest.raises(BadSource, match=names):
        calendars.from_csv(data, "t.csv")


def test_no_calendar_file_is_refused() -> None:
    with pytest.raises(BadSource):
        calendars.from_ics(b"BEGIN:NOTHING", "c.ics")


def test_strangers_words_in_a_title_are_not_a_pattern() -> None:
    found = Found(("a",), "{trigger} {date} {x}", url="https://e.org")
    now = datetime(2026, 5, 1, tzinfo=UTC)
    assert (
        titled("{date}: {title}", found, trigger="T", now=now) == "2026-05-01: {trigger} {date} {x}"
    )


@pytest.mark.parametrize("title", ["tide " * 40, "x" * 200, "tides " + "x" * 200])
def test_a_title_is_no_longer_than_what_can_be_delivered(title: str) -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    found = Found(("a",), title, url="https://e.org")
    made = titled("{date}: {title}", found, trigger="T", now=now)
    assert made.startswith("2026-05-01: ")
    assert made.endswith("…")
    assert len(made) <= LONGEST_TITLE
    exact = Found(("a",), "x" * LONGEST_TITLE, url="https://e.org")
    assert titled("{title}", exact, trigger="T", now=now) == exact.title


def test_a_sieve_says_why_something_does_not_count() -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    found = Found(("a",), "Bread", url="https://e.org", at=datetime(2026, 4, 1, tzinfo=UTC))
    assert why_not(found, Sieve(words=("bread",)), now=now) is None
    assert "none of the words" in str(why_not(found, Sieve(words=("tides",)), now=now))
    assert "Bread" in str(why_not(found, Sieve(without=("Bread",)), now=now))
    assert "older" in str(why_not(found, Sieve(newer_than_days=7), now=now))
