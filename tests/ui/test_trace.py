"""What `vidp trace` shows of agents: model calls, tools, notes, conversations."""

from pathlib import Path
from typing import Any

import pytest

from tests.agents import call
from tests.command_line import vidp
from tests.gates import Stage, told
from tests.graph.test_agents_in_workflows import CATALOG, agent
from ui.cli import tracing
from vid_pipeline.settings import Settings
from vid_pipeline.store import journal, step_events, users
from vid_pipeline.store.database import Database
from vid_pipeline.testing.ports import fake_ports
from vid_pipeline.testing.scripted_llm import ScriptedLLM

LOUD = "[bold]x[/] \x1b[2J"


@pytest.fixture(scope="module")
def key(settings: Settings, database: Database, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A production of the local user, with an agent in it."""
    with database.service() as conn:
        local = users.local(conn)
    folder = tmp_path_factory.mktemp("agent")
    flow = told(agent("write", tools=["calculate"]), slug="agents")
    stage = Stage.of(settings, database, local, flow, catalog=CATALOG)
    asks = [call("calculate", 1, expression="6*7"), call("ghost", 2, x=LOUD)]
    llm = ScriptedLLM(asks, f"Good {LOUD}", {"answer": "done"})
    stage.ports = vars(fake_ports(folder, llm=llm))
    with database.acting(local.id) as conn:
        made = journal.begin(
            conn, stage.production.id, "h", step_key="write", provider="anthropic", model="opus"
        )
        journal.finish(
            conn,
            made.id,
            response=None,
            input_tokens=1200,
            output_tokens=34,
            cache_tokens=500,
            cost_usd=0.5,
        )
    stage.start()
    assert stage.now.state == "done"
    return str(stage.production.id)


@pytest.fixture(scope="module")
def shown(key: str, home: Path) -> str:
    done = vidp("trace", key, "--conversation", home=home)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_calls_and_tools_stand_below_their_step(shown: str) -> None:
    lines = [line.split() for line in shown.splitlines()]
    (model,) = [line for line in lines if "anthropic/opus" in line]
    assert model[1:3] == ["model", "done"]
    assert "1,200 in, 34 out, 500 by cache" in " ".join(model)
    assert "$0.50" in model
    tools = [line[:3] for line in lines if "tool" in line[:3]]
    assert tools == [["calculate", "tool", "ok"], ["unknown", "tool", "tool"]]


def test_the_conversation_is_shown_and_steers_no_terminal(shown: str) -> None:
    for words in ("user: Do it.", 'uses calculate {"expression": "6*7"}', '{"answer":"done"}'):
        assert words in shown
    assert "[bold]x[/]" in shown
    assert "\x1b" not in shown


def test_programs_are_told_what_was_said_only_if_they_ask(key: str, database: Database) -> None:
    with database.acting(database.local_user) as conn:
        calls = journal.calls(conn, key)
        events = step_events.of_production(conn, key)
    whole: Any = tracing.as_json(calls, events, conversation=True)
    assert [one["cost_usd"] for one in whole["calls"]] == [0.5]
    assert "request" not in whole["calls"][0]
    kinds = [event["kind"] for event in whole["events"]]
    assert kinds == ["said", "said", "tool", "tool", "said", "said", "said", "said"]
    brief: Any = tracing.as_json(calls, events, conversation=False)
    assert {event["kind"] for event in brief["events"]} == {"tool"}
