"""Publishing workflows: ours at the first start, others after a check."""

import json
from pathlib import Path

import pytest

from tests.graph.kinds_for_tests import CATALOG
from vid_pipeline.acts import publishing
from vid_pipeline.errors import BadSource
from vid_pipeline.records import User
from vid_pipeline.store import workflows
from vid_pipeline.store.database import Database
from vid_pipeline.workflow import Workflow


def test_the_first_start_publishes_our_workflows_once(database: Database) -> None:
    publishing.first_start(database)
    assert publishing.first_start(database) == []
    with database.acting(database.local_user) as conn:
        slugs = [version.slug for version in workflows.latest_of_all(conn)]
    assert "article-to-short" in slugs


def test_a_faulty_workflow_is_refused_with_every_fault(database: Database, user: User) -> None:
    faulty = Workflow.model_validate(
        {
            "slug": "faulty",
            "title": "Faulty",
            "steps": [{"id": "a", "kind": "no_such"}, {"id": "a", "kind": "neither"}],
        }
    )
    with pytest.raises(ExceptionGroup) as refusal:
        publishing.publish(database, user.id, faulty, CATALOG)
    assert len(refusal.value.exceptions) == 3
    with database.acting(user.id) as conn:
        assert workflows.newest(conn, "faulty") is None


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    file = tmp_path / "w.json"
    file.write_text("{", encoding="utf-8")
    for path in (file, tmp_path / "gone.json"):
        with pytest.raises(BadSource, match=path.name):
            publishing.read(path)


def test_every_place_that_is_not_in_the_format_is_told() -> None:
    document = {"slug": "Not A Slug", "title": "", "steps": [{"id": "a"}], "more": 1}
    with pytest.raises(ExceptionGroup) as refusal:
        publishing.parse(json.dumps(document).encode(), "w.json")
    told = " ".join(str(fault) for fault in refusal.value.exceptions)
    assert all(place in told for place in ("slug", "title", "steps.0.kind", "more"))
