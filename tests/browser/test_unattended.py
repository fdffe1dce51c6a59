"""Triggers, calendar and batches in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.served import Served
from vid_pipeline.acts import publishing

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)


@pytest.fixture(autouse=True)
def workflows(studio: Served) -> None:
    for path in publishing.EXAMPLES.glob("article-to-short.json"):
        publishing.publish(studio.shop.db, studio.user, publishing.read(path), studio.shop.catalog)


def test_a_trigger_is_tried_set_paused_and_undone(page: Page) -> None:
    page.goto("/triggers")
    page.get_by_role("button", name="New trigger").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Mornings")
    page.get_by_role("textbox", name="Text or idea").fill("What the harbour does on {date}")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("5 of 5 would become videos")).to_be_visible(timeout=90_000)
    page.get_by_role("button", name="Start watching").click()
    expect(page.get_by_role("heading", name="Mornings")).to_be_visible()
    page.get_by_role("button", name="Back to all triggers").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Mornings is paused.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_a_trigger_that_cannot_be_is_refused_beside_its_form(page: Page) -> None:
    page.goto("/triggers?trigger=new")
    page.get_by_role("textbox", name="Name", exact=True).fill("Wrong")
    page.get_by_role("textbox", name="Times").fill("61 * * * *")
    page.get_by_role("textbox", name="Text or idea").fill("x")
    page.get_by_role("button", name="Start watching").click()
    expect(page.get_by_text("is no schedule")).to_be_visible()


def test_videos_are_planned_and_taken_in_from_a_table(page: Page, tmp_path: Path) -> None:
    page.goto("/calendar?month=2031-03")
    page.get_by_label("Topic, text or web address").fill("Why tides come twice")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Why tides come twice").first).to_be_visible()
    table = tmp_path / "plan.csv"
    table.write_text("date,topic\n2031-03-05,Bread\n2031-03-06,Salt\n", encoding="utf-8")
    page.locator("input[type=file]").set_input_files(table)
    page.get_by_role("button", name="Import", exact=True).last.click()
    expect(page.get_by_text("Salt").first).to_be_visible()


def test_a_batch_is_estimated_before_it_begins(page: Page, tmp_path: Path) -> None:
    page.goto("/batches?batch=new")
    table = tmp_path / "in.csv"
    table.write_text("url\nhttps://example.org/1\nhttps://example.org/2\n", encoding="utf-8")
    page.locator("input[type=file]").set_input_files(table)
    page.get_by_role("button", name="Add a variant").click()
    expect(page.get_by_text(re.compile("^4 videos"))).to_be_visible()
    expect(page.get_by_text("Done once for all variants: article, script.")).to_be_visible()
    opening = page.get_by_role("textbox", name="Opening line").nth(1)
    opening.fill("Cheap, fast, gone.")
    opening.press("Tab")
    expect(page.get_by_text("Done once for all variants: article.")).to_be_visible()
