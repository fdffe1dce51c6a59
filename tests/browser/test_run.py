"""A production's page in a real browser: it moves while its steps do, and is drawn anew once."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.conftest import SIZES, frames_of
from tests.served import Served
from tests.ui.made import Made
from ui import texts
from vid_pipeline.store import productions

_t = texts.of("run")
_ALL_OF_IT_PX = 3000


@pytest.mark.browser
def test_a_video_is_watched_without_a_rerun_then_shown(
    studio: Served, page: Page, tmp_path: Path
) -> None:
    made = Made(studio.shop, studio.user)
    frames = frames_of(page)
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


@pytest.mark.browser
@pytest.mark.parametrize(
    ("size", "graph"), [("wide", True), ("narrow", True), ("wide", False)],
    ids=["desk", "phone", "no graph"],
)  # fmt: skip
def test_a_page_has_one_connection_whatever_of_it_is_there(
    studio: Served, page: Page, size: str, graph: bool
) -> None:
    made, opened = Made(studio.shop, studio.user), _connections(page)
    page.set_viewport_size({"width": SIZES[size][0], "height": _ALL_OF_IT_PX})
    if not graph:
        page.route("**/studio-bundle/flow-*", lambda route: route.abort())
    page.goto(f"/run?production={made.id}")
    header = page.locator(".header")
    expect(header).to_contain_text("0 of 11")
    if graph:
        expect(page.locator(".graph .step").first).to_be_visible()
    page.get_by_test_id("stSelectbox").get_by_role("combobox").click()
    page.get_by_test_id("stSelectboxVirtualDropdown").get_by_text("Deliver").click()
    expect(page).to_have_url(re.compile("step=deliver"))  # the page is drawn again
    page.wait_for_timeout(4000)
    assert [f"/events/productions/{made.id}" in one.url for one in opened] == [True]
    made.gives(made.begins("brief", "take_brief"), "{}")
    expect(header).to_contain_text("1 of 11")
    made.fails(made.begins("article", "read_source"), "Nothing there.")
    expect(header).to_contain_text(_t("state_failed"))
    expect(page.get_by_role("button", name=_t("try_again"))).to_be_visible()
    page.wait_for_timeout(1000)
    assert [f"/events/productions/{made.id}" in one.url for one in opened] == [True]


def _connections(page: Page) -> set[Request]:
    """The streams that are open at a moment."""
    opened = set[Request]()
    page.on("request", lambda one: opened.add(one) if "/events/" in one.url else None)
    page.on("requestfinished", lambda one: opened.discard(one))
    page.on("requestfailed", lambda one: opened.discard(one))
    return opened


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
