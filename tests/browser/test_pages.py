"""Every page opens in a real browser."""

import pytest
from playwright.sync_api import Page, expect

PAGES = [
    "", "workflows", "editor", "run", "inbox", "history",  "triggers", "calendar", "batches",
    "channels", "library", "brain", "keys", "budgets", "notices", "profile", "tokens", "administration",
]  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_by_its_address(page: Page, name: str) -> None:
    page.goto(f"/{name}")
    expect(page.locator("h1").first).to_be_visible()
    assert page.locator("[data-testid=stException]").count() == 0
