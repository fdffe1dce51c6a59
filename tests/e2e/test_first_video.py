"""A new user's first video: from an empty installation, in a real browser, with no terminal.

There is no network and no npm meanwhile, and nobody outside is asked for anything.
"""

import json
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests import cut_off
from tests.e2e import whole
from tests.e2e.conftest import ARTICLE
from vid_pipeline.media import chromium

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.media]

_EMAIL, _PASSWORD = "ada@studio.test", "three loaves of bread"
_QUESTION = "Is this how bread rises?"
_EDITED = "Bread rises thanks to cheerful yeast."
_KEPT = "the deepest taste of all."
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
_PATIENCE_MS = 60_000
_MAKING_MS = 180_000
_PLAYS = """() => {
    const film = [...document.querySelectorAll("*")].flatMap(
        (one) => [...(one.shadowRoot ?? one).querySelectorAll("video")])[0];
    return film && film.currentTime > 0.2;
}"""


class Journey:
    """A page, and how long each step on the way took; a picture of where each step ended."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.steps: list[tuple[str, float]] = []
        self._folder = folder

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began_s = time.perf_counter()
        yield
        self.steps.append((name, time.perf_counter() - began_s))
        self.page.wait_for_timeout(400)
        place = self._folder / f"{len(self.steps):02}-{name.replace(' ', '-')}.png"
        self.page.screenshot(path=place)

    def told(self) -> str:
        """The table, which is kept beside the pictures too."""
        whole_s = sum(seconds for _, seconds in self.steps)
        rows = [*self.steps, ("all of it", whole_s)]
        kept = {name: round(seconds, 2) for name, seconds in rows}
        place = self._folder / "journey.json"
        place.write_text(json.dumps(kept, indent=2), encoding="utf-8")
        lines = [f"| {name} | {seconds:.1f} s |" for name, seconds in rows]
        return "\n".join(["| step | time |", "| --- | ---: |", *lines])


@pytest.fixture
def alone() -> Iterator[None]:
    """No network but loopback. Who may not take it away is told so, and goes with it."""
    with ExitStack() as stack:
        try:
            caught = stack.enter_context(cut_off.network())
        except OSError as error:
            print(f"the network stays: {error}")  # noqa: T201
            yield
            return
        yield
    assert not caught, "somebody outside was asked for something"


@pytest.fixture
def journey(tmp_path: Path, alone: None) -> Iterator[Journey]:
    expect.set_options(timeout=_PATIENCE_MS)
    path = cut_off.path_without_javascript(tmp_path / "bin")
    with (
        whole.installation(tmp_path / "home", PATH=path) as running,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=str(chromium.find()), args=_FLAGS, chromium_sandbox=False
        )
        context = browser.new_context(
            base_url=running.url, viewport={"width": 1440, "height": 900}, color_scheme="light"
        )
        page = context.new_page()
        page.set_default_timeout(_PATIENCE_MS)
        yield Journey(page, tmp_path)
        browser.close()


@pytest.mark.timeout(600)
def test_a_new_user_comes_to_a_video_without_a_terminal(journey: Journey) -> None:
    _account(journey)
    _workflow(journey)
    _order(journey)
    _decide(journey)
    _watch(journey)
    print(f"\n{journey.told()}")  # noqa: T201


def _account(journey: Journey) -> None:
    page = journey.page
    with journey.step("open the studio"):
        page.goto("/")
        expect(_button(page, "Make video")).to_be_visible()
    with journey.step("ask for an account"):
        _button(page, "Make the administrator’s account").click()
        expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    with journey.step("sign up"):
        page.get_by_label("Your name").fill("Ada")
        _sign(page, "Make the administrator’s account")
    with journey.step("sign out"):
        page.get_by_text("Settings", exact=True).click()
        page.get_by_text("Profile", exact=True).click()
        _button(page, "Sign out").first.click()
        expect(page.get_by_text("You are signed out.")).to_be_visible()
    with journey.step("sign in"):
        _sign(page, "Sign in")


def _sign(page: Page, button: str) -> None:
    page.get_by_label("E-mail address").fill(_EMAIL)
    page.get_by_label("Password").fill(_PASSWORD)
    _button(page, button).click()
    expect(_button(page, "Make video")).to_be_visible()


def _workflow(journey: Journey) -> None:
    page = journey.page
    with journey.step("open the templates"):
        page.get_by_role("link", name="Workflows", exact=True).first.click()
        _button(page, "New workflow").click()
        expect(_button(page, "Use this template").first).to_be_visible()
    with journey.step("use a template"):
        cards = page.locator("[data-testid=stVerticalBlock]").filter(has_text="Reviewed short")
        _button(cards.last, "Use this template").click()
        page.locator(".editor[data-ready=true]").wait_for()
    with journey.step("change a setting"):
        _button(page, "See all").click()
        gate = page.locator(".step[data-step=script_gate]")
        gate.locator("header").click()
        field = page.get_by_role("textbox", name="What people are asked to do")
        field.fill(_QUESTION)
        field.press("Enter")
        expect(gate.locator(".summary")).to_have_text(_QUESTION)
    with journey.step("publish"):
        _button(page, "Publish").click()
        _button(page, "Publish this").click()
        expect(page.get_by_text("Published as version 1")).to_be_visible()
        expect(_button(page, "Publish this")).to_have_count(0)


def _order(journey: Journey) -> None:
    page = journey.page
    with journey.step("go on to the order"):
        _button(page, "Make a video").click()
        chosen = page.get_by_role("radio", name="Reviewed short 2")
        expect(chosen).to_be_checked()
    with journey.step("order a video"):
        page.get_by_label("What shall it be about?").fill(ARTICLE)
        _button(page, "Options").click()
        length = page.get_by_label("Length in seconds")
        length.fill("15")
        length.press("Enter")
        page.keyboard.press("Escape")
        _button(page, "Make video").click()
        expect(page).to_have_url(re.compile(r"/run\?production="))
    with journey.step("watch it at work"):
        expect(page.locator(".header")).to_contain_text("Waits for you", timeout=_MAKING_MS)


def _decide(journey: Journey) -> None:
    page = journey.page
    with journey.step("find the request in the inbox"):
        page.get_by_role("link", name=re.compile("^Inbox")).first.click()
        expect(page.get_by_role("heading", name=_QUESTION)).to_be_visible()
    with journey.step("edit the script in place"):
        _button(page, "Edit").click()
        field = page.get_by_role("textbox", name="Text").first
        field.fill(_EDITED)
        field.press("Tab")
        expect(page.get_by_role("listitem").filter(has_text=_EDITED)).to_be_visible()
    with journey.step("approve with the edit"):
        _button(page, "Approve with these edits").click()
        expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    with journey.step("the scenes come by themselves"):
        expect(page.get_by_role("heading", name="Approve the scenes")).to_be_visible(
            timeout=_MAKING_MS
        )
    with journey.step("approve the scenes"):
        page.get_by_role("button", name=re.compile(r"^Approve all")).click()
        expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    with journey.step("see the video being made"):
        page.get_by_role("link", name="Watch “Why bread rises” being made").click()
        expect(_button(page, "Decide now")).to_be_visible(timeout=_MAKING_MS)
    with journey.step("watch it and approve"):
        _button(page, "Decide now").click()
        expect(page.locator("video")).to_be_visible()
        _button(page, "Approve").click()
        expect(page.get_by_text("Nothing waits for you")).to_be_visible()


def _watch(journey: Journey) -> None:
    page = journey.page
    with journey.step("the finished video plays"):
        page.get_by_role("link", name="Home", exact=True).first.click()
        page.get_by_role("link", name="Why bread rises").click()
        film = page.locator("video")
        expect(film).to_be_visible(timeout=_MAKING_MS)
        film.evaluate("film => { film.muted = true; return film.play(); }")
        page.wait_for_function(_PLAYS)
    assert film.evaluate("film => film.duration") > 10
    captions = page.get_by_role("link", name="Captions (SRT)").get_attribute("href")
    said = " ".join(re.findall(r"^[A-Za-z].*", page.request.get(captions or "").text(), re.M))
    assert said.startswith(_EDITED)
    assert said.endswith(_KEPT), "what nobody has edited stays"


def _button(within: Page | Locator, name: str) -> Locator:
    return within.get_by_role("button", name=name, exact=True)
