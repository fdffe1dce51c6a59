"""The history, run without a browser: sums, filters in the address, pages."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests.store.test_tables import called, flow
from vid_pipeline.artifacts import Brief
from vid_pipeline.store import journal, productions, workflows
from vid_pipeline.store.database import Database

_MANY = 27


def _script() -> None:
    """The page alone, behind the studio's menu."""
    import streamlit as st  # noqa: PLC0415  AppTest runs this function's source by itself

    from ui import menu, navigation  # noqa: PLC0415
    from ui.pages import history  # noqa: PLC0415

    pages = menu.pages("administrator")
    navigation.remember(pages)
    st.navigation(pages)
    history.render()


@pytest.fixture
def page_of(page: AppTest) -> AppTest:
    """`page` has prepared the installation that the script opens."""
    _ = page
    return AppTest.from_function(_script, default_timeout=60)


def test_an_empty_history_teaches(page_of: AppTest) -> None:
    page = page_of.run()
    assert not page.exception
    assert any("Nothing was made yet" in one.value for one in page.markdown)


def test_it_sums_filters_and_pages(page_of: AppTest, database: Database) -> None:
    with database.acting(database.local_user) as conn:
        version = workflows.publish(conn, flow(slug="summed"))
        brief = Brief(name="Tides", url="https://e.example")
        made = [productions.create(conn, version, brief) for _ in range(_MANY)]
        productions.running(conn, made[0].id)
        call = called(conn, made[0])
        journal.finish(conn, call.id, response={}, input_tokens=9, output_tokens=1, cost_usd=0.5)
        productions.done(conn, made[0].id, video_s=30)
    page_of.query_params["workflow"] = "summed"
    page = page_of.run()
    assert not page.exception
    figures = {one.label: one.value for one in page.metric}
    assert (figures["Videos begun"], figures["Cost"]) == (str(_MANY), "$0.50")
    assert any("1.00 for a minute" in one.value for one in page.markdown)
    assert len(page.dataframe[0].value) == 25
    page.query_params["page"] = "2"
    assert len(page.run().dataframe[0].value) == 2
    page = page.selectbox(key="history-status").set_value("done").run()
    assert page.query_params["status"] == "done"
    assert "page" not in page.query_params
    shown = page.dataframe[0].value
    assert list(shown["Model"]) == ["anthropic/m"]


def test_a_link_and_the_way_back_set_its_filters(page_of: AppTest, database: Database) -> None:
    with database.acting(database.local_user) as conn:
        productions.create(
            conn, workflows.publish(conn, flow()), Brief(name="a", url="https://e.example")
        )
    page = page_of.run()
    page.selectbox(key="history-status").set_value("done").run()
    page.query_params["status"] = "failed"  # as a link, or a step back, would have it
    page.run()
    assert page.selectbox(key="history-status").value == "failed"
    assert page.query_params["status"] == "failed"
    page.query_params.clear()
    page.run()
    assert page.selectbox(key="history-status").value == "any"
    page.query_params["days"] = "dates"
    page.query_params["from"], page.query_params["to"] = "2026-03-01", "2026-03-14"
    page.run()
    assert page.selectbox(key="history-days").value == "dates"
    assert page.date_input[0].value == (date(2026, 3, 1), date(2026, 3, 14))


def test_an_address_that_cannot_be_read_shows_what_is_usual(
    page_of: AppTest, database: Database
) -> None:
    page_of.query_params["days"] = "dates"
    page_of.query_params["from"] = "yesterday"
    page = page_of.run()
    assert not page.exception
    assert page.selectbox(key="history-days").value in {"30", "dates"}
