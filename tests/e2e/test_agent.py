"""An agent in a real worker: all its ports are there, and what it says is kept as it is said."""

from typing import Any

import pytest

from assets.catalog import CATALOG
from tests.e2e.conftest import shop_of, work
from vid_pipeline.acts import publishing
from vid_pipeline.artifacts import Brief
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions, step_events
from vid_pipeline.store.database import Database
from vid_pipeline.workflow import Workflow

pytestmark = [pytest.mark.e2e]

FORM = {"fields": [{"name": "answer", "type": "text"}]}


def agent(name: str, **settings: Any) -> dict[str, Any]:
    params = {"instructions": "On {{brief.name}}.", "output": FORM, "tools": ["calculate"]}
    return {"id": name, "kind": "agent", "in": {"brief": "brief"}, "params": params | settings}


def test_without_a_key_it_fails_says_why_and_keeps_what_was_said(
    settings: Settings, database: Database, dagster_env: dict[str, str]
) -> None:
    steps = [{"id": "brief", "kind": "take_brief"}, agent("plain")]
    steps.append(agent("named", model="anthropic/claude-test"))
    flow = Workflow.model_validate({"slug": "agent-alone", "title": "A", "steps": steps})
    version = publishing.publish(database, database.local_user, flow, CATALOG)
    with database.acting(database.local_user) as conn:
        made = productions.create(conn, version, Brief(name="bread.md", url="https://b.example"))
    done = work(shop_of(settings, database), made, dagster_env)
    with database.acting(database.local_user) as conn:
        ended = productions.get(conn, made.id)
        told = step_events.of_production(conn, made.id)
    assert ended.state == "failed", done.stderr[-2000:]
    assert "needs a language model" in done.stdout + done.stderr
    assert [(one.step_key, one.kind, one.name) for one in told] == [("named", "said", "user")]
    assert "bread.md" in str(told[0].detail)
