"""The studio in a real browser: one server and one Chromium for all tests, a new user for each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    WebSocket,
    expect,
    sync_playwright,
)

from tests import served
from tests.browser.accessibility import faults
from tests.served import Person, Served
from ui.identity import COOKIE
from vid_pipeline.asking import Role
from vid_pipeline.media import chromium

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"]
expect.set_options(timeout=30_000)  # seconds say how busy a machine is
SIZES = {"wide": (1440, 900), "narrow": (390, 844)}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--tour", action="store_true", help="Take the pictures of docs/tour.")


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The one studio of all tests, where everybody must sign in and may sign up."""
    with served.studio(tmp_path_factory.mktemp("browser"), VIDP_SIGN_UP="open") as running:
        yield running


@pytest.fixture
def role() -> Role:
    """Of the test's user; `@pytest.mark.parametrize("role", ["reviewer"])` for another one."""
    return "administrator"


@pytest.fixture
def person(house: Served, role: Role) -> Person:
    """The test's user, who has nothing but the workflows that everybody starts with."""
    return house.person(role)


@pytest.fixture
def studio(house: Served, person: Person) -> Served:
    """The studio; `studio.user` is whom the browser acts as, a new user in each test."""
    return replace(house, user=person.id)


@pytest.fixture(scope="package")  # while it is open its thread can run no other event loop
def chrome() -> Iterator[Browser]:
    expect.set_options(timeout=30_000)  # a busy machine is no fault of a page
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium.find()), args=_FLAGS, chromium_sandbox=False
        )
        yield browser
        browser.close()


@pytest.fixture
def context(chrome: Browser, studio: Served, person: Person) -> Iterator[BrowserContext]:
    """A browser in which the test's user is signed in, that may ask nobody but the studio."""
    with browsing(chrome, studio, person) as opened:
        yield opened


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of the studio; `page.goto("/inbox")`."""
    return _paged(context)


@pytest.fixture
def visitor(chrome: Browser, house: Served) -> Iterator[Page]:
    """A page in a browser where nobody is signed in."""
    with browsing(chrome, house, None) as opened:
        yield _paged(opened)


@pytest.fixture
def another(chrome: Browser, house: Served) -> Iterator[Page]:
    """A page in the browser of a second user, a creator."""
    with browsing(chrome, house, house.person()) as opened:
        yield _paged(opened)


@contextmanager
def browsing(chrome: Browser, studio: Served, person: Person | None) -> Iterator[BrowserContext]:
    """A browser without a past, that may ask nobody but the studio; signed in as a person."""
    width, height = SIZES["wide"]
    opened = chrome.new_context(
        base_url=studio.url, viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    if person is not None:
        opened.add_cookies([
            {"name": COOKIE, "value": person.token, "url": studio.url, "httpOnly": True}
        ])  # fmt: skip
    strangers: list[str] = []
    host = urlsplit(studio.url).netloc
    opened.on(
        "request",
        lambda asked: strangers.append(asked.url) if _outside(asked.url, host) else None,
    )
    yield opened
    opened.close()
    assert not strangers, "the page asks others than the studio"


def _outside(url: str, host: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != host


def _paged(context: BrowserContext) -> Page:
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    return opened


def frames_of(page: Page) -> list[str]:
    """What goes over the page's socket from now on, as it goes: none, if nothing is drawn anew."""
    frames = list[str]()

    def count(socket: WebSocket) -> None:
        socket.on("framereceived", lambda _: frames.append("received"))
        socket.on("framesent", lambda _: frames.append("sent"))

    page.on("websocket", count)
    return frames


def shot(page: Page, name: str, folder: Path) -> Path:
    """A picture of the whole page, to be looked at."""
    target = folder / f"{name}.png"
    page.screenshot(path=target, full_page=True)
    return target


def all_sizes(page: Page, folder: Path, name: str, *, accessible: bool = False) -> None:
    """Pictures in light and dark, wide and narrow; nothing is wider than the window.

    If it is to be `accessible`, the narrow page has no fault that axe-core finds in either.
    """
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(300)
            shot(page, f"{name}-{scheme}-{size}", folder)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} px wide at {width} px"
        assert not accessible or not faults(page)
    width, height = SIZES["wide"]
    page.set_viewport_size({"width": width, "height": height})
