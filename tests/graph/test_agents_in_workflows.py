"""Agents in workflows: what is found before publishing, what Dagster runs, how they go on."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from tests.agents import AGENT, TOOLBOX, call
from tests.gates import GATED, Stage, told
from tests.graph.conftest import Bench
from tests.graph.kinds_for_tests import KINDS, NoParams, Text
from tests.graph.test_gates import execute
from vid_pipeline.acts import deciding
from vid_pipeline.acts.verdicts import Decision
from vid_pipeline.check import problems
from vid_pipeline.drawn_schema import Record
from vid_pipeline.kinds import Catalog, StepKind
from vid_pipeline.ports import Ports
from vid_pipeline.records import User
from vid_pipeline.settings import Settings
from vid_pipeline.store import step_events
from vid_pipeline.store.database import Database
from vid_pipeline.testing.ports import fake_ports
from vid_pipeline.testing.scripted_llm import ScriptedLLM
from vid_pipeline.wiring import Wiring

LINES = {
    "fields": [
        {
            "name": "lines",
            "type": "list",
            "items": {
                "type": "object",
                "fields": [{"name": "id", "type": "text"}, {"name": "text", "type": "text"}],
            },
        }
    ]
}
WORDS = {"fields": [{"name": "answer", "type": "text", "description": "All of it."}]}
FORM = [{"name": "mood", "type": "text"}]


def take_any(params: NoParams, record: Record) -> Text:
    """Any record's JSON."""
    return Text(text=record.model_dump_json())


CATALOG = Catalog([*KINDS, *GATED.values(), AGENT, StepKind.of(take_any)])
SAY = {"id": "say", "kind": "say"}


def agent(step: str, feeds: Mapping[str, Any] | None = None, **rest: Any) -> dict[str, Any]:
    more: dict[str, Any] = {key: rest.pop(key) for key in ("over", "when") if key in rest}
    settings = {"instructions": "Do it.", "output": WORDS} | rest
    return {"id": step, "kind": "agent", "params": settings, "in": dict(feeds or {}), **more}


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        pytest.param([agent("a", tools=["ghost"])], "tool 'ghost' is not installed", id="tool"),
        pytest.param([agent("a", instructions="{{say}}")], "name 'say', but", id="place"),
        pytest.param(
            [SAY, agent("a", {"say": "say"}, instructions="{{say.ghost}}")],
            "Fields of 'say': text",
            id="field",
        ),
        pytest.param([agent("a", instructions="{{ 1 + 1 }}")], "is no place", id="code"),
        pytest.param([agent("a", model="opus")], "setting 'model'", id="model"),
        pytest.param([agent("a", output={"fields": []})], "setting 'output.fields'", id="form"),
        pytest.param([agent("a", tools=["look_up"])], "Set `channel`", id="channel"),
        pytest.param([SAY, agent("a", {"llm": "say"})], "cannot call an input", id="a port"),
        pytest.param([SAY, agent("a", {"a b": "say"})], "cannot call an input", id="no name"),
        pytest.param([agent("a", {"x": "say.ghost"}), SAY], "no 'ghost'", id="source"),
        pytest.param(
            [
                SAY,
                {"id": "cut", "kind": "cut", "in": {"text": "say"}},
                agent("a", {"part": "cut.parts"}, over="part", tools=["ask_person"]),
            ],
            "cannot wait for",
            id="a gate in a map",
        ),
        pytest.param(
            [agent("a"), agent("b", {"x": "a"}, takes={"x": LINES})],
            r"gives Record\(answer\), but 'x' of step 'b' needs Record\(lines\)",
            id="another form",
        ),
        pytest.param([agent("b", takes={"x": LINES})], "lacks its input 'x'", id="missing"),
        pytest.param([SAY, agent("b", {"x": "say"}, takes={"x": LINES})], "needs Rec", id="text"),
        pytest.param(
            [agent("a"), {"id": "e", "kind": "echo", "in": {"text": "a"}}], "needs Text", id="kind"
        ),
    ],
)
def test_a_fault_of_an_agent_is_found_before_it_runs(
    steps: list[dict[str, Any]], message: str
) -> None:
    found = problems(told(*steps), CATALOG)
    assert found
    assert any(re.search(message, str(fault)) for fault in found), found


