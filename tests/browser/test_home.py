"""From the first page to a video, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES
from tests.served import Served
from vid_pipeline.store import productions

_ARTICLE = "The moon pulls at the sea, and the sea follows it around the world. " * 6


@pytest.mark.browser
def test_a_pasted_article_becomes_a_video_in_two_clicks(page: Page, studio: Served) -> None:
    page.goto("/?workflow=reviewed-short")
    box = page.get_by_label("What shall it be about?")
    box.fill(_ARTICLE)
    page.get_by_role("button", name="Make video").click()
    expect(page).to_have_url(re.compile(r"/run\?production="))
    with studio.shop.db.acting(studio.user) as conn:
        begun = productions.recent(conn, 1)[0]
    assert begun.workflow == "reviewed-short"
    assert str(begun.id) in page.url


@pytest.mark.browser
def test_a_narrow_page_has_nothing_that_sticks_out(page: Page) -> None:
    width, height = SIZES["narrow"]
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/")
    expect(page.get_by_role("button", name="Make video")).to_be_visible()
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("box => box.scrollWidth <= box.clientWidth")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1024, 1440])
def test_what_the_box_takes_is_told_whole(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/")
    told = page.get_by_test_id("stFileUploaderDropzoneInstructions")
    expect(told).to_contain_text("PDF")
    cut = told.evaluate(
        """box => [box, ...box.querySelectorAll("*")]
            .filter(one => one.scrollWidth > one.clientWidth + 1).length"""
    )
    assert cut == 0
