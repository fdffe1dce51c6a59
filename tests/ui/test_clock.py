"""Moments are told by the clock of whoever looks, and in one way."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from ui.pages.administering import reading
from vid_pipeline.account_records import Entry

_UI = Path(__file__).parents[2] / "ui"
_SHOWN = sorted(
    path
    for path in _UI.rglob("*.py")
    if path != _UI / "clock.py" and _UI / "cli" not in path.parents
)
"""The command line speaks to somebody on this machine, by its clock."""


def _draw() -> None:
    from datetime import UTC, datetime  # noqa: PLC0415  (AppTest runs this text alone)

    import streamlit as st  # noqa: PLC0415

    from ui import clock  # noqa: PLC0415

    night = datetime(2020, 3, 31, 23, 30, tzinfo=UTC)
    st.text(clock.day(night))
    st.text(clock.minute(night))
    st.text(clock.minute(datetime.now(UTC).replace(month=7, day=5, hour=12, minute=0)))


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Europe/Berlin", ["01 Apr 2020", "01 Apr 2020, 01:30", "05 Jul, 14:00"]),
        ("America/Los_Angeles", ["31 Mar 2020", "31 Mar 2020, 16:30", "05 Jul, 05:00"]),
        (None, ["31 Mar 2020", "31 Mar 2020, 23:30 UTC", "05 Jul, 12:00 UTC"]),
        ("Mars/Olympus", ["31 Mar 2020", "31 Mar 2020, 23:30 UTC", "05 Jul, 12:00 UTC"]),
    ],
)
def test_a_moment_is_told_where_the_browser_is(zone: str | None, told: list[str]) -> None:
    page = AppTest.from_function(_draw)
    page.context["timezone"] = zone
    page.run()
    assert [one.value for one in page.text] == told


def test_a_table_shows_moments_of_that_clock() -> None:
    entry = Entry(
        id=uuid4(), owner_id=None, actor_id=None, act="signed_in", client="", detail={},
        at=datetime(2026, 3, 14, 15, tzinfo=UTC),
    )  # fmt: skip
    assert datetime(2026, 3, 14, 15) in reading.row(entry, {}).values()  # noqa: DTZ001 - as shown


@pytest.mark.parametrize("path", _SHOWN, ids=lambda path: path.name)
def test_no_page_tells_the_time_in_a_way_of_its_own(path: Path) -> None:
    found = sorted(set(_told(ast.parse(path.read_text(encoding="utf-8")))))
    assert not found, f"{path.name} uses {found}; ui/clock.py tells the time"


def _told(tree: ast.AST) -> Iterator[str]:
    """Calls that read the server's clock or zone, and formats with an hour in them."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="astimezone" | "timezone" as name):
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id="date"), attr="today")):
                yield "date.today"
            case ast.Constant(value=str(text)) if "%H" in text or "%I" in text:
                yield text
