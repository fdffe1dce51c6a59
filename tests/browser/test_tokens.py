"""Access tokens in a real browser, and the API behind the studio's own server."""

import os
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import all_sizes
from tests.served import Served
from vid_pipeline.acts import tokens
from vid_pipeline.client import Client


@pytest.mark.browser
def test_a_token_made_in_the_studio_opens_the_api(
    page: Page, studio: Served, tmp_path: Path
) -> None:
    folder = Path(os.environ.get("VIDP_SHOTS", tmp_path))  # noqa: TID251
    tokens.make(studio.shop.db, studio.user, "An old one", ["productions:read"])
    page.goto("/tokens")
    page.get_by_label("What is it for?").fill("Newsletter script")
    all_sizes(page, folder, "tokens")
    page.get_by_role("button", name="Make token").click()
    dialog = page.get_by_role("dialog")
    secret = dialog.locator("code").first.inner_text()
    assert tokens.is_whole(secret)
    all_sizes(page, folder, "tokens-made")
    with Client(studio.url, secret, trust_env=False) as client:
        assert client.about.me().id == studio.user
    nobody = httpx.get(
        f"{studio.url}/api/v1/me", headers={"Authorization": "Bearer vidp_x"}, trust_env=False
    )
    assert nobody.status_code == 401
    dialog.get_by_role("button", name="I have copied it").click()
    expect(dialog).to_be_hidden(timeout=30_000)
    page.reload()
    page.get_by_text("Newsletter script", exact=True).wait_for()
    assert secret not in page.content()
    all_sizes(page, folder, "tokens-list")
