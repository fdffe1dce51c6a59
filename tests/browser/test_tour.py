"""Every page of a studio that is in use: both themes, wide and narrow, for everybody.

`pytest tests/browser/test_tour.py --tour` takes the pictures of docs/tour anew.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Literal

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.accessibility import faults
from tests.browser.conftest import SIZES, browsing
from tests.browser.sample import Sample, furnish
from tests.served import Person, Served
from ui import menu
from vid_pipeline.dagster_env import PROJECT

PAGES = [
    name
    for name, page in vars(menu).items()
    if isinstance(page, ModuleType) and page.__name__ == f"ui.pages.{name}"
]
"""By their addresses; a new page of the menu is looked at without a word here."""
LOOKS: tuple[tuple[str, Literal["light", "dark"]], ...] = (
    ("wide", "light"),
    ("wide", "dark"),
    ("narrow", "dark"),
    ("narrow", "light"),
)
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36"
_TOUR = PROJECT / "docs" / "tour"
_TALLEST_PX = 2_000
_MOST_BYTES = 80_000
_SETTLED = """(theme) => {
    const app = document.querySelector("[data-testid=stApp]");
    return app?.dataset.testScriptState === "notRunning"
        && getComputedStyle(app).colorScheme === theme
        && !document.getAnimations().some(
            (one) => one instanceof CSSTransition && one.playState === "running")
        && !document.querySelector("[data-testid=stSkeleton], [data-testid=stAppSkeleton]")
        && document.fonts.status === "loaded";
}"""
_OURS = """() => [...document.fonts].some(
    (one) => one.family === "Inter" && one.status === "loaded")"""
_TOO_WIDE = """() => {
    const main = document.querySelector("[data-testid=stMain]");
    const wide = [...main.querySelectorAll("*")].filter((one) => {
        const box = one.getBoundingClientRect();
        if (!box.width || box.right <= window.innerWidth + 1) return false;
        for (let up = one.parentElement; up && up !== main; up = up.parentElement)
            if (getComputedStyle(up).overflowX !== "visible") return false;
        return true;
    });
    return wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 200));
}"""


@pytest.fixture(scope="module")
def creator(house: Served) -> Person:
    """Whose studio it is: an administrator, who sees every page."""
    return house.person("administrator", email="ada@studio.test", user_agent=_BROWSER)


@pytest.fixture(scope="module")
def sample(house: Served, creator: Person, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return furnish(house.shop, creator.id, tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def walker(chrome: Browser, house: Served, creator: Person, sample: Sample) -> Iterator[Page]:
    """Somebody who walks through the whole studio; nobody else is ever asked for anything."""
    with browsing(chrome, house, creator) as context:
        page = context.new_page()
        page.set_default_timeout(30_000)
        yield page


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(
    walker: Page, sample: Sample, name: str, request: pytest.FixtureRequest
) -> None:
    walker.set_viewport_size(_size("wide"))
    walker.emulate_media(color_scheme="light")
    address = "" if name == "home" else name
    walker.goto(f"/{address}?{sample.queries.get(name, '')}")
    expect(walker.locator("h1").first).to_be_visible()
    found: dict[str, list[str]] = {}
    size = "wide"
    for width, theme in LOOKS:
        walker.set_viewport_size(_size(width))
        walker.emulate_media(color_scheme=theme)
        if width != size:  # as somebody sees it who comes with a phone
            walker.reload()
            expect(walker.locator("h1").first).to_be_visible()
            size = width
        walker.wait_for_function(_SETTLED, arg=theme)
        assert walker.locator("[data-testid=stException]").count() == 0
        # contrast, names and roles are the same on a phone, where it is the width that differs
        heard = faults(walker) if width == "wide" else []
        found[f"{width}, {theme}"] = heard + walker.evaluate(_TOO_WIDE)
        if request.config.getoption("--tour"):
            _picture(walker, f"{name}-{theme}-{SIZES[width][0]}")
    bad = [f"{where}: {what}" for where, several in found.items() for what in several]
    assert not bad, "\n".join(bad)


@pytest.mark.browser
def test_the_menu_is_whole_on_a_desk_and_opens_on_a_phone(walker: Page) -> None:
    walker.set_viewport_size(_size("wide"))
    walker.goto("/")
    bar = walker.get_by_role("navigation", name="App pages")
    for name in ("Home", "History"):
        expect(bar.get_by_role("link", name=name)).to_be_in_viewport(ratio=1)
    for name in ("Automate", "Channel", "Settings"):
        expect(bar.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    bar.get_by_role("button", name="Automate").click()
    walker.get_by_text("Calendar", exact=True).click()
    expect(walker.get_by_role("heading", name="Calendar")).to_be_visible()
    walker.set_viewport_size(_size("narrow"))
    walker.goto("/")
    walker.get_by_test_id("stExpandSidebarButton").click()
    link = walker.get_by_test_id("stSidebar").get_by_role("link", name="Budgets")
    link.click()
    expect(walker.get_by_role("heading", name="Budgets", exact=True)).to_be_visible()


@pytest.mark.browser
def test_words_are_set_in_the_font_that_is_shipped(walker: Page) -> None:
    walker.goto("/keys")
    expect(walker.locator("h1").first).to_be_visible()
    walker.wait_for_function(_OURS)


def _size(name: str) -> ViewportSize:
    width, height = SIZES[name]
    return ViewportSize(width=width, height=height)


def _picture(page: Page, name: str) -> None:
    """The whole page in as few colours as make a small file."""
    size = page.viewport_size
    assert size is not None
    tall = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
    height = min(max(size["height"], tall), _TALLEST_PX)
    page.set_viewport_size(ViewportSize(width=size["width"], height=height))
    page.wait_for_timeout(1_500)  # what the page fetches by itself is there
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for colours in (256, 128, 64, 32):
        small = io.BytesIO()
        shot.quantize(colours).save(small, "PNG", optimize=True)
        if small.tell() <= _MOST_BYTES:
            break
    _TOUR.mkdir(parents=True, exist_ok=True)
    Path(_TOUR, f"{name}.png").write_bytes(small.getvalue())
