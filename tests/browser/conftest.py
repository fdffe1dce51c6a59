"""The studio in a real browser: one server and one Chromium a module, a new page a test."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from assets.catalog import CATALOG
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.media import chromium
from vid_pipeline.settings import Settings, child_environment
from vid_pipeline.store import server
from vid_pipeline.store.database import opened

_START_S = 90.0
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"]
SIZES = {"wide": (1440, 900), "narrow": (390, 844)}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--tour", action="store_true", help="Take the pictures of docs/tour.")


@dataclass(frozen=True)
class Served:
    """A running studio, and its installation to prepare things in."""

    url: str
    shop: Workshop

    @property
    def user(self) -> UUID:
        """Whom the browser acts as."""
        return self.shop.db.local_user


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A studio that no Dagster server stands behind, on an installation of its own."""
    home = tmp_path_factory.mktemp("browser")
    settings = Settings(home=home, idle_s=2, studio_port=_free_port(), dagster_port=1)
    with opened(settings) as db:
        url = f"http://127.0.0.1:{settings.studio_port}"
        process = _start(settings)
        try:
            _await(url, process)
            yield Served(url, Workshop.of(settings, db, CATALOG))
        finally:
            process.terminate()
            process.wait(timeout=30)
    server.remove(home)


def _start(settings: Settings) -> "subprocess.Popen[bytes]":
    told = {
        "VIDP_HOME": str(settings.home),
        "VIDP_IDLE_S": str(settings.idle_s),
        "VIDP_STUDIO_PORT": str(settings.studio_port),
        "VIDP_DAGSTER_PORT": str(settings.dagster_port),
    }
    command = [sys.executable, "-m", "ui.server"]
    with (settings.home / "studio.log").open("wb") as log:
        return subprocess.Popen(
            command, cwd=PROJECT, env=child_environment(told), stdout=log, stderr=log
        )


def _await(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "the studio ended; its log is beside its home"
        try:
            if httpx.get(f"{url}/readyz", trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"the studio did not answer within {_START_S:.0f} s")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    expect.set_options(timeout=30_000)  # a busy machine is no fault of a page
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium.find()), args=_FLAGS, chromium_sandbox=False
        )
        yield browser
        browser.close()


@contextmanager
def visiting(chrome: Browser, studio: Served) -> Iterator[BrowserContext]:
    """A browser without a past, that may ask nobody but the studio."""
    width, height = SIZES["wide"]
    opened = chrome.new_context(
        base_url=studio.url, viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    strangers: list[str] = []
    host = urlsplit(studio.url).netloc
    opened.on(
        "request",
        lambda asked: strangers.append(asked.url) if _outside(asked.url, host) else None,
    )
    yield opened
    opened.close()
    assert not strangers, "the page asks others than the studio"


@pytest.fixture
def context(chrome: Browser, studio: Served) -> Iterator[BrowserContext]:
    """A browser of this test alone."""
    with visiting(chrome, studio) as opened:
        yield opened


def _outside(url: str, host: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != host


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of the studio; `page.goto("/inbox")`."""
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    return opened


def shot(page: Page, name: str, folder: Path) -> Path:
    """A picture of the whole page, to be looked at."""
    target = folder / f"{name}.png"
    page.screenshot(path=target, full_page=True)
    return target