def test_forms_type_the_joins_between_steps() -> None:
    sound = told(
        SAY,
        agent("draft", {"source": "say"}, output=LINES, instructions="{{source.text}}"),
        agent("each", {"line": "draft.lines"}, over="line", instructions="{{line.text}}"),
        agent("whole", {"draft": "draft", "parts": "each"}, takes={"draft": LINES}),
        {"id": "any", "kind": "take_any", "in": {"record": "whole"}},
        {"id": "ok", "kind": "approve", "in": {"item": "whole"}},
        agent("last", {"all": ["say", "ok"]}, takes={}),
    )
    assert problems(sound, CATALOG) == []
    wiring = Wiring(sound, CATALOG)
    assert wiring.kinds["ok"].output is wiring.kinds["whole"].output


@pytest.mark.e2e
def test_dagster_runs_agents_and_maps_over_what_they_drew(bench: Bench, tmp_path: Path) -> None:
    drawn: Any = {"lines": [{"id": "l1", "text": "one"}, {"id": "l2", "text": "two"}]}
    bench.catalog = CATALOG
    every: Any = lambda question: {"answer": question.messages[0].text[-40:]}  # noqa: E731
    bench.ports = dict(vars(fake_ports(tmp_path, llm=ScriptedLLM(drawn, every, every, every))))
    del bench.ports["cancel"], bench.ports["store"]
    flow = told(
        agent("draft", output=LINES),
        agent("each", {"line": "draft.lines"}, over="line", instructions="{{line.text}}"),
        agent("whole", {"draft": "draft", "parts": "each"}, takes={"draft": LINES}),
        {"id": "any", "kind": "take_any", "in": {"record": "whole"}},
    )
    ended: dg.DagsterRun = execute(bench, flow)
    known = bench.texts[f"runs/{ended.run_id}/any/result.json"]
    assert "DATA>>>" in json.loads(known)["text"]
    assert len([key for key in bench.texts if "/each" in key]) == 2


class Agents:
    """A production in Postgres whose steps are agents with one scripted model."""

    def __init__(
        self, settings: Settings, db: Database, user: User, folder: Path, *said: Any
    ) -> None:
        self.llm, self.db, self.user = ScriptedLLM(*said), db, user
        flow = told(
            SAY,
            agent("write", {"source": "say"}, tools=["ask_person", "calculate"]),
            {"id": "ok", "kind": "approve", "in": {"item": "write"}},
        )
        self.stage = Stage.of(settings, db, user, flow, catalog=CATALOG)
        self.stage.ports = vars(fake_ports(folder, llm=self.llm))

    def decide(self, **decision: Any) -> None:
        made = Decision.model_validate(decision)
        deciding.decide(self.stage.shop, self.user.id, self.stage.open.id, made)
        self.stage.run()

    def events(self) -> list[Any]:
        with self.db.acting(self.user.id) as conn:
            return step_events.of_production(conn, self.stage.production.id)


def test_an_agent_asks_people_goes_on_and_is_revised(
    settings: Settings, database: Database, user: User, tmp_path: Path
) -> None:
    asks = [
        call("calculate", 1, expression="6*7"),
        call("ask_person", 2, question="Which mood?", form=FORM),
        call("ask_person", 3, question="And which colour?", form=FORM),
    ]
    said = [asks, "Good.", {"answer": "first"}, "Hm.", {"answer": "second"}]
    here = Agents(settings, database, user, tmp_path, *said)
    here.stage.start()
    assert "Which mood?" in here.stage.open.title
    here.decide(verdict="approve", form={"mood": "calm"})
    assert "which colour?" in here.stage.open.title
    here.decide(verdict="approve", form={"mood": "red"})
    assert here.stage.open.step_id == "ok"
    assert here.stage.output("write").answer == "first"
    here.decide(verdict="reject", feedback="shorter", to="write")
    assert here.stage.output("write").answer == "second"
    conversation = here.llm.asked[-1].messages
    assert ["calm" in repr(conversation), "red" in repr(conversation)] == [True, True]
    assert "shorter" in conversation[-3].text
    here.decide(verdict="approve")
    assert here.stage.now.state == "done"
    used = [event for event in here.events() if event.kind == "tool"]
    done = [(e.name, e.detail["again"]) for e in used]
    assert done == [
        ("calculate", False),
        ("calculate", True),
        ("ask_person", False),
        ("calculate", True),
        ("ask_person", True),
        ("ask_person", False),
    ]
    assert len(here.llm.asked) == 5


def test_a_kind_may_take_all_ports(tmp_path: Path) -> None:
    def whole(params: NoParams, *, ports: Ports) -> Text:
        return Text(text=ports.production.id)

    kind = StepKind.of(whole)
    assert kind.bundle
    assert set(vars(fake_ports(tmp_path))) == kind.ports
    assert set(TOOLBOX) >= {"calculate"}
