"""Pages without a browser: the studio's script on an installation of its own."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ui.shop import leave
from vid_pipeline.acts import publishing
from vid_pipeline.dagster_env import LOCATION
from vid_pipeline.settings import Settings
from vid_pipeline.store import server
from vid_pipeline.store.database import Database, opened

SCRIPT = Path(__file__).parents[2] / "ui" / "server" / "script.py"


@pytest.fixture(autouse=True)
def main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is run stands in for `__main__`, no longer than its test."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of an installation in which nobody else makes videos."""
    folder = tmp_path_factory.mktemp("studio")
    yield folder
    server.remove(folder)


@pytest.fixture(scope="module")
def settings(home: Path) -> Settings:
    return Settings(home=home, idle_s=1)


@pytest.fixture(scope="module")
def database(settings: Settings) -> Iterator[Database]:
    with opened(settings) as db:
        yield db


@pytest.fixture
def page(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AppTest]:
    """The studio on that installation, as its local user; no Dagster server answers.

    `page.run()` draws the first page; `page.switch_page` needs files, so go to another one by
    `page.query_params` and its links, or call its `render` by `AppTest.from_function`.
    """
    publishing.first_start(database)
    monkeypatch.setenv("VIDP_HOME", str(settings.home))
    monkeypatch.setenv("VIDP_IDLE_S", str(settings.idle_s))
    monkeypatch.setenv("VIDP_DAGSTER_PORT", "1")
    leave()
    yield AppTest.from_file(str(SCRIPT), default_timeout=60)
    leave()


@pytest.fixture
def drawn(page: AppTest) -> Callable[[str], AppTest]:
    """One page alone, by its address, behind the studio's menu; `page` has prepared the rest."""
    _ = page
    return lambda name: AppTest.from_function(_alone, kwargs={"name": name}, default_timeout=60)


def _alone(name: str) -> None:
    import streamlit as st  # noqa: PLC0415  AppTest runs this function's source by itself

    from ui import look, menu, navigation  # noqa: PLC0415

    pages = menu.pages("administrator")
    navigation.remember(pages)
    st.navigation(pages)
    look.flashes()
    getattr(menu, name).render()


@pytest.fixture
def failing_dagster(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Behind the pages a Dagster server that has our code loaded, and can start nothing."""
    _ = page
    with ThreadingHTTPServer(("127.0.0.1", 0), _Failing) as failing:
        monkeypatch.setenv("VIDP_DAGSTER_PORT", str(failing.server_port))
        threading.Thread(target=failing.serve_forever, daemon=True).start()
        yield
        failing.shutdown()


class _Failing(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        loaded = {"locationEntries": [{"name": LOCATION, "loadStatus": "LOADED"}]}
        healthy = {"data": {"workspaceOrError": loaded}}
        told = healthy if "workspaceOrError" in asked else {"errors": [{"message": "reloading"}]}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
