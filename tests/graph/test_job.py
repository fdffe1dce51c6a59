from typing import Any

import dagster as dg
import pytest

from tests.graph.conftest import Bench
from tests.graph.kinds_for_tests import FAILURES, Text
from vid_pipeline.workflow import Workflow

Steps = list[dict[str, Any]]
MAP: Steps = [
    {"id": "say", "kind": "say", "params": {"text": "a b c"}},
    {"id": "cut", "kind": "cut", "in": {"text": "say"}},
    {"id": "shout", "kind": "shout", "in": {"part": "cut.parts"}, "over": "part"},
    {"id": "again", "kind": "shout", "in": {"part": "shout"}, "over": "part"},
    {"id": "join", "kind": "join", "in": {"parts": "again"}},
]


def branch(text: str) -> Steps:
    return [
        {"id": "say", "kind": "say", "params": {"text": text}},
        {"id": "route", "kind": "route", "in": {"text": "say"}},
        {"id": "short", "kind": "echo", "in": {"text": "route.short"}},
        {"id": "long", "kind": "echo", "in": {"text": "route.long"}},
        {"id": "when", "kind": "echo", "in": {"text": "say"}, "when": "route.long"},
        {"id": "end", "kind": "echo", "in": {"text": {"any": ["short", "long"]}}},
    ]


def run(bench: Bench, steps: Steps, **options: Any) -> dg.ExecuteInProcessResult:
    workflow = Workflow.model_validate({"slug": "w", "title": "W", "steps": steps})
    return bench.job(workflow).execute_in_process(
        instance=bench.instance, raise_on_error=False, **options
    )


def output(bench: Bench, run_id: str, step: str) -> Text:
    return Text.model_validate_json(bench.texts[f"runs/{run_id}/{step}/result.json"])


def test_a_map_runs_a_step_an_item_and_the_join_gets_all_in_order(bench: Bench) -> None:
    result = run(bench, MAP)
    assert result.success
    assert output(bench, result.run_id, "join").text == "A B C"
    keys = {traced.place.step_key for traced in bench.recorder.traces.values()}
    assert {"shout[p1]", "again[p3]"} <= keys


@pytest.mark.parametrize(
    ("text", "ran"),
    [
        pytest.param("ab", {"say", "route", "short", "end"}, id="short"),
        pytest.param("abcdef", {"say", "route", "long", "when", "end"}, id="long"),
    ],
)
def test_a_branch_runs_what_was_chosen_and_its_join(bench: Bench, text: str, ran: set[str]) -> None:
    result = run(bench, branch(text))
    assert result.success
    assert output(bench, result.run_id, "end").text == text
    assert {traced.place.step_id for traced in bench.recorder.traces.values()} == ran


def test_a_second_run_reuses_every_step_and_says_from_where(bench: Bench) -> None:
    first, second = run(bench, MAP), run(bench, MAP)
    reused = [t for t in bench.recorder.traces.values() if t.place.run_id == second.run_id]
    assert {t.state for t in reused} == {"reused"}
    assert {t.reused_from for t in reused} == {first.run_id}


def test_a_changed_setting_runs_only_what_depends_on_it(bench: Bench) -> None:
    run(bench, MAP)
    changed = [{**MAP[0], "params": {"text": "a b x"}}, *MAP[1:]]
    result = run(bench, changed)
    states = {
        t.place.step_key: t.state
        for t in bench.recorder.traces.values()
        if t.place.run_id == result.run_id
    }
    assert states["shout[p1]"] == "reused"
    assert states["shout[p3]"] == "done"


def test_fresh_runs_everything_again(bench: Bench) -> None:
    run(bench, MAP)
    bench.recorder.fresh = True
    run(bench, MAP)
    assert {t.state for t in bench.recorder.traces.values()} == {"done"}


def test_a_tool_error_is_tried_again_as_the_kind_allows(bench: Bench) -> None:
    FAILURES.clear()
    flaky = {"id": "flaky", "kind": "flaky", "in": {"text": "say"}, "params": {"times": 2}}
    result = run(bench, [MAP[0], flaky])
    assert result.success
    states = [t.state for t in bench.recorder.traces.values() if t.place.step_id == "flaky"]
    assert states == ["failed", "failed", "done"]


def test_a_failure_says_what_and_why(bench: Bench) -> None:
    FAILURES.clear()
    steps = [MAP[0], {"id": "f", "kind": "flaky", "in": {"text": "say"}, "params": {"times": 3}}]
    result = run(bench, steps)
    assert not result.success
    failure = result.failure_data_for_node("f")
    assert failure is not None
    assert failure.error is not None
    assert "tool exited with code 1: went wrong" in failure.error.to_string()
    assert [t.error for t in bench.recorder.traces.values()][-1] == (
        "tool exited with code 1: went wrong"
    )


def test_deliverables_are_assets_with_what_they_come_from(bench: Bench) -> None:
    run(bench, MAP)
    event = bench.instance.get_latest_materialization_event(dg.AssetKey(["w", "say"]))
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.metadata["text"].value == "a b c"
