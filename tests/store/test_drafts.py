"""Drafts: saved as they are, never over somebody else's, published when they can run."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest
from pydantic import JsonValue

from assets.catalog import CATALOG
from tests.store.test_tables import published
from vid_pipeline.acts import drafting, publishing
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.errors import BadRequest, BadSource, Conflict, NotFound, WorkflowError
from vid_pipeline.records import User
from vid_pipeline.settings import Settings
from vid_pipeline.store import users, workflows
from vid_pipeline.store.database import Database

SHORT = publishing.EXAMPLES / "article-to-short.json"


@pytest.fixture
def shop(settings: Settings, database: Database) -> Workshop:
    return Workshop.of(settings, database, CATALOG)


def whole() -> dict[str, JsonValue]:
    document: dict[str, JsonValue] = publishing.read(SHORT).document()
    return document


def step(document: dict[str, JsonValue], step_id: str) -> dict[str, Any]:
    steps: Any = document["steps"]
    found: dict[str, Any] = next(one for one in steps if one["id"] == step_id)
    return found


def test_a_draft_may_be_incomplete_and_has_a_slug_of_its_own(
    database: Database, user: User
) -> None:
    first = drafting.create(database, user.id, "  Über  uns! ")
    second = drafting.create(database, user.id, "Über uns!", {"steps": [{"kind": 3}]})
    assert (first.title, first.slug, second.slug) == ("Über uns!", "uber-uns", "uber-uns-2")
    assert (first.changed, first.published_version) == (True, None)
    assert second.document["steps"] == [{"kind": 3}]
    assert drafting.listed(database, user.id) == [second, first]
    assert drafting.create(database, user.id, "日本語").slug == "workflow"


def test_of_two_writers_the_second_is_told_and_overwrites_nothing(
    database: Database, user: User
) -> None:
    opened = drafting.create(database, user.id, "A")
    first = drafting.save(database, user.id, opened.id, opened.document | {"description": "1"}, 1)
    assert first.revision == 2
    with pytest.raises(Conflict, match="you, in another window") as refusal:
        drafting.save(database, user.id, opened.id, opened.document | {"description": "2"}, 1)
    assert refusal.value.when == first.updated_at
    assert drafting.get(database, user.id, opened.id) == first


def test_saving_what_is_already_there_is_no_conflict_and_no_revision(
    database: Database, user: User
) -> None:
    draft = drafting.create(database, user.id, "A")
    assert drafting.save(database, user.id, draft.id, draft.document, 99) == draft


@pytest.mark.parametrize("bad", [float("nan"), "x" * 1_000_001])
def test_a_document_that_cannot_be_kept_is_refused(
    database: Database, user: User, bad: JsonValue
) -> None:
    draft = drafting.create(database, user.id, "A")
    with pytest.raises(BadRequest):
        drafting.save(database, user.id, draft.id, {"description": bad}, 1)


def test_a_workflow_opens_as_a_draft_that_follows_its_versions_until_it_is_changed(
    database: Database, user: User
) -> None:
    published(database, user, "A")
    draft = drafting.open_for(database, user.id, "article-to-short")
    assert (draft.title, draft.changed, draft.published_version) == ("A", False, 1)
    assert drafting.open_for(database, user.id, "article-to-short") == draft
    published(database, user, "B")
    renewed = drafting.open_for(database, user.id, "article-to-short")
    assert (renewed.id, renewed.title, renewed.published_version) == (draft.id, "B", 2)
    changed = renewed.document | {"title": "Mine"}
    saved = drafting.save(database, user.id, draft.id, changed, renewed.revision)
    published(database, user, "C")
    assert drafting.open_for(database, user.id, "article-to-short") == saved
    with pytest.raises(NotFound):
        drafting.open_for(database, user.id, "no-such")


def test_a_draft_is_published_and_stays(shop: Workshop, user: User) -> None:
    draft = drafting.create(shop.db, user.id, "My short", whole())
    assert drafting.faults(shop, user.id, draft.document) == {}
    version = drafting.publish(shop, user.id, draft.id, " first ")
    assert (version.slug, version.version, version.note) == ("my-short", 1, "first")
    after = drafting.get(shop.db, user.id, draft.id)
    assert (after.changed, after.published_version) == (False, 1)


def test_what_somebody_else_has_saved_is_not_published_unseen(shop: Workshop, user: User) -> None:
    seen = drafting.create(shop.db, user.id, "A", whole())
    theirs = seen.document | {"description": "Theirs"}
    drafting.save(shop.db, user.id, seen.id, theirs, seen.revision)
    with pytest.raises(Conflict, match="you, in another window"):
        drafting.publish(shop, user.id, seen.id, revision=seen.revision)
    assert drafting.get(shop.db, user.id, seen.id).published_version is None
    version = drafting.publish(shop, user.id, seen.id, revision=seen.revision + 1)
    assert version.document.description == "Theirs"


def test_what_cannot_run_is_not_published(shop: Workshop, user: User) -> None:
    empty = drafting.create(shop.db, user.id, "Empty")
    body = whole()
    step(body, "music")["params"] = {"mood": "loud"}
    faulty = drafting.create(shop.db, user.id, "Faulty", body)
    for draft in (empty, faulty):
        with pytest.raises(WorkflowError, match="cannot run yet"):
            drafting.publish(shop, user.id, draft.id)
    with shop.db.acting(user.id) as conn:
        assert workflows.latest_of_all(conn) == []


def test_a_discarded_draft_can_be_put_back_as_it_was(database: Database, user: User) -> None:
    published(database, user, "A")
    draft = drafting.open_for(database, user.id, "article-to-short")
    gone = drafting.discard(database, user.id, draft.id)
    with pytest.raises(NotFound):
        drafting.get(database, user.id, draft.id)
    assert drafting.put_back(database, user.id, gone) == draft
    drafting.discard(database, user.id, draft.id)
    drafting.open_for(database, user.id, "article-to-short")
    with pytest.raises(BadRequest, match="meanwhile"):
        drafting.put_back(database, user.id, gone)


def test_a_title_takes_the_slug_along_until_a_version_has_it(shop: Workshop, user: User) -> None:
    draft = drafting.create(shop.db, user.id, "Untitled", whole())
    named = drafting.rename(shop.db, user.id, draft.id, "Weekly news", draft.revision)
    assert (named.slug, named.document["slug"]) == ("weekly-news", "weekly-news")
    drafting.publish(shop, user.id, draft.id)
    again = drafting.rename(shop.db, user.id, draft.id, "Daily news", named.revision)
    assert (again.slug, again.title, again.changed) == ("weekly-news", "Daily news", True)
    with pytest.raises(Conflict):
        drafting.rename(shop.db, user.id, draft.id, "Other", named.revision)


def test_a_copy_and_an_older_version_come_as_drafts(database: Database, user: User) -> None:
    for title in ("A", "B"):
        published(database, user, title)
    draft = drafting.restore(database, user.id, "article-to-short", 1)
    assert (draft.title, draft.changed, draft.published_version) == ("A", True, 2)
    copy = drafting.duplicate(database, user.id, draft.id)
    assert (copy.title, copy.slug, copy.published_version) == ("A (copy)", "a-copy", None)


def test_an_exported_document_is_imported_and_other_files_are_not(
    database: Database, user: User
) -> None:
    made = drafting.imported(database, user.id, SHORT.read_bytes(), "a.json")
    assert made.document == whole() | {"slug": "article-to-short"}
    for data in (b"{", b"[]", b'{"format": "other/1"}'):
        with pytest.raises(BadSource, match=r"a\.json"):
            drafting.imported(database, user.id, data, "a.json")


def test_a_workflow_put_away_is_left_out_and_comes_back(database: Database, user: User) -> None:
    version = published(database, user)
    with database.acting(user.id) as conn:
        workflows.archive(conn, version.slug)
        assert workflows.latest_of_all(conn) == []
        assert workflows.latest_of_all(conn, archived=True) == [version]
        assert workflows.archived(conn) == [version.slug]
        workflows.archive(conn, version.slug, away=False)
        assert workflows.latest_of_all(conn) == [version]
        with pytest.raises(NotFound):
            workflows.archive(conn, "no-such")


def test_everything_wrong_is_told_at_once_by_its_step(shop: Workshop, user: User) -> None:
    body = whole()
    step(body, "music")["params"] = {"mood": "loud", "seed": -1}
    step(body, "captions")["in"] = {"storyboard": "storyboard", "narration": 3}
    step(body, "video").pop("kind")
    step(body, "script")["in"] = {"brief": "brief", "article": "narration"}
    found = drafting.faults(shop, user.id, body | {"title": "", "extra": 1})
    assert found.keys() == {"", "music", "captions", "video", "script"}
    assert len(found["music"]) == len(found[""]) == 2
    assert "'narration' gives Narration" in found["script"][0]
    assert found["captions"] == ["Input 'narration' is joined to nothing that can feed it."]
    assert drafting.faults(shop, user.id, {}).keys() == {""}


def test_faults_inside_a_nested_workflow_belong_to_the_step_that_nests_it(
    shop: Workshop, user: User
) -> None:
    inner: dict[str, JsonValue] = {
        "slug": "inner", "title": "Inner",
        "steps": [
            {"id": "script", "kind": "given", "params": {"type": "Script"}},
            {"id": "gate", "kind": "approve", "in": {"item": "script"}},
        ],
    }  # fmt: skip
    drafting.publish(shop, user.id, drafting.create(shop.db, user.id, "Inner", inner).id)
    nest = {"id": "review", "kind": "workflow", "params": {"slug": "inner"}}
    body = whole()
    steps: Any = body["steps"]
    steps.append(nest | {"in": {"script": "script"}})
    assert drafting.faults(shop, user.id, body) == {}
    steps[-1] = nest | {"in": {"script": "article"}}
    assert drafting.faults(shop, user.id, body) == {}, "an approval takes whatever comes"
    for wrong in (nest, nest | {"params": {"slug": "nowhere"}}):
        steps[-1] = wrong
        assert drafting.faults(shop, user.id, body).keys() == {"review"}


def test_an_estimate_says_what_it_does_not_know(shop: Workshop, user: User) -> None:
    nothing = drafting.estimate(shop, user.id, whole())
    assert (nothing.seconds, nothing.dollars) == (None, None)
    assert "video" in nothing.unknown
    assert drafting.estimate(shop, user.id, {}).unknown == ()


def test_nobody_sees_or_saves_anothers_draft(database: Database, user: User) -> None:
    with database.service() as conn:
        thief = users.add(conn, f"t{uuid4().hex}")
    draft = drafting.create(database, user.id, "Mine")
    assert drafting.listed(database, thief.id) == []
    for attempt in (drafting.get, drafting.discard, drafting.duplicate):
        with pytest.raises(NotFound):
            attempt(database, thief.id, draft.id)
    with pytest.raises(NotFound):
        drafting.save(database, thief.id, draft.id, {"title": "x"}, 1)
    statement = "insert into vidp.workflow_drafts (owner_id, slug, document, saved_by) values"
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        database.acting(thief.id) as conn,
    ):
        conn.execute(f"{statement} (%s, 'x', '{{}}', %s)", [user.id, thief.id])
    with database.acting(thief.id) as conn:
        changed = conn.execute("update vidp.workflow_drafts set slug = 'x'").rowcount
    assert changed == 0
