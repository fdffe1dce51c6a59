"""Workflows that nest others: what runs, what is pinned, and what is refused."""

from typing import Any

import pytest

from assets.catalog import CATALOG
from vid_pipeline.acts import publishing
from vid_pipeline.check import problems
from vid_pipeline.errors import NotFound, WorkflowError
from vid_pipeline.nesting import expanded
from vid_pipeline.records import User
from vid_pipeline.store.database import Database
from vid_pipeline.workflow import Workflow

REVIEW: list[dict[str, Any]] = [
    {"id": "script", "kind": "given", "params": {"type": "Script"}},
    {"id": "gate", "kind": "approve", "in": {"item": "script"}},
]
BEFORE: list[dict[str, Any]] = [
    {"id": "brief", "kind": "take_brief"},
    {"id": "article", "kind": "read_source", "in": {"brief": "brief"}},
    {"id": "script", "kind": "write_script", "in": {"brief": "brief", "article": "article"}},
]
NESTED: list[dict[str, Any]] = [
    *BEFORE,
    {
        "id": "review",
        "kind": "workflow",
        "params": {"slug": "script-review"},
        "in": {"script": "script"},
    },
    {"id": "board", "kind": "storyboard", "in": {"brief": "brief", "script": "review.gate"}},
]


def workflow(slug: str, steps: list[dict[str, Any]]) -> Workflow:
    return Workflow.model_validate({"slug": slug, "title": slug, "steps": steps})


def lookup(slug: str, version: int | None) -> tuple[Workflow, int]:
    if slug == "script-review":
        return workflow(slug, REVIEW), version or 3
    if slug == "loop":
        inner = {"id": "again", "kind": "workflow", "params": {"slug": "loop"}}
        return workflow(slug, [inner]), 1
    raise NotFound("workflow", slug)


def test_a_nested_workflow_becomes_its_steps_fed_from_outside() -> None:
    nested = expanded(workflow("outer", NESTED), lookup)
    steps = {step.id: step for step in nested.flat.steps}
    assert list(steps) == ["brief", "article", "script", "review_gate", "board"]
    assert steps["review_gate"].inputs == {"item": "script"}
    assert steps["board"].inputs["script"] == "review_gate"
    assert problems(nested.flat, CATALOG) == []


def test_the_version_that_was_found_is_pinned() -> None:
    nested = expanded(workflow("outer", NESTED), lookup)
    review = next(step for step in nested.drawn.steps if step.id == "review")
    assert review.params == {"slug": "script-review", "version": 3}


def test_a_workflow_that_is_given_something_can_be_published_by_itself() -> None:
    assert problems(workflow("script-review", REVIEW), CATALOG) == []


@pytest.mark.parametrize(
    ("step", "says"),
    [
        pytest.param({"params": {"slug": "script-review"}}, "given: script", id="not fed"),
        pytest.param({"params": {"slug": "loop"}}, "contain itself", id="itself"),
        pytest.param({"params": {}}, "give it `slug`", id="nameless"),
        pytest.param(
            {
                "params": {"slug": "script-review"},
                "in": {"script": "script"},
                "when": "script.title",
            },
            "no `when`",
            id="conditional",
        ),
    ],
)
def test_what_cannot_be_nested_is_refused_with_its_step(step: dict[str, Any], says: str) -> None:
    outer = workflow("outer", [*BEFORE, {"id": "review", "kind": "workflow", **step}])
    with pytest.raises(WorkflowError, match=says):
        expanded(outer, lookup)


def test_publishing_keeps_what_was_drawn_and_what_runs(database: Database, user: User) -> None:
    publishing.publish(database, user.id, workflow("script-review", REVIEW), CATALOG)
    version = publishing.publish(database, user.id, workflow("outer", NESTED), CATALOG)
    assert [step.id for step in version.document.steps][3] == "review"
    assert [step.id for step in version.graph.steps][3] == "review_gate"
    same = publishing.publish(database, user.id, version.document, CATALOG)
    assert same.version == version.version
