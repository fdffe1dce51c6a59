"""The inbox and the history in a real browser: what a reviewer does, on a desk and on a phone."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES
from tests.served import Served
from tests.waiting import Waiting
from vid_pipeline.acts.verdicts import Answer
from vid_pipeline.records import Request
from vid_pipeline.store import productions, requests

pytestmark = pytest.mark.browser
_CUES = """async video => {
    const track = video.textTracks[0]
    track.mode = 'hidden'
    for (let n = 0; n < 100 && !track.cues?.length; n++) await new Promise(r => setTimeout(r, 100))
    return [video.videoWidth, track.cues.length, track.cues[0].getCueAsHTML().textContent]
}"""
_CLICKS = """() => {
    const click = () => document.querySelector(".st-key-inbox-approve button")?.click()
    for (let n = 0; n < 12; n++) setTimeout(click, 700 + 60 * n)
}"""
_HOLDS = """words => [...document.querySelectorAll("input, textarea")]
    .some((field) => field.value === words)"""
_AT_REST = "[data-testid=stApp][data-test-script-state=notRunning]"
_OVERFLOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def test_keys_lead_through_the_requests_and_an_edit_is_approved(page: Page, studio: Served) -> None:
    waiting = Waiting.of(studio.shop, studio.user)
    first = waiting.asks_for_script("Light is cheap.", "It was not.")
    video = waiting.asks_for_video()
    page.goto(f"/inbox?request={first.id}")
    expect(page.get_by_text("It was not.")).to_be_visible()
    page.locator("html[data-keys=inbox]").wait_for(state="attached")
    page.keyboard.press("j")
    expect(page.locator("video")).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_text("It was not.")).to_be_visible()
    page.wait_for_url(f"**request={first.id}")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Next request")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("e")
    shown = page.locator(f".st-key-inbox-edit-{first.id}--preview")
    expect(shown).to_contain_text("It was not.")
    page.wait_for_function(_HOLDS, arg="Light is cheap.")
    field = page.get_by_role("textbox").filter(visible=True)
    words = [one.input_value() for one in field.all()]
    typed = field.nth(words.index("Light is cheap."))
    typed.fill("Light is free, jake")  # `j`, `a`, `k` and `e` are letters here
    typed.press("Tab")
    expect(shown).to_contain_text("Light is free, jake")
    page.get_by_role("button", name="Approve with these edits").click()
    expect(page.get_by_text("Approved: Approve the script")).to_be_visible()
    page.wait_for_url(f"**request={video.id}")
    edit = Answer.of(waiting.now(first)).edits[""]
    assert "Light is free, jake" in studio.shop.store.path(edit).read_text()


def test_of_a_double_click_the_second_one_approves_nothing(page: Page, studio: Served) -> None:
    first, second = (
        Waiting.of(studio.shop, studio.user, name).asks_for_script(f"{name} is cheap.")
        for name in ("Light", "Heat")
    )
    page.goto("/inbox")
    approve = page.locator(".st-key-inbox-approve button")
    expect(page.get_by_text("Light is cheap.")).to_be_visible()
    with studio.shop.db.acting(studio.user) as conn:
        productions.locked(conn, first.production_id)  # deciding takes its time
        approve.click()
        page.wait_for_timeout(900)
        approve.click()
        page.wait_for_timeout(300)
    expect(page.get_by_text("Heat is cheap.")).to_be_visible()
    page.wait_for_timeout(500)
    assert _states(studio, first, second) == ["approved", "open"]


def test_a_key_that_is_held_down_and_a_hasty_second_click_approve_one(
    page: Page, studio: Served
) -> None:
    asked = [
        Waiting.of(studio.shop, studio.user, name).asks_for_script(f"{name} is cheap.")
        for name in ("Light", "Heat", "Ice")
    ]
    page.goto("/inbox")
    expect(page.get_by_text("Light is cheap.")).to_be_visible()
    page.locator("html[data-keys=inbox]").wait_for(state="attached")
    for _ in range(25):
        page.keyboard.down("a")
        page.wait_for_timeout(60)
    page.keyboard.up("a")
    expect(page.get_by_text("Heat is cheap.")).to_be_visible()
    assert _states(studio, *asked) == ["approved", "open", "open"]
    page.evaluate(_CLICKS)
    expect(page.get_by_text("Ice is cheap.")).to_be_visible()
    page.wait_for_timeout(1000)
    assert _states(studio, *asked) == ["approved", "approved", "open"]


def _states(studio: Served, *asked: Request) -> list[str]:
    with studio.shop.db.acting(studio.user) as conn:
        return [requests.get(conn, one.id).state for one in asked]


def test_keys_that_are_pressed_while_the_page_is_drawn_are_not_lost(
    page: Page, studio: Served
) -> None:
    asked = [
        Waiting.of(studio.shop, studio.user, f"Fast {n}").asks_for_script(f"Number {n}.")
        for n in range(4)
    ]
    page.goto(f"/inbox?request={asked[0].id}")
    page.locator("html[data-keys=inbox]").wait_for(state="attached")
    page.keyboard.type("jjjk")
    page.wait_for_url(f"**request={asked[2].id}")
    expect(page.get_by_text("Number 2.")).to_be_visible()


def test_a_video_plays_with_captions_and_a_moment_of_it_is_sent_back(
    page: Page, studio: Served
) -> None:
    waiting = Waiting.of(studio.shop, studio.user, "Film")
    request = waiting.asks_for_video()
    page.set_viewport_size({"width": SIZES["narrow"][0], "height": SIZES["narrow"][1]})
    page.goto("/inbox")
    page.get_by_role("button", name="Film").click()
    player = page.locator("video")
    expect(player).to_be_visible()
    assert page.locator(".st-key-inbox-list").is_hidden()
    assert player.evaluate(_CUES) == [320, 1, "Hello"]
    player.evaluate("video => { video.currentTime = 1.5 }")
    page.get_by_role("button", name="Comment at 0:01").click()
    page.get_by_label("Comment on this place").fill("Too loud")
    page.get_by_label("Comment on this place").press("Tab")
    page.get_by_role("button", name="Add this comment").click()
    expect(page.get_by_text("At 0:01")).to_be_visible()
    assert not page.evaluate(_OVERFLOW)
    page.get_by_role("button", name="Send back").click()
    expect(page.get_by_text("Sent back with your wishes")).to_be_visible()
    (pin,) = Answer.of(waiting.now(request)).pins
    assert (pin.time_s, pin.note) == (1.5, "Too loud")


def test_the_history_is_filtered_by_its_address_and_saved(
    page: Page, studio: Served, tmp_path: Path
) -> None:
    Waiting.of(studio.shop, studio.user, "Saved film")
    page.goto("/history?status=running&days=7")
    expect(page.get_by_role("combobox", name="Status")).to_have_value("Being made")
    with page.expect_download() as begun:
        page.get_by_role("link", name="Save as CSV").click()
    begun.value.save_as(tmp_path / "history.csv")
    rows = list(csv.DictReader((tmp_path / "history.csv").read_text().splitlines()))
    assert "Saved film" in {row["title"] for row in rows}
    assert {row["state"] for row in rows} == {"running"}
    page.goto("/history?status=failed")
    expect(page.get_by_text("Nothing was made that fits")).to_be_visible()


def test_the_browsers_way_back_goes_through_the_filters(page: Page, studio: Served) -> None:
    Waiting.of(studio.shop, studio.user, "Film")
    status = page.get_by_role("combobox", name="Status")
    page.goto("/history")
    expect(status).to_have_value("Any status")
    for one, said in (("Failed", "failed"), ("Being made", "running")):
        status.click()
        page.get_by_role("option", name=one).click()
        page.wait_for_url(f"**status={said}")
        page.locator(_AT_REST).wait_for()
        expect(status).to_have_value(one)
    page.go_back()
    expect(status).to_have_value("Failed")
    page.wait_for_url("**status=failed")
    page.go_back()
    expect(status).to_have_value("Any status")
    page.go_forward()
    expect(status).to_have_value("Failed")
    expect(page.get_by_text("Nothing was made that fits")).to_be_visible()
