"""Workflows, templates and forms in a real browser."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import SIZES, Served
from vid_pipeline.acts import drafting
from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.settings import child_environment

pytestmark = pytest.mark.browser
_FORMS = Path(__file__).with_name("forms_page.py")
_START_S = 60.0


@pytest.fixture(scope="module")
def forms_url() -> Iterator[str]:
    """A server of nothing but forms."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(_FORMS), "--server.port", str(port)]
    told = child_environment({"PYTHONPATH": str(PROJECT)})
    process = subprocess.Popen(command, cwd=PROJECT, env=told, stdout=subprocess.DEVNULL)
    try:
        _await(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _await(url: str) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"the forms did not come up within {_START_S:.0f} s")


@pytest.fixture
def phone(chrome: Browser) -> Iterator[Page]:
    width, height = SIZES["narrow"]
    page = chrome.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.set_default_timeout(30_000)
    yield page
    page.close()


def _drawn(page: Page) -> Any:
    return json.loads(
        page.locator("#drawn").inner_text() or page.locator("#drawn").text_content() or ""
    )


def _is_within(page: Page) -> bool:
    """Whether nothing stands out of the page's width."""
    main = "document.querySelector('[data-testid=stMain]')"
    return bool(page.evaluate(f"{main}.scrollWidth <= window.innerWidth"))


def test_a_template_opens_in_the_editor_and_a_workflow_can_be_put_away_and_back(
    page: Page, studio: Served
) -> None:
    page.goto("/workflows")
    page.get_by_role("button", name="New workflow").click()
    expect(page.get_by_role("heading", name="New workflow")).to_be_visible()
    expect(page.locator("svg[role=img]")).to_have_count(4)
    page.locator("[class*='use-product-update']").get_by_role("button").click()
    page.wait_for_url(re.compile(r"/editor\?draft="))
    draft = drafting.listed(studio.shop.db, studio.user)[0]
    assert str(draft.id) in page.url
    page.goto("/workflows")
    card = _more(page, "researched-short")
    card.click()
    page.get_by_text("Put away", exact=True).click()
    expect(card).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(card).to_be_visible()
    card.click()
    page.get_by_text("Export", exact=True).click()
    link = page.get_by_role("link", name="Download researched-short.json")
    expect(link).to_be_visible()
    saved = page.request.get(str(link.get_attribute("href")))
    assert saved.json()["slug"] == "researched-short"
    assert "attachment" in saved.headers["content-disposition"]
    page.set_viewport_size({"width": 390, "height": 844})
    assert _is_within(page)


def _more(page: Page, slug: str) -> Locator:
    return page.locator(f"[class*='workflows-{slug}-more']").get_by_role("button")


def test_an_answer_is_drawn_on_a_phone(phone: Page, forms_url: str) -> None:
    phone.goto(f"{forms_url}/?show=answer")
    before = _drawn(phone)
    assert _is_within(phone)
    names = phone.get_by_placeholder("Name")
    expect(names).to_have_count(5)
    names.first.fill("headline")
    names.first.press("Enter")
    choices = phone.get_by_label("Choices")
    choices.fill("funny")
    choices.press("Enter")
    expect(phone.locator("#drawn")).to_contain_text("funny")
    choices.press("Escape")
    phone.get_by_role("button", name="Add a field").click()
    expect(names).to_have_count(6)
    names.last.fill("length_s")
    names.last.press("Enter")
    expect(phone.locator("#drawn")).to_contain_text("length_s")
    after = _drawn(phone)
    assert [one["name"] for one in after["fields"]] == ["headline", "mood", "shots", "length_s"]
    assert after["fields"][1]["choices"] == ["calm", "tense", "funny"]
    assert after["fields"][2] == before["fields"][2]
    expect(phone.get_by_text("No fields yet")).to_have_count(0)
    assert _is_within(phone)


def test_settings_and_scripts_are_edited_on_a_phone(phone: Page, forms_url: str) -> None:
    phone.goto(f"{forms_url}/?show=script")
    line = phone.get_by_label("Text").nth(1)
    line.fill("It stacks well.")
    line.press("Control+Enter")
    expect(phone.locator("#drawn")).to_contain_text("It stacks well.")
    assert [one["id"] for one in _drawn(phone)["lines"]] == ["l1", "l2"]
    assert _is_within(phone)
    phone.goto(f"{forms_url}/?show=trim")
    expect(phone.get_by_text("This is needed.")).to_be_visible()
    ends = phone.get_by_role("spinbutton", name="Ends at, in seconds")
    ends.fill("12.5")
    ends.press("Enter")
    expect(phone.get_by_text("This is needed.")).to_have_count(0)
    assert _drawn(phone) == {"end_s": 12.5}
    assert _is_within(phone)
