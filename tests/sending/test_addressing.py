"""A workflow that sends where it cannot is told so before a video is made, not after."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assets.catalog import CATALOG
from tests.sending.desks import Desks
from ui.cli.app import app
from vid_pipeline.acts import addressing, drafting, launching, making, ordering, publishing
from vid_pipeline.acts import destinations as acts
from vid_pipeline.acts.briefs import Wishes
from vid_pipeline.acts.ordering import Order
from vid_pipeline.acts.publishing import EXAMPLES, read
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief
from vid_pipeline.errors import WorkflowError
from vid_pipeline.store import productions, workflows
from vid_pipeline.store.objects import ObjectStore
from vid_pipeline.testing.starter import FakeStarter
from vid_pipeline.workflow import Workflow

BRIEF = Brief(name="a.md", url="https://example.org/a")


@pytest.fixture
def shop(desks: Desks, tmp_path: Path) -> Workshop:
    settings = desks.settings.model_copy(update={"dagster_port": 1})
    store = ObjectStore(settings.objects_url, cache=tmp_path / "cache")
    return Workshop(settings, desks.db, store, CATALOG, FakeStarter())


def sending(*targets: str, slug: str = "sending") -> Workflow:
    """The shipped workflow, which sends what it makes without asking anybody."""
    document: dict[str, Any] = read(EXAMPLES / "article-to-short.json").document()
    for step in document["steps"]:
        if step["id"] == "deliver":
            step["params"] = {"targets": [*targets], "ungated": True}
    return Workflow.model_validate(document | {"slug": slug})


def published(shop: Workshop, desks: Desks, *targets: str) -> None:
    publishing.publish(shop.db, desks.user.id, sending(*targets), CATALOG)


def test_a_workflow_that_names_a_missing_destination_is_not_published(
    shop: Workshop, desks: Desks
) -> None:
    desks.add("folder", path="a")
    with pytest.raises(ExceptionGroup) as refused:
        publishing.publish(shop.db, desks.user.id, sending("main", "pod", "cms"), CATALOG)
    first, second = refused.value.exceptions
    assert isinstance(first, WorkflowError)
    assert (first.step, first.code) == ("deliver", addressing.MISSING)
    for words in ("'pod'", "page Destinations", "`vidp destination add`", "You have: main."):
        assert words in str(first)
    assert "'cms'" in str(second)
    with shop.db.acting(desks.user.id) as conn:
        assert workflows.newest(conn, "sending") is None
    desks.add("folder", name="pod", path="b")
    desks.add("folder", name="cms", path="c")
    acts.enable(shop.db, desks.user.id, "cms", enabled=False)
    published(shop, desks, "main", "pod", "cms")


def test_a_draft_says_it_at_its_step(shop: Workshop, desks: Desks) -> None:
    document = sending("pod").document()
    found = drafting.faults(shop, desks.user.id, document)
    assert list(found) == ["deliver"]
    assert "'pod'" in found["deliver"][0]
    desks.add("folder", name="pod", path="b")
    assert drafting.faults(shop, desks.user.id, document) == {}


def test_anothers_destination_does_not_count(shop: Workshop, desks: Desks) -> None:
    desks.add("folder", name="pod", path="b")
    with shop.db.acting(shop.db.local_user) as conn:
        assert len(addressing.missing(conn, sending("pod"), CATALOG)) == 1


def test_no_video_is_begun_that_could_not_be_sent(shop: Workshop, desks: Desks) -> None:
    user = desks.user.id
    desks.add("folder", name="pod", path="b")
    published(shop, desks, "pod")
    acts.enable(shop.db, user, "pod", enabled=False)
    order = Order(text="https://example.org/a")
    with pytest.raises(WorkflowError, match=r"'pod', which is paused.*destination enable pod"):
        ordering.make(shop, user, order, Wishes("9:16", 30), workflow="sending")
    with shop.db.acting(user) as conn:
        assert productions.recent(conn, 5) == []
    acts.remove(shop.db, user, "pod")
    with pytest.raises(WorkflowError, match="no destination of that name"):
        ordering.make(shop, user, order, Wishes("9:16", 30), workflow="sending")
    desks.add("folder", name="pod", path="b")
    assert ordering.make(shop, user, order, Wishes("9:16", 30), workflow="sending")


def test_a_draft_that_waited_is_refused_when_it_starts_and_a_decision_is_not(
    shop: Workshop, desks: Desks
) -> None:
    user = desks.user.id
    desks.add("folder", name="pod", path="b")
    published(shop, desks, "pod")
    begun = making.begin(shop.db, user, BRIEF, workflow="sending")
    acts.enable(shop.db, user, "pod", enabled=False)
    with pytest.raises(WorkflowError, match="paused"):
        making.launch(shop, begun)
    with shop.db.acting(user) as conn:
        assert productions.get(conn, begun.id).state == "draft"
        assert launching.plan(shop, conn, begun, reason="decision").reason == "decision"


def test_what_was_sent_already_keeps_no_other_step_from_running(
    shop: Workshop, desks: Desks
) -> None:
    desks.add("folder", name="pod", path="b")
    acts.enable(shop.db, desks.user.id, "pod", enabled=False)
    with shop.db.acting(desks.user.id) as conn:
        addressing.refuse(conn, sending("pod"), CATALOG, left=["script", "draw[s1]"])
        with pytest.raises(WorkflowError, match="'pod'"):
            addressing.refuse(conn, sending("pod"), CATALOG, left=["script", "deliver"])


def test_which_workflows_send_to_a_destination_is_known(shop: Workshop, desks: Desks) -> None:
    desks.add("folder", name="pod", path="b")
    published(shop, desks, "pod")
    with shop.db.acting(desks.user.id) as conn:
        assert addressing.senders(conn, CATALOG, "pod") == [sending().title]
        assert addressing.senders(conn, CATALOG, "other") == []


def test_the_command_that_checks_a_file_says_it_too(
    home: Path, shop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDP_HOME", str(home))
    file = tmp_path / "sending.json"
    file.write_text(sending("no-such-place").model_dump_json(by_alias=True), encoding="utf-8")
    told = CliRunner().invoke(app, ["workflow", "check", str(file), "--json"])
    assert told.exit_code == 2
    assert addressing.MISSING in told.stdout
