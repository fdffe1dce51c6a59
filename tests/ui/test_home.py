"""The studio's first page, run without a browser."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from assets.catalog import CATALOG
from vid_pipeline.acts import cataloguing, making, ordering
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief
from vid_pipeline.errors import BadSource
from vid_pipeline.records import Production
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions, workflows
from vid_pipeline.store.database import Database


@pytest.fixture
def production(database: Database) -> Production:
    brief = Brief(name="Tides", url="https://example.org/tides")
    return making.begin(database, database.local_user, brief, workflow="article-to-short")


def test_a_first_visit_teaches_and_an_example_is_one_click_away(page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert any("Your videos will be here" in words.value for words in page.markdown)
    _button(page, "Put an example in").click().run()
    assert "container" in str(page.text_area[0].value)
    assert any("This is an article of" in words.value for words in page.markdown)


def test_an_order_without_a_source_says_what_to_do(page: AppTest) -> None:
    page.run()
    _button(page, "Make video").click().run()
    assert "Paste a link, an article or an idea" in page.error[0].value


def test_the_address_chooses_the_workflow(page: AppTest) -> None:
    page.query_params["workflow"] = "researched-short"
    page.run()
    page.text_area[0].set_value("Why tides turn").run()
    assert any("needs a key for a model" in words.value for words in page.markdown)
    _button(page, "Make video").click().run()
    assert "add a key in Settings" in page.error[0].value


def test_an_idea_for_a_workflow_of_articles_names_the_one_that_takes_it(page: AppTest) -> None:
    page.run()
    page.text_area[0].set_value("Why tides turn").run()
    assert any("Choose “Researched short”" in words.value for words in page.markdown)


def test_a_failed_video_says_why_and_is_tried_again_or_dismissed(
    page: AppTest, database: Database, production: Production
) -> None:
    with database.acting(production.owner_id) as conn:
        productions.running(conn, production.id)
        productions.failed(conn, production.id, error="No voice speaks Elvish.", step="narration")
    page.run()
    assert any("No voice speaks Elvish" in words.value for words in page.markdown)
    assert _button(page, "Try again")
    _button(page, "Dismiss").click().run()
    assert not any("No voice speaks Elvish" in words.value for words in page.markdown)
    with database.acting(production.owner_id) as conn:
        assert productions.get(conn, production.id).error == "No voice speaks Elvish."


@pytest.mark.usefixtures("failing_dagster")
def test_what_cannot_be_started_at_once_is_ordered_all_the_same(
    page: AppTest, settings: Settings, database: Database
) -> None:
    page.run()
    page.text_area[0].set_value(_ARTICLE).run()
    _button(page, "Make video").click().run()
    assert not page.exception
    assert not page.error
    with database.acting(database.local_user) as conn:
        ordered = productions.recent(conn, 1)[0]
    assert ordered.state == "queued", "a sweep starts it"
    assert page.query_params["production"] == str(ordered.id), "its own page says how it stands"
    making.cancel(Workshop.of(settings, database, CATALOG), ordered.owner_id, ordered.id)


@pytest.mark.usefixtures("failing_dagster")
def test_a_retry_that_cannot_be_started_at_once_is_on_its_way(
    page: AppTest, settings: Settings, database: Database, production: Production
) -> None:
    with database.acting(production.owner_id) as conn:
        productions.running(conn, production.id)
        productions.failed(conn, production.id, error="No voice speaks Elvish.", step="narration")
    page.run()
    page.button(key=f"home:again:{production.id}").click().run()
    assert not page.error
    with database.acting(production.owner_id) as conn:
        assert productions.get(conn, production.id).state == "queued"
    making.cancel(Workshop.of(settings, database, CATALOG), production.owner_id, production.id)


def test_what_is_at_work_shows_how_far_it_is(page: AppTest, production: Production) -> None:
    page.run()
    assert not page.exception
    assert any(heading.value == "Being made" for heading in page.subheader)
    _button(page, "Stop").click().run()
    assert not any(heading.value == "Being made" for heading in page.subheader)


def test_a_finished_video_is_among_the_latest(
    page: AppTest, database: Database, production: Production, tmp_path: Path
) -> None:
    told = {"title": "Why tides turn", "duration_s": 15.0, "files": [_PICTURE]}
    (tmp_path / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    with database.acting(production.owner_id) as conn:
        productions.running(conn, production.id)
        productions.done(conn, production.id, folder=str(tmp_path))
    page.run()
    assert not page.exception
    tile = next(html for html in page.get("html") if "Why tides turn" in html.proto.body)
    assert "/files/" + "a" * 64 in tile.proto.body


def test_without_a_workflow_the_page_leads_to_them(page: AppTest, database: Database) -> None:
    with database.acting(database.local_user) as conn:
        slugs = [one.slug for one in workflows.latest_of_all(conn)]
    for slug in slugs:
        cataloguing.archive(database, database.local_user, slug)
    page.run()
    for slug in slugs:
        cataloguing.archive(database, database.local_user, slug, away=False)
    assert not page.exception
    assert any("No workflow to make a video with" in words.value for words in page.markdown)
    assert "Make video" not in [button.label for button in page.button]
    assert _button(page.run(), "Make video")


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("  ", "nothing"),
        ("https://example.org/a?b=c", "link"),
        ("example.org/why-tides-turn", "link"),
        ("Why tides turn", "idea"),
        ("tides", "idea"),
        ("word " * 40, "article"),
    ],
)
def test_a_text_is_recognised(text: str, given: str) -> None:
    assert ordering.recognised(text) == given


def test_an_idea_with_addresses_needs_no_model(settings: Settings, database: Database) -> None:
    shop = Workshop.of(settings, database, CATALOG)
    with database.acting(database.local_user) as conn:
        article = workflows.get(conn, "article-to-short")
        researched = workflows.get(conn, "researched-short")
    assert not ordering.takes_ideas(article, CATALOG)
    assert ordering.takes_ideas(researched, CATALOG)
    idea = ordering.Order("Why tides turn")
    with pytest.raises(BadSource, match="key for a model"):
        ordering.source_of(shop, database.local_user, idea, researched)
    told = ordering.Order("Why tides turn https://example.org/moon")
    found = ordering.source_of(shop, database.local_user, told, researched)
    assert not isinstance(found, str)


_ARTICLE = "The moon pulls at the sea, and the sea follows it around the world. " * 6


def _button(page: AppTest, label: str) -> Button:
    return next(button for button in page.button if button.label == label)


_PICTURE = {
    "name": "thumbnail.jpg",
    "mime": "image/jpeg",
    "size_bytes": 12,
    "sha256": "a" * 64,
}
