"""Destinations in a real browser: the first one added, tried, paused, as people do it."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import all_sizes
from tests.served import Served
from vid_pipeline.acts import destinations


@pytest.mark.browser
def test_the_first_destination_is_added_tested_and_paused(
    page: Page, studio: Served, tmp_path: Path
) -> None:
    folder = Path(os.environ.get("VIDP_SHOTS", tmp_path))  # noqa: TID251
    page.goto("/destinations")
    expect(page.get_by_text("Your videos stay in this studio")).to_be_visible()
    all_sizes(page, folder, "destinations-empty")
    page.get_by_role("button", name="Add a destination").click()
    dialog = page.get_by_role("dialog")
    kind = dialog.get_by_role("radiogroup", name="What is it?")
    kind.get_by_role("radio", name="Podcast").click()
    expect(dialog.get_by_label("The podcast's title")).to_be_visible()
    all_sizes(page, folder, "destinations-podcast")
    kind.get_by_role("radio", name="Bucket").click()
    expect(dialog.get_by_role("textbox", name="Secret access key")).to_be_visible()
    all_sizes(page, folder, "destinations-bucket")
    kind.get_by_role("radio", name="Folder").click()
    dialog.get_by_placeholder("shorts/history").fill("shorts/history")
    dialog.get_by_role("textbox", name="Name").fill("shorts")
    dialog.get_by_role("button", name="Add a destination").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_text("shorts can be sent to.")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    all_sizes(page, folder, "destinations-paused")
    [made] = destinations.listed(studio.shop.db, studio.user)
    assert (made.name, made.enabled) == ("shorts", False)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
