"""Tools that read the web."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from assets.tools import web as tools
from vid_pipeline.errors import BadSource
from vid_pipeline.media import png
from vid_pipeline.ports import Page
from vid_pipeline.testing import lighthouses, trap_pages
from vid_pipeline.testing.browsing import FakeBrowsing
from vid_pipeline.testing.store import FakeStore
from vid_pipeline.testing.web import FakeWeb
from vid_pipeline.tools import Toolbox

ROOT = "https://lights.example"
PAGES = {
    **{f"{ROOT}{path}": lighthouses.page(path) for path in lighthouses.ARTICLES},
    **{f"{ROOT}{path}": html for path, html in trap_pages.PAGES.items()},
}


@pytest.fixture
def store(tmp_path: Path) -> FakeStore:
    return FakeStore(tmp_path)


@pytest.fixture
def browsing() -> FakeBrowsing:
    return FakeBrowsing(PAGES)


def test_a_fetched_page_is_clean_text_with_what_proves_it(store: FakeStore) -> None:
    url = f"{ROOT}/article/fresnel"
    body = PAGES[url].encode()
    web = FakeWeb({url: Page(url, "text/html", body)})
    got = tools.fetch(tools.Fetch(url=url), web=web, store=store)
    assert got.title.startswith("Fresnel's lens")
    assert "## First use" in got.text.replace("###", "##")
    assert "25 July 1823" in got.text
    assert "Written for tests" not in got.text
    assert store.path(got.snapshot).read_bytes() == body
    assert (datetime.now(UTC) - got.retrieved_at).total_seconds() < 60


def test_what_robots_close_is_not_fetched(store: FakeStore) -> None:
    web = FakeWeb({}, closed={f"{ROOT}/closed"})
    with pytest.raises(BadSource, match="asks programs not to read it"):
        tools.fetch(tools.Fetch(url=f"{ROOT}/closed"), web=web, store=store)
    assert web.fetched == []


def test_a_long_text_is_read_part_by_part(store: FakeStore) -> None:
    url, line = f"{ROOT}/long", "A line of a long text that goes on for a while."
    text = "\n\n".join(f"{number} {line}" for number in range(1000))
    web = FakeWeb({url: Page(url, "text/plain", text.encode())})
    parts, start = list[str](), 0
    while True:
        got = tools.fetch(tools.Fetch(url=url, start=start), web=web, store=store)
        parts.append(got.text)
        if got.next_start is None:
            break
        start = got.next_start
    assert len(parts) > 1
    assert "".join(parts).split("\n") == [f"{number} {line}" for number in range(1000)]


def test_a_search_leads_to_a_page_and_its_snapshot(
    browsing: FakeBrowsing, store: FakeStore
) -> None:
    found = tools.browser_search(tools.Search(query="Winstanley"), browsing=browsing)
    assert [result.url for result in found.results] == [f"{ROOT}/article/eddystone"]
    got = tools.browser_follow(tools.Follow(number=1), browsing=browsing, store=store)
    assert store.path(got.snapshot).read_text() == browsing.read().text
    again = tools.browser_read(tools.Read(start=10), browsing=browsing, store=store)
    assert again.text == got.text[10:]


def test_what_a_page_says_is_only_ever_its_text(browsing: FakeBrowsing, store: FakeStore) -> None:
    ask = tools.Open(url=f"{ROOT}/instructions")
    got = tools.browser_open(ask, browsing=browsing, store=store)
    assert trap_pages.INSTRUCTION in got.text
    assert (got.links, got.fields, got.buttons) == ((), (), ())
    assert browsing.opened == [ask.url]
    assert browsing.sent == []


def test_pictures_are_kept_as_png_in_the_videos_shape(
    browsing: FakeBrowsing, store: FakeStore
) -> None:
    browsing.open(f"{ROOT}/article/pharos")
    got = tools.browser_capture(tools.Capture(at="octagonal"), browsing=browsing, store=store)
    drawn = png.decode(store.path(got.picture).read_bytes())
    assert drawn is not None
    assert drawn.shape[:2] == (1920, 1080)
    whole = tools.browser_screenshot(tools.Screenshot(), browsing=browsing, store=store)
    assert whole.picture.mime == "image/png"


def test_only_submitting_acts_and_all_of_it_is_from_outside() -> None:
    box = Toolbox(tools.WEB)
    assert [tool.name for tool in box.values() if tool.effect != "reads"] == ["browser_submit"]
    assert box["browser_submit"].effect == "acts"
    assert all(tool.outside for tool in box.values())
    assert all(tool.spec.description for tool in box.values())


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "lights", "http://"])
def test_addresses_of_other_kinds_are_no_input(url: str) -> None:
    with pytest.raises(ValidationError):
        tools.Open(url=url)
