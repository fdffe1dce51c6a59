"""What every form of the port `Browsing` keeps to, and what the real one withstands."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Timer

import pytest

from resources.browsing import BrowsingResource
from tests.children import Started
from vid_pipeline.artifacts import Artifact, Canvas
from vid_pipeline.cancel import token_of
from vid_pipeline.errors import BadRequest, BadSource, Cancelled
from vid_pipeline.kinds import StepKind, StepParams
from vid_pipeline.media import png
from vid_pipeline.ports import Browsing
from vid_pipeline.running import StepPlace, perform
from vid_pipeline.testing import lighthouses, trap_pages
from vid_pipeline.testing.browsing import FakeBrowsing
from vid_pipeline.testing.recorder import FakeRecorder
from vid_pipeline.testing.store import FakeStore
from vid_pipeline.testing.trap_site import TrapSite

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site() -> Iterator[TrapSite]:
    with TrapSite() as site:
        yield site


def chromium_on(site: TrapSite) -> BrowsingResource:
    hosts = ["localhost", "127.0.0.1"]
    return BrowsingResource(
        search_url=site.search_url, private_hosts=hosts, page_s=1, page_bytes=3_000_000
    )


@pytest.fixture(scope="module")
def real(site: TrapSite) -> Iterator[BrowsingResource]:
    browsing = chromium_on(site)
    yield browsing
    browsing.close()


@pytest.fixture(params=["fake", "chromium"])
def browsing(request: pytest.FixtureRequest, site: TrapSite, real: BrowsingResource) -> Browsing:
    if request.param == "chromium":
        return real
    pages = {site.url(path): html for path, html in trap_pages.PAGES.items()}
    articles = {site.url(path): lighthouses.page(path) for path in lighthouses.ARTICLES}
    return FakeBrowsing(pages | articles, closed={site.url("/closed")})


def test_a_page_is_its_title_its_headings_and_its_text(browsing: Browsing, site: TrapSite) -> None:
    view = browsing.open(site.url("/article/fresnel"))
    assert view.url == site.url("/article/fresnel")
    assert view.title.startswith("Fresnel's lens")
    lines = view.text.splitlines()
    assert lines[0] == "# Fresnel's lens"
    assert "## First use" in lines
    assert "25 July 1823" in view.text
    assert "Written for tests" not in view.text
    assert browsing.read() == view


def test_links_are_followed_by_the_numbers_in_the_text(browsing: Browsing, site: TrapSite) -> None:
    view = browsing.open(site.url("/article/fresnel"))
    [link] = [link for link in view.links if f"[{link.number}]" in view.text]
    assert (link.text, link.url) == ("The Pharos of Alexandria", site.url("/article/pharos"))
    assert browsing.follow(link.number).url == link.url


def test_a_search_finds_pages_that_can_be_followed(browsing: Browsing, site: TrapSite) -> None:
    found = browsing.search("Ptolemy Winstanley")
    assert [link.number for link in found] == [1, 2]
    assert {link.url for link in found} == {
        site.url("/article/pharos"), site.url("/article/eddystone"),
    }  # fmt: skip
    assert browsing.follow(2).url == found[1].url


def test_what_the_page_does_not_have_is_refused(browsing: Browsing, site: TrapSite) -> None:
    browsing.open(site.url("/form"))
    with pytest.raises(BadRequest, match="Link 9"):
        browsing.follow(9)
    with pytest.raises(BadRequest, match="no field 'Password'"):
        browsing.fill("Password", "x")
    with pytest.raises(BadRequest, match="no button or link 'Buy'"):
        browsing.click("Buy")


def test_a_form_that_asks_by_its_address_is_reading(browsing: Browsing, site: TrapSite) -> None:
    browsing.open(site.url("/form"))
    browsing.fill("Find", "a tower")
    assert browsing.click("Look up").url == site.url("/found?q=a+tower")


def test_what_would_be_sent_is_held_back_until_it_is_submitted(
    browsing: Browsing, site: TrapSite
) -> None:
    site.sent.clear()
    view = browsing.open(site.url("/form"))
    assert view.fields == ("Find", "Your name", "Size", "Gift")
    assert view.buttons == ("Look up", "Order now", "Quietly")
    browsing.fill("Your name", "Ann")
    with pytest.raises(BadSource, match=r"POST .*/order\), which was held back"):
        browsing.click("Order now")
    assert site.sent == []
    browsing.submit("Order now")
    sent = site.sent or browsing.sent  # type: ignore[attr-defined]  # the fake's own
    assert len(sent) == 1
    assert "Ann" in str(sent[0])


def test_what_cannot_be_had_is_a_bad_source(browsing: Browsing, site: TrapSite) -> None:
    with pytest.raises(BadSource, match="asks programs not to read it"):
        browsing.open(site.url("/closed"))
    with pytest.raises(BadSource, match="answered 404") as caught:
        browsing.open(site.url("/missing"))
    assert caught.value.status == 404
    for url in (
        "file:///etc/passwd",
        "chrome://version",
        "javascript:alert(1)",
        "data:text/html,x",
    ):
        with pytest.raises(BadSource, match="only http and https"):
            browsing.open(url)


def test_hidden_text_is_not_read(browsing: Browsing, site: TrapSite) -> None:
    text = browsing.open(site.url("/instructions")).text
    assert text.count(trap_pages.INSTRUCTION) == 1
    assert "(hidden)" not in text


def test_pictures_are_png_of_the_size_asked_for(browsing: Browsing, site: TrapSite) -> None:
    browsing.open(site.url("/article/pharos"))
    whole = png.decode(browsing.screenshot())
    assert whole is not None
    assert whole.shape[1] == 1280
    for canvas in (Canvas(), Canvas(width_px=1920, height_px=1080)):
        scene = png.decode(browsing.capture(canvas, at="octagonal"))
        assert scene is not None
        assert scene.shape[:2] == (canvas.height_px, canvas.width_px)
    with pytest.raises(BadRequest, match="does not hold"):
        browsing.capture(Canvas(), at="no such words")
    assert browsing.read().url == site.url("/article/pharos")


# --- the real one -------------------------------------------------------------------------


def test_banners_about_cookies_are_refused_or_hidden_never_accepted(
    real: BrowsingResource, site: TrapSite
) -> None:
    view = real.open(site.url("/cookies"))
    assert view.title == "refused"
    view = real.open(site.url("/stubborn"))
    assert (view.title, "Cookies!" in view.text) == ("Trap", False)
    assert "A plain page" in view.text


def test_scripts_send_nothing_by_the_side_doors(real: BrowsingResource, site: TrapSite) -> None:
    real.open(site.url("/sneaky"))
    with pytest.raises(BadSource, match="held back"):
        real.click("Go on")
    real.read()
    assert not [sent for sent in site.sent if sent.path.startswith("/by/")]
    assert not [asked for asked in site.asked if asked.startswith("/by/")]
    real.submit("Go on")
    assert {"/by/fetch", "/by/beacon", "/by/worker", "/by/frame"} <= {s.path for s in site.sent}


def test_popups_stay_shut_and_their_links_open_here(real: BrowsingResource, site: TrapSite) -> None:
    real.open(site.url("/popup"))
    assert real.click("The Pharos").url == site.url("/article/pharos")
    assert "popup" not in site.secrets()


def test_downloads_are_refused_and_the_page_stays(real: BrowsingResource, site: TrapSite) -> None:
    real.open(site.url("/download"))
    with pytest.raises(BadSource, match="a file to download"):
        real.follow(1)
    assert real.read().url == site.url("/download")


def test_a_redirect_to_what_robots_close_is_left(real: BrowsingResource, site: TrapSite) -> None:
    with pytest.raises(BadSource, match="asks programs not to read it"):
        real.open(site.url("/to?/closed"))
    with pytest.raises(BadRequest, match="No page is open"):
        real.read()


def test_of_a_page_without_an_end_the_beginning_is_read(
    real: BrowsingResource, site: TrapSite
) -> None:
    text = real.open(site.url("/endless")).text
    assert text.startswith("And so on")
    assert len(text) <= 200_000


def test_a_page_that_does_not_answer_is_given_up(real: BrowsingResource, site: TrapSite) -> None:
    with pytest.raises(BadSource, match="does not answer in time"):
        real.open(site.url("/slow"))


def test_a_page_that_keeps_the_browser_busy_costs_a_window_not_the_step(
    real: BrowsingResource, site: TrapSite
) -> None:
    with pytest.raises(BadSource, match="busy for too long"):
        real.open(site.url("/busy"))
    assert "Dalén" in real.open(site.url("/article/keepers")).text


def test_a_step_has_so_many_pages_and_so_much_time(site: TrapSite) -> None:
    browsing = BrowsingResource(
        search_url=site.search_url, private_hosts=["localhost"], pages=1, work_s=0.001
    )
    try:
        browsing.open(site.url("/found"))
        with pytest.raises(BadSource, match="limit of 1 pages is reached"):
            browsing.open(site.url("/found"))
        with pytest.raises(BadSource, match="time for browsing is used up"):
            browsing.read()
    finally:
        browsing.close()


# --- steps ----------------------------------------------------------------------------------


class _Title(Artifact):
    title: str


class _Visit(StepParams):
    url: str


def _visit(params: _Visit, *, browsing: Browsing) -> _Title:
    browsing.open(params.url)
    return _Title(title=browsing.read().title)


def _step(browsing: BrowsingResource, url: str, folder: Path, *, run: str = "browsing") -> str:
    done = perform(
        StepKind.of(_visit),
        _Visit(url=url),
        {},
        {"browsing": browsing},
        place=StepPlace(run_id=run, step_id="s", step_key="s", kind="visit"),
        store=FakeStore(folder),
        recorder=FakeRecorder(),
    )
    assert isinstance(done.output, _Title)
    return done.output.title


def test_steps_browse_side_by_side_and_leave_nothing_behind(site: TrapSite, tmp_path: Path) -> None:
    started, browsing = Started(), chromium_on(site)
    paths = ["/article/pharos", "/article/fresnel"]
    with ThreadPoolExecutor(2) as pool:
        titles = list(pool.map(lambda path: _step(browsing, site.url(path), tmp_path), paths))
    assert [title.split(" – ")[0] for title in titles] == [*map(lighthouses.title, paths)]
    assert started.running() == []


@pytest.mark.alone
def test_a_stop_ends_the_browser_within_three_seconds(site: TrapSite, tmp_path: Path) -> None:
    started, stop = Started(), token_of("stopped browsing")
    browsing = chromium_on(site).model_copy(update={"page_s": 60.0}).stopped_by(stop)
    stopped_s = list[float]()

    def request() -> None:
        while not any("/slow" in asked for asked in site.asked):
            time.sleep(0.02)
        stopped_s.append(time.monotonic())
        stop.request()

    site.asked.clear()
    Timer(0, request).start()
    with pytest.raises(Cancelled):
        _step(browsing, site.url("/slow"), tmp_path, run="stopped browsing")
    assert time.monotonic() - stopped_s[0] < 3
    assert started.running() == []
