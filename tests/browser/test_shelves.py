"""Channels and the library, in a real browser."""

import re
import wave
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.served import Served
from vid_pipeline.acts import branding
from vid_pipeline.acts.branding import Draft
from vid_pipeline.media import png
from vid_pipeline.store import media_files


@pytest.mark.browser
def test_a_channel_is_set_up_heard_and_put_away(page: Page, studio: Served) -> None:
    page.goto("/channels")
    page.get_by_role("button", name="New channel").click()
    expect(page).to_have_url(f"{studio.url}/channels?channel=new")
    page.get_by_label("Name", exact=True).fill("Harbour stories")
    page.get_by_role("radio", name="My own").click()
    expect(page.get_by_text("Texts can be read in these colours")).to_be_visible()
    page.get_by_role("button", name="Listen").click()
    sound = page.locator("audio")
    expect(sound).to_be_attached()
    assert "/files/" in (sound.get_attribute("src") or "")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Archive")).to_be_visible()
    assert branding.get(studio.shop.db, studio.user, "harbour-stories").kit.colours is not None
    page.get_by_role("button", name="Archive").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Archive")).to_be_visible()


@pytest.mark.browser
def test_a_file_is_added_found_deleted_and_brought_back(page: Page, studio: Served) -> None:
    pixels = np.full((48, 64, 4), 180, np.uint8)
    page.goto("/library")
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    page.get_by_text("Add files").first.click()
    picture: FilePayload = {
        "name": "beach.png",
        "mimeType": "image/png",
        "buffer": png.encode(pixels),
    }
    page.locator("input[type=file]").set_input_files([picture])
    tile = page.get_by_role("link", name="beach.png")
    expect(tile).to_be_visible()
    page.reload()
    expect(tile).to_be_visible()
    tile.click()
    expect(page.get_by_role("heading", name="beach.png")).to_be_visible()
    expect(page).to_have_url(re.compile(r"item=upload"))
    shown = page.get_by_role("img", name="A picture of “beach.png”")
    assert shown.evaluate("picture => picture.naturalWidth") == 64
    page.get_by_role("button", name="Delete").click()
    expect(tile).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(tile).to_be_visible()


@pytest.mark.browser
def test_a_large_file_is_taken_and_what_is_none_is_named(
    page: Page, studio: Served, tmp_path: Path
) -> None:
    large, broken = tmp_path / "bells.wav", tmp_path / "broken.mp4"
    with wave.open(str(large), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(48_000)
        sound.writeframes(bytes(22_000_000))
    broken.write_bytes(bytes(1000))
    page.goto("/library")
    page.get_by_text("Add files").first.click()
    page.locator("input[type=file]").set_input_files([large, broken])
    expect(page.get_by_role("link", name="bells.wav")).to_be_visible()
    expect(page.get_by_text("broken.mp4").first).to_be_visible()
    with studio.shop.db.acting(studio.user) as conn:
        assert [one.size_bytes > 21_000_000 for one in media_files.listed(conn, most=9)] == [True]


@pytest.mark.browser
def test_a_link_from_a_channel_makes_a_video_for_it(page: Page, studio: Served) -> None:
    draft = Draft("Night ferries", workflow="reviewed-short")
    channel = branding.add(studio.shop.db, studio.user, draft)
    page.goto(f"/?channel={channel.slug}")
    expect(page.get_by_text("It is made for “Night ferries”")).to_be_visible()
    chosen = page.get_by_role("radio", name="Reviewed short")
    expect(chosen).to_be_checked()
