"""Runs that Dagster's webserver hands to the warm runner."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from assets.catalog import CATALOG
from tests.e2e.conftest import ARTICLE, Webserver, begin
from tests.e2e.test_dagster import AGAIN
from vid_pipeline import process_tree, tags
from vid_pipeline.acts import publishing
from vid_pipeline.artifacts import Brief
from vid_pipeline.dagster_api import DagsterApi
from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.graph.run_worker import STARTED
from vid_pipeline.records import Production
from vid_pipeline.runner_socket import Order, ask, is_up
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions
from vid_pipeline.store.database import Database
from vid_pipeline.store.objects import ObjectStore
from vid_pipeline.workflow import Workflow

pytestmark = [pytest.mark.e2e]

EVENTS = """query ($id: ID!) { logsForRun(runId: $id) { ... on EventConnection { events {
    ... on MessageEvent { eventType message timestamp } } } } }"""
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}
FORKED = STARTED.partition("(")[0]


@pytest.fixture(scope="module")
def runner(runner_socket: Path, dagster_env: dict[str, str]) -> Iterator[str]:
    path = str(runner_socket)
    process = subprocess.Popen(
        [sys.executable, "-m", "assets.runner", path],
        cwd=PROJECT,
        env=dagster_env,
        start_new_session=True,
    )
    try:
        until(lambda: is_up(path), 60)
        yield path
    finally:
        family = process_tree.members(process.pid)
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        process_tree.kill(family)


@pytest.fixture
def api(webserver: Webserver) -> DagsterApi:
    return DagsterApi(webserver.url.removesuffix("/graphql"))


def until(holds: Callable[[], Any], within_s: float = 20.0) -> None:
    deadline_s = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


def launched(api: DagsterApi, production: Production) -> str:
    told = {tags.PRODUCTION: str(production.id), tags.FRESH: "1"}
    return api.launch(production.job_name, tags=told)


def events(server: Webserver, run_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.ask(EVENTS, id=run_id)["logsForRun"]["events"]
    return found


def has(server: Webserver, run_id: str, kind: str) -> bool:
    return any(event["eventType"] == kind for event in events(server, run_id))


def forked(server: Webserver, run_id: str) -> bool:
    return any(event["message"].startswith(FORKED) for event in events(server, run_id))


def living(leader: int) -> list[psutil.Process]:
    members = process_tree.members(leader)
    return [member for member in members if member.status() != psutil.STATUS_ZOMBIE]


def short_work(settings: Settings, db: Database, slug: str) -> Production:
    """A production of a workflow that takes its brief, published now."""
    document = {"slug": slug, "title": slug, "steps": [{"id": "brief", "kind": "take_brief"}]}
    version = publishing.publish(db, db.local_user, Workflow.model_validate(document), CATALOG)
    kept = ObjectStore(settings.objects_url, cache=settings.home / "cache")
    brief = Brief(name="bread.md", document=kept.put_bytes(b"Bread.", "text/markdown"))
    with db.acting(db.local_user) as conn:
        return productions.create(conn, version, brief)


def test_without_a_runner_a_run_starts_as_dagsters_own(
    settings: Settings,
    database: Database,
    webserver: Webserver,
    api: DagsterApi,
    runner_socket: Path,
) -> None:
    assert not is_up(str(runner_socket)), "this test comes before those that start one"
    run = launched(api, short_work(settings, database, "no-runner"))
    until(lambda: api.status(run) in ENDED, 60)
    assert api.status(run) == "SUCCESS"
    assert not forked(webserver, run)


def test_a_workflow_published_after_the_runner_started_runs_and_runs_again_in_forks_of_it(
    settings: Settings, database: Database, webserver: Webserver, api: DagsterApi, runner: str
) -> None:
    production = short_work(settings, database, "published-later")
    run = launched(api, production)
    until(lambda: api.status(run) in ENDED)
    assert api.status(run) == "SUCCESS", events(webserver, run)
    assert forked(webserver, run)
    with database.acting(production.owner_id) as conn:
        assert productions.get(conn, production.id).state == "done"

    params = {"parentRunId": run, "strategy": "ALL_STEPS"}
    again = webserver.ask(AGAIN, params=params)["launchRunReexecution"]["run"]["runId"]
    until(lambda: api.status(again) in ENDED)
    assert api.status(again) == "SUCCESS", events(webserver, again)
    assert forked(webserver, again)


def test_terminating_a_run_cancels_it(
    settings: Settings, database: Database, webserver: Webserver, api: DagsterApi, runner: str
) -> None:
    production = begin(settings, database, ARTICLE, seconds=15)
    run = launched(api, production)
    until(lambda: has(webserver, run, "STEP_START"))
    assert api.terminate(run)
    until(lambda: api.status(run) in ENDED)
    assert api.status(run) == "CANCELED"
    with database.acting(production.owner_id) as conn:
        assert productions.get(conn, production.id).state == "cancelled"


def test_a_run_whose_process_is_killed_is_reported_as_failed(
    settings: Settings, database: Database, webserver: Webserver, api: DagsterApi, runner: str
) -> None:
    run = launched(api, begin(settings, database, ARTICLE, seconds=15))
    until(lambda: has(webserver, run, "STEP_START"))
    worker = ask(runner, Order(verb="look", run_id=run))
    assert worker is not None
    assert worker.done
    os.kill(worker.pid, signal.SIGKILL)
    until(lambda: api.status(run) in ENDED)
    assert api.status(run) == "FAILURE"
    messages = [event["message"] for event in events(webserver, run)]
    assert any("was terminated by signal 9" in message for message in messages), messages
    until(lambda: not living(worker.pid))
