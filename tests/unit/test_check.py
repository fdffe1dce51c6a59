from typing import Any

import pytest

from tests.graph.kinds_for_tests import CATALOG
from vid_pipeline.check import problems, refuse
from vid_pipeline.workflow import Workflow


def workflow(*steps: dict[str, Any]) -> Workflow:
    return Workflow.model_validate({"slug": "w", "title": "W", "steps": steps})


SAY = {"id": "say", "kind": "say"}
CUT = {"id": "cut", "kind": "cut", "in": {"text": "say"}}
SHOUT = {"id": "shout", "kind": "shout", "in": {"part": "cut.parts"}, "over": "part"}
JOIN = {"id": "join", "kind": "join", "in": {"parts": "shout"}}
ROUTE = {"id": "route", "kind": "route", "in": {"text": "say"}}
SHORT = {"id": "short", "kind": "echo", "in": {"text": "route.short"}}
LONG = {"id": "long", "kind": "echo", "in": {"text": "route.long"}}


def echo(step_id: str, text: Any, **rest: Any) -> dict[str, Any]:
    return {"id": step_id, "kind": "echo", "in": {"text": text}, **rest}


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([SAY], id="one step"),
        pytest.param([SAY, CUT, SHOUT, JOIN], id="a map and its join"),
        pytest.param([SAY, CUT, echo("title", "cut.title")], id="a field"),
        pytest.param(
            [SAY, ROUTE, SHORT, LONG, echo("end", {"any": ["short", "long"]})],
            id="a branch and its join",
        ),
        pytest.param([SAY, ROUTE, echo("then", "say", when="route.long")], id="a condition"),
        pytest.param(
            [SAY, {"id": "both", "kind": "both", "in": {"texts": ["say", "say"]}}], id="a fan-in"
        ),
    ],
)
def test_a_sound_workflow_has_no_faults(steps: list[dict[str, Any]]) -> None:
    assert problems(workflow(*steps), CATALOG) == []


@pytest.mark.parametrize(
    ("steps", "code", "message"),
    [
        pytest.param([{"id": "a", "kind": "ghost"}], "unknown_kind", "not installed", id="kind"),
        pytest.param([SAY, SAY], "doubled_id", "2 steps have the id 'say'", id="one id twice"),
        pytest.param(
            [{**SAY, "params": {"text": 3}}], "bad_setting", "setting 'text'", id="setting"
        ),
        pytest.param(
            [{**SAY, "params": {"tex": "x"}}], "bad_setting", "setting 'tex'", id="no such setting"
        ),
        pytest.param([echo("a", "ghost")], "unknown_source", "no step 'ghost'", id="source"),
        pytest.param(
            [SAY, CUT, echo("a", "cut.ghost")], "unknown_source", "has no 'ghost'", id="field"
        ),
        pytest.param(
            [SAY, ROUTE, echo("a", "route")], "unknown_source", "short, long", id="whole branch"
        ),
        pytest.param(
            [SAY, {"id": "e", "kind": "echo"}], "missing_input", "lacks its input", id="missing"
        ),
        pytest.param(
            [SAY, {"id": "e", "kind": "echo", "in": {"text": "say", "x": "say"}}],
            "unknown_input",
            "no input 'x'. Its inputs: text",
            id="unknown input",
        ),
        pytest.param(
            [SAY, CUT, echo("a", "cut")], "wrong_type", "gives Parts, but 'text'", id="wrong type"
        ),
        pytest.param(
            [SAY, CUT, SHOUT, echo("a", "shout")], "wrong_type", "list of Part", id="list for one"
        ),
        pytest.param(
            [SAY, CUT, {**SHOUT, "in": {"part": "say"}}], "wrong_type", "to run over", id="map of"
        ),
        pytest.param(
            [SAY, CUT, {**SHOUT, "over": "x"}], "bad_map", "must be an input", id="map over nothing"
        ),
        pytest.param(
            [SAY, echo("a", "say", when="say.text")],
            "bad_condition",
            "not a branch's output",
            id="condition on no branch",
        ),
        pytest.param(
            [SAY, ROUTE, SHORT, {"id": "b", "kind": "both", "in": {"texts": ["short", "say"]}}],
            "starving_join",
            "run with fewer",
            id="join that can starve",
        ),
        pytest.param(
            [SAY, echo("a", {"any": ["say", "say"]})], "starving_join", "always arrive", id="any"
        ),
        pytest.param(
            [SAY, ROUTE, CUT, {**SHOUT, "when": "route.short"}],
            "starving_join",
            "could come short",
            id="map behind a branch",
        ),
        pytest.param([echo("a", "b"), echo("b", "a")], "cycle", "'a', 'b' wait", id="cycle"),
    ],
)
def test_a_fault_names_its_step_and_the_remedy(
    steps: list[dict[str, Any]], code: str, message: str
) -> None:
    fault = next(f for f in problems(workflow(*steps), CATALOG) if f.code == code)
    assert message in str(fault)
    assert fault.step in {step["id"] for step in steps}


def test_all_faults_are_found_at_once() -> None:
    wrong = workflow({"id": "a", "kind": "ghost"}, echo("b", "c"), echo("c", "b"), echo("d", "x"))
    assert [f.code for f in problems(wrong, CATALOG)] == ["unknown_kind", "unknown_source", "cycle"]
    with pytest.raises(ExceptionGroup, match="3 fault") as raised:
        refuse(wrong, CATALOG)
    assert len(raised.value.exceptions) == 3


def test_steps_that_only_hang_on_a_cycle_are_not_blamed() -> None:
    found = problems(workflow(echo("a", "b"), echo("b", "a"), echo("after", "a")), CATALOG)
    assert "'after'" not in str(found[0])
