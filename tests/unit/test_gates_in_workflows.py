"""Gates in workflows: what they take and give by where they stand, and what cannot work."""

from typing import Any

import pytest

from assets.approving import (
    APPROVE_EACH,
    ASK_PERSON,
    ApproveParams,
    FormParams,
    approve,
    approve_each,
    ask_person,
)
from assets.catalog import CATALOG
from tests.gates import GATED, each_word, one_gate, told, two_gates
from tests.graph.kinds_for_tests import Part, Parts, Text
from tests.storyboards import storyboard
from vid_pipeline.acts.publishing import EXAMPLES, read
from vid_pipeline.artifacts import Answers, Artifact, Listed, Scene, Script, Video
from vid_pipeline.asking import Waits
from vid_pipeline.check import problems
from vid_pipeline.testing.reviews import FakeReviews
from vid_pipeline.wiring import Wiring

SAY = {"id": "say", "kind": "say"}
CUT = {"id": "cut", "kind": "cut", "in": {"text": "say"}}
WORD = {"id": "word", "kind": "polish", "in": {"part": "cut.parts"}, "over": "part"}
ROUTE = {"id": "route", "kind": "route", "in": {"text": "say"}}
STORY = {"id": "story", "kind": "tell_story"}


def gate(source: Any, kind: str = "approve", **params: Any) -> dict[str, Any]:
    name = "items" if kind == "approve_each" else "item"
    return {"id": "gate", "kind": kind, "in": {name: source}, "params": params}


@pytest.mark.parametrize(
    ("steps", "gives"),
    [
        pytest.param([SAY, gate("say")], Text, id="a whole output"),
        pytest.param([SAY, CUT, gate("cut")], Parts, id="another one"),
        pytest.param([SAY, CUT, gate("cut.title")], Text, id="a field"),
        pytest.param([SAY, ROUTE, gate("route.long")], Text, id="a branch's output"),
        pytest.param([SAY, CUT, gate("cut.parts", "approve_each")], Listed[Part], id="a list"),
        pytest.param([SAY, CUT, WORD, gate("word", "approve_each")], Listed[Part], id="a map"),
        pytest.param([SAY, gate(["say", "say"], "approve_each")], Listed[Text], id="several"),
    ],
)
def test_a_gate_gives_what_it_is_fed(steps: list[dict[str, Any]], gives: type[Artifact]) -> None:
    workflow = told(*steps)
    assert problems(workflow, GATED) == []
    assert Wiring(workflow, GATED).kinds["gate"].output == gives


def test_the_steps_behind_a_gate_are_checked_against_what_it_gives() -> None:
    assert problems(each_word(), GATED) == []
    wrong = told(SAY, gate("say"), {"id": "join", "kind": "join", "in": {"parts": ["gate"]}})
    (fault,) = problems(wrong, GATED)
    assert (fault.code, fault.step) == ("wrong_type", "join")
    assert "'gate' gives Text" in str(fault)


def test_the_reviewed_short_can_run_and_its_gates_are_of_what_they_show() -> None:
    workflow = read(EXAMPLES / "reviewed-short.json")
    assert problems(workflow, CATALOG) == []
    kinds = Wiring(workflow, CATALOG).kinds
    given = {name: kind.output for name, kind in kinds.items() if kind.gate}
    assert given == {"script_gate": Script, "scene_gate": Listed[Scene], "final_gate": Video}


@pytest.mark.parametrize("workflow", [one_gate(), two_gates(), one_gate(back_to=["story"])])
def test_sound_gates_have_no_faults(workflow: Any) -> None:
    assert problems(workflow, GATED) == []


@pytest.mark.parametrize(
    ("steps", "code", "message"),
    [
        pytest.param(
            [SAY, CUT, gate("cut.parts") | {"over": "item"}],
            "mapped_gate",
            "`approve_each`",
            id="map",
        ),
        pytest.param(
            [STORY, gate("story", back_to=["ghost"])],
            "bad_back_to",
            "no such step. Choose one of: story",
            id="back to no step",
        ),
        pytest.param(
            [STORY, gate("story", back_to=["later"]), {**STORY, "id": "later"}],
            "bad_back_to",
            "does not come before it",
            id="back to a step elsewhere",
        ),
        pytest.param(
            [SAY, gate("say", back_to=["say"])],
            "bad_back_to",
            "takes no feedback. Leave it out",
            id="back to a step that does not listen",
        ),
        pytest.param(
            [SAY, gate("say", rule={"needed": 2})], "bad_setting", "author alone", id="needs two"
        ),
        pytest.param(
            [SAY, gate("say", rule={"at_deadline": "escalate"})], "bad_setting", "whom", id="whom"
        ),
    ],
)
def test_a_gate_that_cannot_work_is_a_fault(
    steps: list[dict[str, Any]], code: str, message: str
) -> None:
    (fault,) = problems(told(*steps), GATED)
    assert fault.code == code
    assert message in str(fault)


# --- the kinds -----------------------------------------------------------------------------


def test_nothing_to_approve_asks_nobody() -> None:
    reviews = FakeReviews()
    assert approve_each(ApproveParams(), (), reviews=reviews) == Listed(items=())
    assert reviews.rounds == []


def test_what_is_approved_one_by_one_keeps_its_order() -> None:
    reviews, scenes = FakeReviews(), storyboard().scenes
    with pytest.raises(Waits, match="Approve each scene"):
        approve_each(ApproveParams(), scenes, reviews=reviews)
    reviews.approve(edits={"s1": scenes[1].model_copy(update={"look": scenes[0].look})})
    assert approve_each(ApproveParams(), scenes, reviews=reviews).items == scenes


def test_an_edited_line_is_said_as_it_now_reads() -> None:
    reviews, scene = FakeReviews(), storyboard().scenes[0]
    with pytest.raises(Waits):
        approve(ApproveParams(), scene, reviews=reviews)
    line = scene.lines[1].model_copy(update={"text": "Then it fell by 50%."})
    reviews.approve(edits={"": scene.model_copy(update={"lines": (scene.lines[0], line)})})
    said = approve(ApproveParams(), scene, reviews=reviews).lines
    assert said[0] == scene.lines[0]
    assert "50 percent" in said[1].spoken


def test_a_form_gives_its_answers() -> None:
    reviews = FakeReviews()
    params = FormParams.model_validate({"form": [{"name": "mood"}]})
    with pytest.raises(Waits):
        ask_person(params, None, reviews=reviews)
    reviews.approve(form={"mood": "calm"})
    assert ask_person(params, None, reviews=reviews) == Answers(values={"mood": "calm"})


def test_gates_are_asked_anew_each_time() -> None:
    assert all(kind.gate and not kind.reusable for kind in (APPROVE_EACH, ASK_PERSON))
