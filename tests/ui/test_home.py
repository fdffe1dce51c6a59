"""The studio's first page, run without a browser."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from ui.shop import leave
from vid_pipeline.acts import making, publishing
from vid_pipeline.artifacts import Brief
from vid_pipeline.records import Production
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions, server
from vid_pipeline.store.database import Database, opened

_APP = Path(__file__).parents[2] / "ui" / "server" / "script.py"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An installation in which nobody else makes videos."""
    folder = tmp_path_factory.mktemp("studio")
    yield Settings(home=folder, idle_s=1)
    server.remove(folder)


@pytest.fixture(scope="module")
def database(settings: Settings) -> Iterator[Database]:
    with opened(settings) as db:
        yield db


@pytest.fixture
def page(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AppTest]:
    """The page on that installation; no Dagster server answers."""
    publishing.first_start(database)
    monkeypatch.setenv("VIDP_HOME", str(settings.home))
    monkeypatch.setenv("VIDP_IDLE_S", str(settings.idle_s))
    monkeypatch.setenv("VIDP_DAGSTER_PORT", "1")
    leave()
    yield AppTest.from_file(str(_APP), default_timeout=60)
    leave()


@pytest.fixture
def production(database: Database) -> Production:
    brief = Brief(name="Tides", url="https://example.org/tides")
    return making.begin(database, database.local_user, brief, workflow="article-to-short")


def test_workflows_are_listed_and_nothing_fails(page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert any("Article to short" in words.value for words in page.markdown)
    assert page.selectbox[0].value == "article-to-short"


def test_an_order_without_a_source_says_what_to_do(page: AppTest) -> None:
    page.run()
    _button(page, "Make video").click().run()
    assert [error.value for error in page.error] == [
        "'New video': nothing was given. Paste a text, or choose a file or page."
    ]


def test_a_page_that_is_no_address_is_refused(page: AppTest) -> None:
    page.run()
    page.radio[0].set_value("Web page").run()
    page.text_input[0].set_value("example dot org").run()
    _button(page, "Make video").click().run()
    assert "https://" in page.error[0].value


def test_a_failed_video_says_why_and_can_be_tried_again(
    page: AppTest, database: Database, production: Production
) -> None:
    with database.acting(production.owner_id) as conn:
        productions.running(conn, production.id)
        productions.failed(conn, production.id, error="No voice speaks Elvish.", step="narration")
    page.query_params["production"] = str(production.id)
    page.run()
    assert "No voice speaks Elvish." in page.error[0].value
    assert _button(page, "Try again")


def test_a_video_at_work_shows_its_steps(page: AppTest, production: Production) -> None:
    page.query_params["production"] = str(production.id)
    page.run()
    assert any("Write script" in words.value for words in page.markdown)
    assert _button(page, "Stop")


def test_a_finished_video_is_shown_with_its_facts(
    page: AppTest, database: Database, production: Production, tmp_path: Path
) -> None:
    (tmp_path / "video.mp4").write_bytes(b"film")
    (tmp_path / "manifest.json").write_text(json.dumps(_MANIFEST), encoding="utf-8")
    with database.acting(production.owner_id) as conn:
        productions.running(conn, production.id)
        productions.done(conn, production.id, folder=str(tmp_path))
    page.query_params["production"] = str(production.id)
    page.run()
    assert not page.exception
    assert "Why tides turn" in [heading.value for heading in page.subheader]
    assert any("2 scenes: title, closing" in words.value for words in page.markdown)


def test_a_video_that_is_gone_is_said_and_not_an_error(page: AppTest) -> None:
    page.query_params["production"] = "00000000"
    page.run()
    assert page.warning[0].value == "That video is not here any more."


def _button(page: AppTest, label: str) -> Button:
    return next(button for button in page.button if button.label == label)


_MANIFEST = {
    "title": "Why tides turn",
    "language": "en",
    "author": "extractive draft",
    "duration_s": 15.0,
    "width_px": 1080,
    "height_px": 1920,
    "voice": "en",
    "source": {"name": "tides.md"},
    "scenes": [{"layout": "title"}, {"layout": "closing"}],
    "checks_passed": True,
    "checks": [],
}
