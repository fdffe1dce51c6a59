"""Connecting a sign-in by a provider, in a real browser that goes there and comes back."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import served
from tests.browser.conftest import SIZES, all_sizes
from tests.served import PASSWORD, Person, Served
from ui.identity import COOKIE
from vid_pipeline.acts import accounts, connecting, tokens
from vid_pipeline.acts.door import Door
from vid_pipeline.store import accounts as kept
from vid_pipeline.testing.openid_provider import CLIENT, SECRET, OpenIdProvider


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A studio that has a provider."""
    with (
        OpenIdProvider() as provider,
        served.studio(
            tmp_path_factory.mktemp("linked"),
            VIDP_OIDC_ISSUER=provider.issuer,
            VIDP_OIDC_CLIENT_ID=CLIENT,
            VIDP_OIDC_CLIENT_SECRET=SECRET,
            VIDP_OIDC_NAME="Example ID",
        ) as running,
    ):
        yield running


@pytest.fixture
def somebody(linked: Served) -> Person:
    """An administrator with a password, two access tokens, and a session elsewhere."""
    made = linked.person("administrator", workflows=False)
    with linked.shop.db.service() as conn:
        hashed = Door(linked.shop.settings, linked.shop.db).passwords.hashed(PASSWORD)
        kept.set_password(conn, made.id, hashed)
    for name in ("One", "Two"):
        tokens.make(linked.shop.db, made.id, name, ["productions:read"])
    accounts.begin_session(linked.shop.db, made.id)
    return made


@pytest.fixture
def page(chrome: Browser, linked: Served, somebody: Person) -> Iterator[Page]:
    """A browser that may ask the provider, too."""
    width, height = SIZES["wide"]
    context = chrome.new_context(
        base_url=linked.url, viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    context.add_cookies([{"name": COOKIE, "value": somebody.token, "url": linked.url}])
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    yield opened
    context.close()


@pytest.mark.browser
def test_a_provider_is_connected_with_the_password_and_disconnected(
    page: Page, linked: Served, somebody: Person, tmp_path: Path
) -> None:
    folder = Path(os.environ.get("VIDP_SHOTS", tmp_path))  # noqa: TID251
    page.goto("/profile")
    page.get_by_role("button", name="Connect Example ID").click()
    expect(page.get_by_role("heading", name="Connect Example ID")).to_be_visible()
    _looked_at(page, "connect", folder)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue with Example ID").click()
    expect(page.get_by_role("heading", name="Connect Example ID?")).to_be_visible()
    expect(page.get_by_text("ada@provider.test").first).to_be_visible()
    _looked_at(page, "connect-sure", folder)
    page.get_by_role("button", name="Connect Example ID").click()
    expect(page.get_by_text("End my 2 access tokens, too")).to_have_count(2)
    expect(page.get_by_role("button", name="Sign out everywhere")).to_be_visible()
    page.get_by_text("Sign-in by Example ID is connected.").scroll_into_view_if_needed()
    _looked_at(page, "connected", folder)
    page.goto("/administration")
    page.get_by_role("textbox", name="Search people").fill("@studio.test")
    page.get_by_role("textbox", name="Search people").press("Enter")
    page.get_by_role("button", name="Actions").last.click()
    expect(page.get_by_role("button", name="Disconnect Example ID")).to_be_visible()
    _looked_at(page, "ways-in", folder)
    page.get_by_role("button", name="Revoke 2 access tokens").click()
    expect(page.get_by_text("2 access tokens of Ada are revoked.")).to_be_visible()
    page.goto("/profile")
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("button", name="Connect Example ID")).to_be_visible()
    expect(page.get_by_text("End my")).to_have_count(0)
    expect(page.get_by_role("button", name="Sign out everywhere")).to_have_count(0)
    assert connecting.connected(linked.shop.db, somebody.id) == []


def _looked_at(page: Page, name: str, folder: Path) -> None:
    all_sizes(page, folder, name, accessible=True)
    page.emulate_media(color_scheme="light")
