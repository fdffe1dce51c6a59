"""From the first page to a video, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES
from tests.served import Served
from vid_pipeline.acts import drafting
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
def test_impatient_clicks_order_one_video_and_begin_one_draft(page: Page, studio: Served) -> None:
    page.goto("/?workflow=reviewed-short")
    page.get_by_label("What shall it be about?").fill(_ARTICLE)
    _click_often(page, "Make video")
    expect(page).to_have_url(re.compile(r"/run\?production="))
    page.wait_for_timeout(1000)
    with studio.shop.db.acting(studio.user) as conn:
        assert len(productions.recent(conn, 9)) == 1
    page.goto("/workflows?view=new")
    _click_often(page, "Start empty")
    expect(page).to_have_url(re.compile(r"/editor\?draft="))
    page.wait_for_timeout(1000)
    assert len(drafting.listed(studio.shop.db, studio.user)) == 1


def _click_often(page: Page, name: str) -> None:
    """As people do to whom nothing seems to happen."""
    button = page.get_by_role("button", name=name)
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    for _ in range(8):
        page.mouse.click(box["x"] + 20, box["y"] + box["height"] / 2)
        page.wait_for_timeout(70)


@pytest.mark.browser
def test_a_narrow_page_has_nothing_that_sticks_out(page: Page) -> None:
    width, height = SIZES["narrow"]
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/")
    expect(page.get_by_role("button", name="Make video")).to_be_visible()
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("box => box.scrollWidth <= box.clientWidth")
