"""Whole productions: a short article, and what it takes to run it through Dagster."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest

from assets.catalog import CATALOG
from vid_pipeline import process_tree
from vid_pipeline.acts import launching, publishing
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief
from vid_pipeline.dagster_env import PROJECT, environment
from vid_pipeline.records import Launch, Production, WorkflowVersion
from vid_pipeline.settings import Settings, child_environment
from vid_pipeline.store import productions
from vid_pipeline.store.database import Database
from vid_pipeline.store.objects import ObjectStore

ARTICLE = """# Why bread rises

Bread rises because yeast eats sugar and breathes out gas. A single gram of fresh yeast holds
about ten billion cells. In warm dough they double every two hours. The gas cannot leave, because
kneading has turned the flour's proteins into an elastic net called gluten. The net stretches into
thousands of small bubbles. In the oven the bubbles swell once more before the crust sets at
about 60 degrees. A loaf can grow by a third in its first ten minutes of heat. That last jump is
what bakers call oven spring. Salt slows the yeast down and makes the net stronger. Time does the
rest, and a slow night in the fridge gives the deepest taste of all.
"""


class Webserver:
    """Dagster's own webserver over our workspace."""

    def __init__(self, port: int, pid: int) -> None:
        self.port, self.pid = port, pid
        self.url = f"http://127.0.0.1:{port}/graphql"

    def ask(self, query: str, **variables: Any) -> Any:
        with httpx.Client(timeout=60, trust_env=False) as client:
            body = client.post(self.url, json={"query": query, "variables": variables}).json()
        assert "errors" not in body, body
        return body["data"]


@pytest.fixture(scope="session")
def runner_socket() -> Iterator[Path]:
    """Where Dagster looks for a warm runner; a test that wants one starts it there."""
    with TemporaryDirectory(prefix="vidp-") as short:
        yield Path(short, "runner.sock")


@pytest.fixture(scope="session")
def dagster_env(settings: Settings, database: Database, runner_socket: Path) -> dict[str, str]:
    ours(database)
    return child_environment(environment(settings, database, runner=runner_socket))


@pytest.fixture(scope="package")  # and no longer: it takes a core's tenth, idle
def webserver(
    dagster_env: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Webserver]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "dagster_webserver", "-h", "127.0.0.1", "-p", str(port)]
    log = tmp_path_factory.mktemp("webserver") / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "-w", "workspace.yaml"],
            cwd=PROJECT,
            env=dagster_env,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield _answering(Webserver(port, process.pid), process, log)
    finally:
        members = process_tree.members(process.pid)
        os.kill(process.pid, signal.SIGTERM)
        process.wait(20)
        process_tree.kill(members)


def _answering(server: Webserver, process: "subprocess.Popen[bytes]", log: Path) -> Webserver:
    for _ in range(240):
        assert process.poll() is None, log.read_text(encoding="utf-8")[-2000:]
        try:
            if server.ask("{ version }"):
                return server
        except httpx.HTTPError:
            time.sleep(0.5)
    raise AssertionError(log.read_text(encoding="utf-8")[-2000:])


def begin(
    settings: Settings,
    db: Database,
    text: str,
    *,
    version: WorkflowVersion | None = None,
    **wishes: Any,
) -> Production:
    """A draft production of a text, through the workflow that we come with unless given."""
    store = ObjectStore(settings.objects_url, cache=settings.home / "cache")
    document = store.put_bytes(text.encode(), "text/markdown")
    version = version or ours(db)
    with db.acting(db.local_user) as conn:
        brief = Brief(name="bread.md", document=document, **wishes)
        return productions.create(conn, version, brief)


def ours(db: Database) -> WorkflowVersion:
    """The workflow that we come with, whatever other tests have published under its name."""
    example = publishing.read(publishing.EXAMPLES / "article-to-short.json")
    return publishing.publish(db, db.local_user, example, CATALOG)


def shop_of(settings: Settings, db: Database) -> Workshop:
    return Workshop.of(settings, db, CATALOG)


def planned(shop: Workshop, production: Production, *, fresh: bool = False) -> Launch:
    """The next launch of a production, for a worker to take."""
    with shop.db.acting(production.owner_id) as conn:
        held = productions.locked(conn, production.id)
        return launching.plan(shop, conn, held, reason="start", fresh=fresh)


def work(
    shop: Workshop, production: Production, env: dict[str, str], *, fresh: bool = False
) -> "subprocess.CompletedProcess[str]":
    """Run what is left of a production in a worker process."""
    planned(shop, production, fresh=fresh)
    return run_worker(production, env)


def run_worker(production: Production, env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run its planned launch in a worker process."""
    return subprocess.run(
        [sys.executable, "-m", "assets.worker", str(production.id)],
        cwd=PROJECT,
        env=env,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
