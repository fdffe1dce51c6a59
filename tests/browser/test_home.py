"""From the first page to a video, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES, frames_of
from tests.served import Served
from tests.ui.made import Made
from vid_pipeline.acts import drafting
from vid_pipeline.store import productions, requests

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


@pytest.mark.browser
@pytest.mark.parametrize("role", ["creator"])
def test_home_follows_its_videos_and_the_inbox_counts_what_they_ask(
    page: Page, studio: Served
) -> None:
    made, frames = Made(studio.shop, studio.user), frames_of(page)
    page.goto("/")
    line = page.locator(".at-work")
    expect(line).to_contain_text("Next step · 0 of 11 steps")
    page.wait_for_timeout(1000)
    drawn = len(frames)
    page.wait_for_timeout(4000)
    made.gives(made.begins("brief", "take_brief"), "{}")
    script = made.begins("script", "write_script")
    expect(line).to_contain_text("Script · 1 of 11 steps")
    assert len(frames) == drawn, "nobody asks, and what happens comes by the stream alone"
    _expect_at_inbox(page, "none")
    made.asks("script", "Approve the script", made.gives(script, "{}"))
    expect(page.get_by_text("Approve the script")).to_be_visible()
    expect(line).to_have_count(0)
    _expect_at_inbox(page, '"1" / "1 request waits for you"')


@pytest.mark.browser
@pytest.mark.parametrize("role", ["creator"])
def test_the_number_at_the_inbox_is_kept_on_every_page(page: Page, studio: Served) -> None:
    made, frames = Made(studio.shop, studio.user), frames_of(page)
    request = made.asks("script", "Approve it", made.gives(made.begins("script", "x"), "{}"))
    page.goto("/workflows")
    _expect_at_inbox(page, '"1" / "1 request waits for you"')
    page.wait_for_timeout(1000)
    drawn = len(frames)
    with studio.shop.db.acting(studio.user) as conn:
        requests.withdraw(conn, request.production_id)
    _expect_at_inbox(page, "none")
    assert len(frames) == drawn
    made = Made(studio.shop, studio.user)
    made.asks("script", "And this", made.gives(made.begins("script", "x"), "{}"))
    page.goto(f"/run?production={made.id}")
    _expect_at_inbox(page, '"1" / "1 request waits for you"')
    width, height = SIZES["narrow"]
    page.set_viewport_size({"width": width, "height": height})
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(page.get_by_test_id("stSidebar").get_by_role("link", name="Inbox")).to_be_visible()
    _expect_at_inbox(page, '"1" / "1 request waits for you"', link="stSidebarNavLink")


def _expect_at_inbox(page: Page, content: str, *, link: str = "stTopNavLink") -> None:
    page.wait_for_function(
        """([link, content]) => {
            const found = document.querySelector(`[data-testid=${link}][href$="/inbox"]`);
            return found && getComputedStyle(found, "::after").content === content;
        }""",
        arg=[link, content],
    )


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
