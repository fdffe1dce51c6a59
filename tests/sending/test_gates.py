"""What leaves must have been approved: `check` refuses a workflow that would send it unseen."""

from typing import Any

import pytest

from assets.catalog import CATALOG
from vid_pipeline.acts.publishing import EXAMPLES, read
from vid_pipeline.check import problems
from vid_pipeline.errors import WorkflowError
from vid_pipeline.workflow import Workflow


def faults(slug: str, steps: dict[str, dict[str, Any]]) -> list[WorkflowError]:
    """Faults of an example workflow with some of its steps changed."""
    document = read(EXAMPLES / f"{slug}.json").document()
    for step in document["steps"]:
        for name, value in steps.get(step["id"], {}).items():
            step[name] = {**step.get(name, {}), **value}
    return problems(Workflow.model_validate(document), CATALOG)


SEND = {"params": {"targets": ["my-podcast"]}}


def test_a_video_that_people_approve_may_be_sent() -> None:
    assert faults("reviewed-short", {"deliver": SEND}) == []


@pytest.mark.parametrize(
    ("slug", "deliver"),
    [
        ("article-to-short", SEND),
        ("reviewed-short", SEND | {"in": {"video": "video"}}),
    ],
)
def test_a_video_that_nobody_approves_is_refused_with_what_to_do(
    slug: str, deliver: dict[str, Any]
) -> None:
    [fault] = faults(slug, {"deliver": deliver})
    assert (fault.code, fault.step) == ("ungated", "deliver")
    for words in ("'video'", "`approve` step", "`ungated: true`"):
        assert words in str(fault)


def test_whoever_says_so_sends_it_ungated_and_whoever_sends_nowhere_needs_no_gate() -> None:
    ungated = {"params": {"targets": ["my-podcast"], "ungated": True}}
    assert faults("article-to-short", {"deliver": ungated}) == []
    assert faults("article-to-short", {}) == []


def test_a_branch_around_the_gate_is_no_way_out() -> None:
    around = SEND | {"in": {"video": {"any": ["final_gate", "video"]}}}
    found = faults("reviewed-short", {"deliver": around})
    assert "ungated" in {one.code for one in found}


def test_a_destination_is_named_once_and_as_it_is_called() -> None:
    for targets in (["a", "a"], ["Not A Name"], [f"d{i}" for i in range(11)]):
        params = {"targets": targets, "ungated": True}
        [fault] = faults("article-to-short", {"deliver": {"params": params}})
        assert fault.code == "bad_setting"
