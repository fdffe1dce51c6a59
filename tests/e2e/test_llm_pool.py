"""The pool `llm` limits how many steps of all productions ask a model at the same time."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from assets.catalog import CATALOG
from tests.command_line import vidp
from tests.e2e.conftest import ARTICLE, Webserver, shop_of
from tests.e2e.test_model import KEY, script
from vid_pipeline import process_tree
from vid_pipeline.acts import making, publishing
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief
from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.records import Production
from vid_pipeline.runner_socket import is_up
from vid_pipeline.settings import Settings
from vid_pipeline.store import traces
from vid_pipeline.store.database import Database
from vid_pipeline.testing.messages_server import MessagesServer
from vid_pipeline.workflow import Workflow

pytestmark = [pytest.mark.e2e]

PRODUCTIONS, LIMIT, ANSWER_S = 8, 2, 0.8
STEPS = [
    {"id": "brief", "kind": "take_brief"},
    {"id": "article", "kind": "read_source", "in": {"brief": "brief"}},
    {"id": "script", "kind": "write_script", "in": {"brief": "brief", "article": "article"}},
]


@pytest.fixture
def model() -> Iterator[MessagesServer]:
    answer = replace(script(), delay_s=ANSWER_S)
    with MessagesServer(*[answer] * PRODUCTIONS) as server:
        yield server


@pytest.fixture
def runner(
    runner_socket: Path, dagster_env: dict[str, str], model: MessagesServer
) -> Iterator[str]:
    path = str(runner_socket)
    process = subprocess.Popen(
        [sys.executable, "-m", "assets.runner", path],
        cwd=PROJECT,
        env=dagster_env | {"ANTHROPIC_API_KEY": KEY, "VIDP_ANTHROPIC_BASE_URL": model.url},
        start_new_session=True,
    )
    try:
        patience = time.monotonic() + 60
        while not is_up(path):
            assert time.monotonic() < patience
            time.sleep(0.05)
        yield path
    finally:
        family = process_tree.members(process.pid)
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        process_tree.kill(family)


@pytest.fixture
def limited(home: Path) -> Iterator[None]:
    """The limit, as an engineer sets it."""
    pool = ("dagster", "instance", "concurrency", "set", "llm")
    assert vidp(*pool, str(LIMIT), home=home).returncode == 0
    yield
    assert vidp(*pool, "1000", home=home).returncode == 0


def test_eight_productions_ask_two_at_a_time(
    settings: Settings,
    database: Database,
    webserver: Webserver,
    model: MessagesServer,
    runner: str,
    limited: None,
) -> None:
    shop = shop_of(settings.model_copy(update={"dagster_port": webserver.port}), database)
    flow = {"slug": f"scripted-{uuid4().hex[:8]}", "title": "Scripted", "steps": STEPS}
    publishing.publish(database, database.local_user, Workflow.model_validate(flow), CATALOG)
    made = [begun(shop, flow["slug"], number) for number in range(PRODUCTIONS)]
    for production in made:
        assert making.launch(shop, production) == "dagster"
    patience = time.monotonic() + 120
    while not all(written(shop, production) for production in made):
        assert time.monotonic() < patience, len(model.received)
        time.sleep(0.1)
    starts = sorted(received.at_s for received in model.received)
    assert len(starts) == PRODUCTIONS
    at_once = [sum(0 <= start - other < ANSWER_S for other in starts) for start in starts]
    assert max(at_once) == LIMIT


def begun(shop: Workshop, slug: object, number: int) -> Production:
    text = ARTICLE.replace("Why bread rises", f"Why loaf {number} of {uuid4().hex[:6]} rises")
    document = shop.store.put_bytes(text.encode(), "text/markdown")
    brief = Brief(name="bread.md", document=document, seconds=15)
    return making.begin(shop.db, shop.db.local_user, brief, workflow=str(slug))


def written(shop: Workshop, production: Production) -> bool:
    with shop.db.acting(production.owner_id) as conn:
        found = traces.of_production(conn, production.id)
    return any(trace.step_id == "script" and trace.state == "done" for trace in found)
