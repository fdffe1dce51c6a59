"""A script by a model, through Dagster: journalled, counted, paid once, its key told to nobody.

Whoever watches sees it being written.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

import psycopg
import pytest
from pydantic import JsonValue

from tests.e2e.conftest import ARTICLE, begin, shop_of, work
from vid_pipeline.settings import Settings
from vid_pipeline.store import journal, productions, sayings, traces
from vid_pipeline.store.database import Database
from vid_pipeline.testing.messages_server import MessagesServer, Reply, tool

pytestmark = [pytest.mark.e2e]

KEY = "sk-ant-test-0123456789abcdef"
NO_SPEECH = "def get_library_path(): return '/nowhere'\ndef get_data_path(): return '/nowhere'\n"
LINES = [
    "A single gram of fresh yeast holds about ten billion living cells.",
    "In warm dough those cells double every two hours and breathe out gas.",
    "Gluten traps the gas in bubbles, and the oven swells them one last time.",
]


def script() -> Reply:
    roles = ["hook", "body", "closing"]
    lines: list[JsonValue] = [
        {"role": role, "text": text, "paragraph": 1}
        for role, text in zip(roles, LINES, strict=True)
    ]
    return tool(title="Why bread rises", lines=lines)


def test_a_models_script_is_paid_once_and_counted(
    settings: Settings, database: Database, dagster_env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "espeakng_loader.py").write_text(NO_SPEECH)  # ends each run after the script
    production = begin(settings, database, ARTICLE, seconds=15)
    with MessagesServer(replace(script(), piece_s=0.05)) as server:
        env = dagster_env | {
            "PYTHONPATH": str(tmp_path),
            "ANTHROPIC_API_KEY": KEY,
            "VIDP_ANTHROPIC_BASE_URL": server.url,
        }
        shop = shop_of(settings, database)
        with watched(database, production.id) as seen:
            first = work(shop, production, env)
        again = work(shop, production, env, fresh=True)
        assert len(server.received) == 1, again.stderr[-2000:]

    half = [text for text in seen if text.startswith('{"title":') and LINES[-1] not in text]
    assert half, "what is written is seen before it is there"
    assert KEY not in first.stdout + first.stderr + again.stdout + again.stderr
    assert KEY not in everything_dagster_keeps(database)
    with database.acting(production.owner_id) as conn:
        steps = [t for t in traces.of_production(conn, production.id) if t.step_id == "script"]
        ended = productions.get(conn, production.id)
        request_hash = conn.execute(
            "select request_hash from vidp.journal where production_id = %s", [production.id]
        ).fetchall()
        assert len(request_hash) == 1
        entry = journal.replay(conn, production.id, request_hash[0][0])
    assert [step.state for step in steps] == ["done", "done"]
    assert [(step.input_tokens, step.output_tokens) for step in steps] == [(100, 20), (0, 0)]
    assert steps[0].cost_usd > 0
    assert (ended.state, ended.failed_step) == ("failed", "narration")
    assert entry is not None
    assert (entry.state, entry.step_key) == ("done", "script")


@contextmanager
def watched(database: Database, production_id: UUID) -> Iterator[list[str]]:
    """What whoever watches sees its steps write."""
    seen, over = list[str](), Event()

    def look() -> None:
        while not over.is_set():
            with database.acting(database.local_user) as conn:
                seen.extend(one.text for one in sayings.of_production(conn, production_id))
            time.sleep(0.1)

    watching = Thread(target=look)
    watching.start()
    try:
        yield seen
    finally:
        over.set()
        watching.join()


def everything_dagster_keeps(database: Database) -> str:
    url = database.dagster_url.replace("postgresql+psycopg2://", "postgresql://")
    with psycopg.connect(url) as conn:
        events = conn.execute("select event from event_logs").fetchall()
        runs = conn.execute("select run_body from runs").fetchall()
    return "\n".join(str(row[0]) for row in [*events, *runs])
