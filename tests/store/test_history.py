"""What was made and what it took: filters, sums, pages, and the table for elsewhere."""

import csv
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.store.test_requests import someone
from tests.store.test_tables import called, flow, produced
from ui import filters
from vid_pipeline.acts import history
from vid_pipeline.acts.history import PAGE, History, Wanted
from vid_pipeline.artifacts import Brief
from vid_pipeline.records import Production, User
from vid_pipeline.store import history as rows
from vid_pipeline.store import journal, productions, workflows
from vid_pipeline.store.database import Database


def listed(db: Database, who: User, page: int = 1, **wanted: Any) -> History:
    return history.listed(db, who.id, Wanted.model_validate(wanted), page=page)


def finished(db: Database, user: User, *, usd: float = 0.5, video_s: float = 30) -> Production:
    made = produced(db, user)
    with db.acting(user.id) as conn:
        productions.running(conn, made.id)
        call = called(conn, made)
        journal.finish(conn, call.id, response={}, input_tokens=90, output_tokens=10, cost_usd=usd)
        return productions.done(conn, made.id, video_s=video_s)


def test_sums_are_of_all_that_fit_and_rows_of_one_page(database: Database, user: User) -> None:
    for _ in range(PAGE + 1):
        produced(database, user)
    finished(database, user)
    found = listed(database, user)
    assert (found.total, found.pages, len(found.made)) == (PAGE + 2, 2, PAGE)
    assert (found.done, found.tokens, found.cost_usd, found.video_s) == (1, 100, 0.5, 30)
    assert found.usd_a_minute == pytest.approx(1.0)
    assert found.made[0].models == "anthropic/m"
    assert [(one.name, one.tokens) for one in found.models] == [("anthropic/m", 100)]
    assert listed(database, user, page=2).made[-1].tokens == 0


def test_it_is_filtered_by_workflow_state_and_day(database: Database, user: User) -> None:
    made = finished(database, user)
    with database.acting(user.id) as conn:
        version = workflows.publish(conn, flow(slug="second"))
        other = productions.create(conn, version, Brief(name="b", url="https://e.example"))
        conn.execute(
            "update vidp.productions set created_at = '2026-03-01 23:30+00' where id = %s",
            [other.id],
        )
    assert [one.id for one in listed(database, user, workflow="second").made] == [other.id]
    assert [one.id for one in listed(database, user, states=["done"]).made] == [made.id]
    march: dict[str, Any] = {"since": date(2026, 3, 2), "until": date(2026, 3, 2)}
    assert listed(database, user, **march).total == 0
    berlin = listed(database, user, **march, zone="Europe/Berlin")
    assert [one.name for one in berlin.days] == ["2026-03-02"]
    assert set(listed(database, user).workflows) == {"article-to-short", "second"}


def test_nobody_sees_what_another_made(database: Database, user: User) -> None:
    finished(database, user)
    stranger = someone(database, "administrator")
    assert listed(database, stranger).total == 0
    assert listed(database, stranger, owner=user.id).total == 0
    assert len(list(history.csv_lines(database, stranger.id, Wanted()))) == 1
    assert history.people(database, user.id) == {user.id: user.display_name}


def test_the_page_is_read_off_an_index(database: Database, user: User) -> None:
    finished(database, user)
    values = rows._values(Wanted()) | {"limit": PAGE, "offset": 0}
    with database.acting(user.id) as conn:
        for way in ("seqscan", "bitmapscan", "sort"):  # few rows are read whole, and sorted
            conn.execute(f"set local enable_{way} = off")
        found = conn.execute(f"explain {rows._PAGE}", values).fetchall()
    plan = "\n".join(str(row[0]) for row in found)
    assert "productions_newest" in plan
    assert "journal_of_production" in plan


def test_csv_has_every_row_and_no_formula(database: Database, user: User) -> None:
    with database.acting(user.id) as conn:
        version = workflows.publish(conn, flow())
        brief = Brief(name="=cmd|' /C calc'!A0", url="https://e.example")
        productions.create(conn, version, brief)
    finished(database, user)
    found = list(csv.DictReader(history.csv_lines(database, user.id, Wanted())))
    assert [one["title"] for one in found] == ["article.md", "'=cmd|' /C calc'!A0"]
    assert found[0]["cost_usd_per_minute"] == "1.0"


def test_slow_downloads_hold_nobody_up(database: Database, user: User) -> None:
    finished(database, user)
    downloads = [history.csv_lines(database, user.id, Wanted()) for _ in range(12)]
    for one in downloads:  # more than there are connections; each has begun, and stands still
        next(one)
        next(one)
    assert listed(database, user).total == 1


def test_a_download_goes_on_below_what_was_read(database: Database, user: User) -> None:
    made = [produced(database, user).id for _ in range(3)]
    with database.acting(user.id) as conn:
        conn.execute("update vidp.productions set created_at = '2026-03-01' where id = any(%s)",
                     [made[:2]])  # fmt: skip
        first = rows.older(conn, Wanted(), limit=2)
        second = rows.older(conn, Wanted(), first[-1], limit=2)
        assert rows.older(conn, Wanted(), second[-1], limit=2) == []
    assert [one.id for one in (*first, *second)] == [made[2], made[1], made[0]]


def test_the_address_says_what_is_wanted() -> None:
    today = datetime.now(UTC).date()
    found = filters.wanted({"status": "running", "days": "7", "workflow": "w"}, zone="UTC")
    assert found.since == today - timedelta(days=6)
    assert (found.workflow, found.states) == ("w", ("draft", "queued", "running"))
    dates = filters.wanted({"days": "dates", "from": "2026-03-01"}, zone="UTC")
    assert (dates.since, dates.until) == (date(2026, 3, 1), None)
    for bad in ({"days": "8"}, {"status": "x"}, {"person": "x"}, {"days": "dates", "to": "x"}):
        with pytest.raises(ValueError):  # noqa: PT011 - of any of them
            filters.wanted(bad, zone="UTC")
    with pytest.raises(ValueError, match="ZoneInfo"):
        filters.wanted({}, zone="../etc/passwd")
