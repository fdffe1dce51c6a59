"""The pages about workflows: cards, templates, versions side by side."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue
from streamlit.testing.v1 import AppTest

from assets.catalog import CATALOG
from tests.store.test_tables import BRIEF
from ui.graph_picture import picture
from ui.pages import templates, versions, workflow_cards
from ui.shop import leave
from vid_pipeline.acts import cataloguing, drafting, publishing
from vid_pipeline.acts.drafting_diff import difference
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.records import Draft
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions, workflows
from vid_pipeline.store.database import Database

_SCRIPT = Path(__file__).with_name("workflow_pages.py")
Open = Callable[..., AppTest]


@pytest.fixture
def open_page(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Open]:
    publishing.first_start(database)
    monkeypatch.setenv("VIDP_HOME", str(settings.home))
    monkeypatch.setenv("VIDP_IDLE_S", str(settings.idle_s))
    leave()

    def opened(page: str = "workflows", **query: str) -> AppTest:
        app = AppTest.from_file(str(_SCRIPT), default_timeout=60)
        app.session_state["page"] = page
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    yield opened
    leave()


@pytest.fixture
def shop(settings: Settings, database: Database) -> Workshop:
    return Workshop.of(settings, database, CATALOG)


def led(page: AppTest) -> dict[str, Any]:
    """Where the page led, by its query."""
    assert not page.exception
    assert page.title[0].value == "Elsewhere"
    found: dict[str, Any] = json.loads(page.json[0].value)
    return found


def changed(shop: Workshop, slug: str, **body: JsonValue) -> Draft:
    draft = drafting.open_for(shop.db, shop.db.local_user, slug)
    whole = {**draft.document, **body}
    return drafting.save(shop.db, shop.db.local_user, draft.id, whole, draft.revision)


def test_every_template_can_run_and_says_what_it_needs() -> None:
    found = {one.slug: cataloguing.needs(one, CATALOG) for one in cataloguing.templates()}
    assert list(found) == [
        "article-to-short", "reviewed-short", "researched-short", "product-update",
    ]  # fmt: skip
    assert [one.decisions for one in found.values()] == [0, 3, 1, 0]
    assert [one.web for one in found.values()] == [False, False, True, False]
    assert all(one.model == "may" for one in found.values())
    assert "Asks you 3 times" in " ".join(templates.badges(found["reviewed-short"]))


def test_a_template_becomes_a_draft_in_the_editor(open_page: Open, shop: Workshop) -> None:
    page = open_page(view="new")
    page.button(key="workflows:use:product-update:0").click().run()
    draft = drafting.get(shop.db, shop.db.local_user, led(page)["draft"])
    assert (draft.title, draft.slug) == (
        "Product update from a changelog",
        "product-update-from-a-changelog",
    )
    assert drafting.faults(shop, shop.db.local_user, draft.document) == {}
    page = open_page(view="new")
    page.button(key="workflows:blank:0").click().run()
    assert drafting.get(shop.db, shop.db.local_user, led(page)["draft"]).document["steps"] == []


def test_a_card_opens_the_editor_and_the_order_of_a_video(open_page: Open) -> None:
    page = open_page()
    assert any("Researched short" in one.value for one in page.markdown)
    page.button(key="workflows:researched-short:open").click().run()
    assert "draft" in led(page)
    page = open_page()
    page.button(key="workflows:researched-short:make").click().run()
    assert led(page) == {"workflow": "researched-short"}


def test_a_workflow_is_put_away_and_brought_back(open_page: Open, shop: Workshop) -> None:
    cataloguing.archive(shop.db, shop.db.local_user, "reviewed-short")
    page = open_page()
    assert "workflows:reviewed-short:open" not in [one.key for one in page.button]
    page.button(key="workflows:reviewed-short:back").click().run()
    assert "workflows:reviewed-short:open" in [one.key for one in page.button]


def test_what_can_be_done_depends_on_what_there_is(shop: Workshop) -> None:
    user = shop.db.local_user
    drafting.create(shop.db, user, "Only a draft")
    draft = changed(shop, "article-to-short", description="Otherwise")
    known = {one.slug: one for one in cataloguing.entries(shop.db, user)}
    assert workflow_cards.choices(known["only-a-draft"])[-1] == "discard_draft"
    assert "discard" in workflow_cards.choices(known["article-to-short"])
    assert known["article-to-short"].draft == draft
    assert "discard" not in workflow_cards.choices(known["product-update"])


def test_a_card_says_how_a_workflow_has_done(shop: Workshop) -> None:
    user = shop.db.local_user
    with shop.db.acting(user) as conn:
        version = workflows.get(conn, "article-to-short")
        for end in (productions.done, None):
            made = productions.create(conn, version, BRIEF)
            productions.running(conn, made.id)
            if end:
                end(conn, made.id)
            else:
                productions.failed(conn, made.id, error="no voice")
    known = {one.slug: one for one in cataloguing.entries(shop.db, user)}
    figures = known["article-to-short"].figures
    assert figures is not None
    assert (figures.runs, figures.done, figures.ended) == (2, 1, 2)
    assert figures.last_state == "failed"
    assert "2 videos · 50% finished" in workflow_cards.figures(figures)
    assert workflow_cards.figures(None) == "No video made with it yet."


def test_versions_are_compared_and_an_older_one_is_brought_back(
    open_page: Open, shop: Workshop
) -> None:
    user = shop.db.local_user
    whole = drafting.open_for(shop.db, user, "product-update").document
    steps: Any = json.loads(json.dumps(whole["steps"]))
    next(one for one in steps if one["id"] == "music")["params"] = {"mood": "driving"}
    draft = changed(shop, "product-update", steps=[*steps, {"id": "more", "kind": "take_brief"}])
    drafting.publish(shop, user, draft.id, "Livelier")
    page = open_page("versions", workflow="product-update")
    told = " ".join(one.value for one in page.markdown)
    assert "Livelier" in told
    assert "Mood: “bright” → “driving”" in told
    assert "**More** :gray[Brief]" in told
    assert "<svg" in told
    assert page.query_params["from"] == "1"
    page.button(key="versions:1").click().run()
    restored = drafting.get(shop.db, user, led(page)["draft"])
    assert (restored.document["steps"], restored.changed) == (whole["steps"], True)


def test_an_unknown_workflow_has_no_versions(open_page: Open) -> None:
    assert [one.value for one in open_page("versions").title] == ["No such workflow"]


def test_a_difference_names_what_came_went_and_changed() -> None:
    before: dict[str, JsonValue] = {
        "title": "A",
        "steps": [
            {"id": "a", "kind": "take_brief"},
            {"id": "b", "kind": "music", "params": {"mood": "calm"}, "in": {"narration": "a"}},
            {"id": "c", "kind": "render"},
        ],
    }
    after: dict[str, JsonValue] = {
        "title": "B",
        "layout": {"a": {"x": 1, "y": 2}},
        "steps": [
            {"id": "a", "kind": "take_brief"},
            {"id": "b", "kind": "music", "params": {"seed": 4}, "over": "narration"},
            {"id": "d", "kind": "render"},
        ],
    }
    found = difference(before, after)
    assert (found.added, found.removed, found.looks) == (("d",), ("c",), True)
    assert [(one.part, one.name, one.before, one.after) for one in found.changed["b"]] == [
        ("over", "", None, "narration"),
        ("setting", "mood", "calm", None),
        ("setting", "seed", None, 4),
        ("input", "narration", "a", None),
    ]
    assert versions.marked(found) == {"d": "added", "c": "removed", "b": "changed"}
    lines = versions.told(found, {"b": "music", "c": "render", "d": "render"})
    assert lines[0] == "Title: “A” → “B”"
    assert "Mood: “calm” → as usual" in lines[-1]
    assert difference(after, after).nothing


def test_a_picture_has_every_step_and_no_markup_of_strangers() -> None:
    for template in cataloguing.templates():
        drawn = picture(template.document(), label="<b>x</b>")
        assert drawn.count("<g>") == len(template.steps)
        assert "<b>" not in drawn
    cyclic: dict[str, JsonValue] = {
        "steps": [
            {"id": "a", "kind": "music", "in": {"x": "b"}},
            {"id": "b", "kind": "music", "in": {"x": "a"}},
            {"id": "B<", "kind": "<script>"},
            7,
        ]
    }
    assert picture(cyclic, label="").count("<g>") == 2
    assert picture({}, label="").startswith("<svg")
