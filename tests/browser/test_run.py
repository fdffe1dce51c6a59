"""A production's page in a real browser: it moves while its steps do, and is drawn anew once."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from tests.served import Served
from tests.ui.made import Made
from ui import texts
from vid_pipeline.store import productions

_t = texts.of("run")


@pytest.mark.browser
def test_a_video_is_watched_without_a_rerun_then_shown(
    studio: Served, page: Page, tmp_path: Path
) -> None:
    made = Made(studio.shop, studio.user)
    frames: list[str] = []
    page.on("websocket", lambda socket: _count(socket, frames))
    page.goto(f"/run?production={made.id}")
    header = page.locator(".header")
    expect(header).to_contain_text("0 of 11", timeout=60_000)
    expect(header).to_contain_text(_t("state_running"))
    expect(page.get_by_role("combobox").last).to_be_visible()
    page.wait_for_timeout(1000)
    drawn = len(frames)
    for key, kind in (("brief", "take_brief"), ("article", "read_source")):
        made.gives(made.begins(key, kind), "{}")
    expect(header).to_contain_text("2 of 11")
    expect(header).to_contain_text("$0.50")
    assert len(frames) == drawn, "what happens comes by the stream alone"
    _deliver(made, tmp_path)
    expect(page.get_by_role("link", name="Video")).to_be_visible()
    expect(header).to_contain_text(_t("state_done"))
    assert len(frames) > drawn
    with page.expect_download() as saved:
        page.get_by_role("link", name="Video").click()
    assert saved.value.suggested_filename == "video.mp4"
    assert Path(saved.value.path()).read_bytes() == b"film"


def _count(socket: WebSocket, frames: list[str]) -> None:
    socket.on("framereceived", lambda _: frames.append("received"))
    socket.on("framesent", lambda _: frames.append("sent"))


def _deliver(made: Made, folder: Path) -> None:
    film = made.shop.store.put_bytes(b"film", "video/mp4").model_dump(mode="json")
    canvas = {"width_px": 1080, "height_px": 1920, "fps": 30}
    video = {"file": film, "canvas": canvas, "frames": 450}
    made.gives(
        made.begins("video", "render"),
        json.dumps(video | {"scenes_rendered": 1, "scenes_reused": 0}),
    )
    files = [{"name": "video.mp4", "file": film}]
    made.gives(
        made.begins("deliver", "deliver"), json.dumps({"folder": str(folder), "files": files})
    )
    with made.shop.db.acting(made.user) as conn:
        productions.done(conn, made.id, folder=str(folder))


@pytest.mark.browser
def test_a_video_that_is_not_there_leads_home(page: Page) -> None:
    page.goto("/run?production=nothing")
    expect(page.get_by_text(_t("nothing_title"))).to_be_visible()
    page.get_by_role("link", name=_t("to_home")).click()
    expect(page).not_to_have_url("**/run**")


@pytest.mark.browser
def test_the_small_drawing_of_all_steps_covers_none(studio: Served, page: Page) -> None:
    made = Made(studio.shop, studio.user)
    page.goto(f"/run?production={made.id}")
    expect(page.locator("[data-step=brief]")).to_contain_text("Brief")
    small = page.locator(".react-flow__minimap")
    expect(small).to_be_visible()
    canvas, beneath = page.locator(".canvas").bounding_box(), small.bounding_box()
    assert canvas is not None
    assert beneath is not None
    assert beneath["y"] >= canvas["y"] + canvas["height"]
    page.set_viewport_size({"width": 3600, "height": 1400})
    expect(small).to_have_count(0)


@pytest.mark.browser
def test_a_step_is_run_alone_from_its_page_and_from_the_editor(studio: Served, page: Page) -> None:
    page.goto("/editor?workflow=article-to-short&step=brief")
    _alone(page).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Nothing was made with this workflow yet")
    made = Made(studio.shop, studio.user)
    page.goto(f"/run?production={made.id}&step=captions")
    _alone(page).click()
    expect(dialog).to_contain_text("“Brief” has to run first")
    page.goto(f"/run?production={made.id}&step=brief")
    _alone(page).click()
    dialog.get_by_role("button", name=_t("alone")).click()
    page.wait_for_url(lambda url: str(made.id) not in url)
    expect(page.locator(".header")).to_contain_text(_t("state_alone"), timeout=90_000)
    expect(page.get_by_text("Only Brief was run here")).to_be_visible()
    expect(page.locator(".header")).to_contain_text("1 of 11")
    page.goto("/editor?workflow=article-to-short&step=brief")
    _alone(page).click()
    expect(dialog).to_contain_text("for “Why tides turn”, just now")
    dialog.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url("**/run?**")
    expect(page.locator(".header")).to_contain_text(_t("state_alone"), timeout=90_000)


def _alone(page: Page) -> Locator:
    return page.get_by_role("button", name=_t("alone")).first
