"""What a gate has read besides is shown with what it asks about, round after round."""

from dataclasses import replace

from tests.findings import line, research, script
from tests.gates import GATED, Stage, told
from vid_pipeline.acts import deciding, reviewing
from vid_pipeline.acts.reviewing import Review
from vid_pipeline.acts.verdicts import Decision
from vid_pipeline.artifacts import Script
from vid_pipeline.kinds import Catalog, StepKind, StepParams
from vid_pipeline.ports import Conversation
from vid_pipeline.records import User
from vid_pipeline.research import FactCheck, LineCheck, Research
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import Database


class NoParams(StepParams):
    """Nothing to set."""


def find(params: NoParams) -> Research:
    return research("Boats cross at night.")


def write(params: NoParams, found: Research, *, conversation: Conversation) -> Script:
    said = " ".join(turn.feedback for turn in conversation.turns)
    return script(line(1, f"Boats cross at night. {said}".strip(), "n1"))


def check(params: NoParams, script: Script) -> FactCheck:
    text = script.lines[0].text
    mark = LineCheck(line_id="l1", text=text, support="supported", why="As in note n1.")
    return FactCheck(lines=(mark,), by="rules")


KINDS = [StepKind.of(one) for one in (find, write, check)]
GATE = {"item": "script", "research": "found", "facts": "facts"}
FLOW = told(
    {"id": "found", "kind": "find"},
    {"id": "script", "kind": "write", "in": {"found": "found"}},
    {"id": "facts", "kind": "check", "in": {"script": "script"}},
    {"id": "gate", "kind": "approve", "in": GATE},
    slug="beside",
)


def review_of(stage: Stage) -> Review:
    return reviewing.review(stage.shop, stage.production.owner_id, stage.open.id)


def test_research_and_checks_are_beside_the_script_in_every_round(
    settings: Settings, database: Database, user: User
) -> None:
    stage = Stage.of(settings, database, user, FLOW)
    stage.shop = replace(stage.shop, catalog=Catalog([*GATED.values(), *KINDS]))
    stage.start()
    first = review_of(stage)
    assert Research.model_validate(first.beside["research"]).notes[0].id == "n1"
    assert [thing.type for thing in first.things] == ["Script"]

    rejection = Decision(verdict="reject", to="script", feedback="Say more.")
    deciding.decide(stage.shop, user.id, stage.open.id, rejection)
    stage.run()
    assert stage.ran == ["script", "facts", "gate"]
    second = review_of(stage)
    facts = FactCheck.model_validate(second.beside["facts"])
    assert facts.lines[0].text == "Boats cross at night. Say more."
    assert second.beside["research"] == first.beside["research"]
