"""Accounts in a real browser: sign up, out, in, a reset, the profile, the administration."""

import re
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES
from tests.served import Served
from vid_pipeline.acts import accounts
from vid_pipeline.acts.administering import PAGE
from vid_pipeline.store import users

SECRET = "seven green kettles"
SETTLED = {
    "profile": "this browser",
    "administration": "Actions",
    "administration?tab=invitations": "Invite somebody",
}
"""What is drawn last on a page."""


@pytest.mark.browser
def test_somebody_signs_up_out_and_in_again(visitor: Page, house: Served) -> None:
    email = f"{uuid4().hex[:12]}@studio.test"
    visitor.goto("/inbox")
    _readable(visitor)
    visitor.get_by_role("link", name="New here").click()
    _readable(visitor)
    visitor.get_by_label("Your name").fill("Grace")
    visitor.get_by_role("textbox", name="E-mail address").fill(email)
    visitor.get_by_label("Password").fill(SECRET)
    visitor.get_by_role("button", name="Make my account").click()
    expect(visitor.get_by_role("link", name="Home")).to_be_visible()
    visitor.goto("/profile")
    expect(visitor.get_by_role("textbox", name="E-mail address")).to_have_value(email)
    visitor.get_by_role("button", name="Sign out", exact=True).click()
    expect(visitor.get_by_text("You are signed out.")).to_be_visible()
    visitor.go_back()
    expect(visitor.get_by_role("heading", name="Sign in")).to_be_visible()
    visitor.goto("/profile?x=1")
    visitor.get_by_role("textbox", name="E-mail address").fill(email)
    visitor.get_by_label("Password").fill("not my password")
    visitor.get_by_role("button", name="Sign in").click()
    expect(visitor.get_by_role("alert")).to_contain_text("do not belong together")
    visitor.get_by_label("Password").fill(SECRET)
    visitor.get_by_role("button", name="Sign in").click()
    expect(visitor).to_have_url(re.compile(r"/profile\?x=1$"))
    expect(visitor.get_by_text("this browser")).to_be_visible()
    assert visitor.evaluate("document.cookie").find("vidp_session") == -1


@pytest.mark.browser
def test_an_administrator_invites_makes_a_reset_link_and_signs_people_out(
    page: Page, visitor: Page, house: Served
) -> None:
    page.goto("/administration?tab=invitations")
    page.get_by_role("textbox", name="E-mail address").fill("new@studio.test")
    page.get_by_role("button", name="Make an invitation").click()
    link = page.get_by_test_id("stCode").inner_text().strip()
    visitor.goto(link)
    expect(visitor.get_by_role("textbox", name="E-mail address")).to_have_value("new@studio.test")
    visitor.get_by_label("Your name").fill("Newcomer")
    visitor.get_by_label("Password").fill(SECRET)
    visitor.get_by_role("button", name="Make my account").click()
    expect(visitor.get_by_role("link", name="Home")).to_be_visible()

    page.goto("/administration")
    page.get_by_role("textbox", name="Search people").fill("new@studio")
    page.get_by_role("textbox", name="Search people").press("Enter")
    expect(page.get_by_role("button", name="Actions")).to_have_count(1)
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("button", name="Make a reset link").click()
    link = page.get_by_test_id("stCode").inner_text().strip()
    user = house.named("new@studio.test")
    visitor.goto(link)
    visitor.get_by_label("New password").fill("quite another one")
    visitor.get_by_role("button", name="Keep it").click()
    expect(visitor.get_by_role("link", name="Home")).to_be_visible()

    accounts.sign_out_everywhere(house.shop.db, user.id)
    visitor.get_by_test_id("stTopNav").get_by_role("link", name="Workflows").click()
    expect(visitor.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/administration?tab=log&act=password_reset")
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()


@pytest.mark.browser
def test_many_people_are_shown_page_by_page(page: Page, house: Served) -> None:
    clan = f"clan{uuid4().hex[:8]}"
    with house.shop.db.service() as conn:
        for number in range(PAGE + 1):
            users.add(conn, f"{clan}n{number:02}")
    page.goto("/administration")
    search = page.get_by_role("textbox", name="Search people")
    actions = page.get_by_role("button", name="Actions")
    search.fill(clan)
    search.press("Enter")
    expect(actions).to_have_count(PAGE)
    page.get_by_role("button", name="Page 2").click()
    expect(actions).to_have_count(1)
    expect(page).to_have_url(re.compile("page=2"))
    search.fill(f"{clan}n0")
    search.press("Enter")
    expect(actions).to_have_count(10)


@pytest.mark.browser
def test_a_creator_has_no_administration(another: Page) -> None:
    another.goto("/administration")
    another.wait_for_selector("h1")
    expect(another.get_by_text("Search people")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_profile_and_administration_are_readable(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in SETTLED:
        page.goto(f"/{path}")
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        expect(page.locator("h1")).to_be_visible()
        expect(page.get_by_text(SETTLED[path]).first).to_be_visible()
        _checked(page)
    width, height = SIZES["narrow"]
    page.set_viewport_size({"width": width, "height": height})
    for path in ("profile", "administration"):
        page.goto(f"/{path}")
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def _readable(page: Page) -> None:
    """In both themes and on a phone: nothing overflows, and axe finds nothing serious."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, height in SIZES.values():
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        _checked(page)
    page.set_viewport_size({"width": 1440, "height": 900})


def _checked(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    serious = [one for one in found if one["impact"] in {"serious", "critical"}]
    assert not [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in serious]
