"""What a creator keeps on the shelf: memory, keys, budgets and notices, by hand in a browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.served import Served
from vid_pipeline.acts import budgeting, keys, remembering, subscribing
from vid_pipeline.acts.remembering import Brain
from vid_pipeline.embedding import LocalEmbeddings

pytestmark = pytest.mark.browser

KEY = "sk-ant-of-somebody-0123456789-WXYZ"
GUIDE = "# Style guide\n\nA number needs something to stand beside: a length needs a street.\n"


def test_a_memory_is_added_found_changed_and_forgotten_for_good(
    page: Page, studio: Served, tmp_path: Path
) -> None:
    page.goto("/brain")
    expect(page.get_by_text("Nothing is remembered yet")).to_be_visible()
    page.get_by_role("button", name="Add").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="In your words").fill("We film in Bremen.")
    dialog.get_by_role("button", name="Remember").click()
    expect(page.get_by_text("Remembered.")).to_be_visible()

    guide = tmp_path / "guide.md"
    guide.write_text(GUIDE, encoding="utf-8")
    page.get_by_role("button", name="Upload documents").first.click()
    dialog.locator("input[type=file]").set_input_files(guide)
    dialog.get_by_role("button", name="Read and remember").click()
    expect(page.get_by_text("One document is remembered")).to_be_visible()

    page.get_by_role("searchbox", name="Search by meaning").fill("Where are the videos shot?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The 2 nearest memories")).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=Where"))
    page.get_by_role("button", name="Open").first.click()
    expect(dialog.get_by_text("Given by you")).to_be_visible()
    words = dialog.get_by_role("textbox", name="What it says")
    expect(words).to_have_value("We film in Bremen.")
    words.fill("We film in Bremen and in Oslo.")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The memory was changed.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    expect(page.get_by_text("and in Oslo")).to_have_count(0)

    (memory,) = remembering.listed(brain(studio), kinds=["fact"])
    assert memory.body == "We film in Bremen."
    page.goto(f"/brain?memory={memory.short_id}")
    dialog.get_by_role("button", name="Forget").click()
    dialog.get_by_role("button", name="Forget for good").click()
    expect(page.get_by_text("We film in Bremen.")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("memory="))
    with studio.shop.db.acting(studio.user) as conn:
        left = conn.execute("select body from vidp.memories").fetchall()
    assert [row[0] for row in left if "Bremen" in row[0]] == []


def brain(studio: Served) -> Brain:
    return Brain(studio.shop.db, studio.user, LocalEmbeddings())


def test_a_key_is_kept_rotated_revoked_and_never_shown(page: Page, studio: Served) -> None:
    page.goto("/keys")
    dialog = page.get_by_role("dialog")
    page.get_by_role("button", name="Add a key").click()
    dialog.get_by_role("textbox", name=re.compile("^Key")).fill("too short")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog.get_by_text("(hidden)")).to_be_visible()
    dialog.get_by_role("textbox", name=re.compile("^Key")).fill(KEY)
    dialog.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("ends in WXYZ")).to_be_visible()
    page.get_by_role("button", name="Rotate").click()
    dialog.get_by_role("textbox", name=re.compile("^Key")).fill(KEY + "2345")
    dialog.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("ends in 2345")).to_be_visible()
    assert KEY not in page.content()
    page.get_by_role("button", name="Revoke").click()
    dialog.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("No key yet")).to_be_visible()
    assert all(key.revoked_at for key in keys.listed(studio.shop.db, studio.user))
    assert KEY not in page.content()


def test_a_cap_is_set_and_taken_back(page: Page, studio: Served) -> None:
    page.goto("/budgets")
    page.get_by_role("button", name="Set a cap").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("No cap", exact=True).click()
    amount = dialog.get_by_role("spinbutton", name="At most, in US dollars")
    expect(amount).to_be_enabled()
    amount.fill("25")
    amount.press("Tab")
    dialog.get_by_role("button", name="Set it").click()
    expect(page.get_by_text("$0.00 of $25.00")).to_be_visible()
    assert caps(studio)["month"] == 25.0
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("$0.00 of $25.00")).to_have_count(0)
    assert caps(studio)["month"] is None


def caps(studio: Served) -> dict[str, float | None]:
    shop = studio.shop
    standing = budgeting.standing(shop.settings, shop.db, studio.user)
    return {one.scope: one.limit_usd for one in standing}


def test_a_webhook_is_added_paused_and_removed(page: Page, studio: Served) -> None:
    page.goto("/notices")
    page.get_by_role("button", name="Add a channel").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Webhook").click()
    address = dialog.get_by_role("textbox", name="Address that is called")
    address.fill("ftp://example.org")
    dialog.get_by_role("button", name="Add it").click()
    expect(dialog.get_by_text("Give a whole one")).to_be_visible()
    address.fill("https://127.0.0.1:9/hooks/s3cret")
    dialog.get_by_role("button", name="Add it").click()
    expect(dialog.get_by_text("It is shown this once.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("127.0.0.1:9/…").first).to_be_visible()
    assert "s3cret" not in page.content()
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_text("It did not get through")).to_be_visible()
    page.get_by_text("In use", exact=True).click()
    expect(page.get_by_text("Paused: nothing more goes to")).to_be_visible()
    (channel,) = subscribing.listed(studio.shop.db, studio.user)
    assert not channel.enabled
    page.get_by_role("button", name="Remove").click()
    dialog.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Nobody tells you yet")).to_be_visible()
    assert subscribing.listed(studio.shop.db, studio.user) == []
