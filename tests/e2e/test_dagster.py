"""What engineers see in Dagster: the job, the lineage, and re-execution from failure."""

import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import ARTICLE, Webserver, begin, planned, run_worker, shop_of, work
from vid_pipeline import tags
from vid_pipeline.acts import launching, retrying, running_alone
from vid_pipeline.dagster_api import DagsterApi
from vid_pipeline.records import Production
from vid_pipeline.settings import Settings
from vid_pipeline.store import launches, productions, traces
from vid_pipeline.store.database import Database
from vid_pipeline.testing.starter import FakeStarter

pytestmark = [pytest.mark.e2e, pytest.mark.media, pytest.mark.browser]

RUN = """query ($id: ID!) { runOrError(runId: $id) { __typename ... on Run {
    status rootRunId stepStats { stepKey status } } } }"""
AGAIN = """mutation ($params: ReexecutionParams!) {
    launchRunReexecution(reexecutionParams: $params) {
        __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
JOBS = (
    """{ repositoriesOrError { ... on RepositoryConnection { nodes { name jobs { name } } } } }"""
)
LINEAGE = "{ assetNodes { assetKey { path } dependencyKeys { path } } }"

BROKEN_SPEECH = """
def get_library_path(): return "/nowhere/libespeak-ng.so"
def get_data_path(): return "/nowhere"
"""


def wait(server: Webserver, run_id: str) -> dict[str, Any]:
    for _ in range(600):
        run: dict[str, Any] = server.ask(RUN, id=run_id)["runOrError"]
        if run["status"] in {"SUCCESS", "FAILURE", "CANCELED"}:
            return run
        time.sleep(0.3)
    raise AssertionError(run)


def test_a_run_whose_launch_was_given_up_does_nothing(
    settings: Settings, database: Database, webserver: Webserver
) -> None:
    production = begin(settings, database, ARTICLE, seconds=15)
    launch = planned(shop_of(settings, database), production)
    api = DagsterApi(f"http://127.0.0.1:{webserver.port}")
    with database.acting(production.owner_id) as conn:
        productions.locked(conn, production.id)  # the run waits for it
        run_id = api.launch(launch.job_name, tags=tags.of(production, launch))
        launching.taken(conn, launch, run_id, root=None)
        launches.end(conn, launch.id, "killed")
    assert wait(webserver, run_id)["status"] == "FAILURE"
    assert reload(database, production).state == "queued"
    with database.acting(production.owner_id) as conn:
        assert traces.of_production(conn, production.id) == []


def reload(db: Database, production: Production) -> Production:
    with db.acting(production.owner_id) as conn:
        return productions.get(conn, production.id)


def test_a_run_that_failed_in_narrate_goes_on_from_there_in_dagster(
    settings: Settings,
    database: Database,
    dagster_env: dict[str, str],
    webserver: Webserver,
    tmp_path: Path,
) -> None:
    (tmp_path / "espeakng_loader.py").write_text(BROKEN_SPEECH)
    production = begin(settings, database, ARTICLE, seconds=15)
    broken = work(
        shop_of(settings, database), production, dagster_env | {"PYTHONPATH": str(tmp_path)}
    )
    assert broken.returncode == 1, broken.stderr[-2000:]
    failed = reload(database, production)
    assert (failed.state, failed.failed_step) == ("failed", "narration")
    assert failed.run_id is not None

    params = {"parentRunId": failed.run_id, "strategy": "FROM_FAILURE"}
    launched = webserver.ask(AGAIN, params=params)["launchRunReexecution"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    run = wait(webserver, launched["run"]["runId"])

    assert run["status"] == "SUCCESS"
    assert run["rootRunId"] == failed.run_id
    repeated = {"brief", "article", "script", "storyboard"}
    assert repeated.isdisjoint(step["stepKey"] for step in run["stepStats"])
    done = reload(database, production)
    assert done.state == "done"
    assert (Path(done.folder or "") / "video.mp4").stat().st_size > 100_000
    with database.acting(production.owner_id) as conn:
        steps = [trace.step_key for trace in traces.of_production(conn, production.id)]
    assert steps.count("script") == 1


def test_a_step_runs_alone_in_dagster_and_then_the_next_one_by_a_worker(
    settings: Settings,
    database: Database,
    dagster_env: dict[str, str],
    webserver: Webserver,
    tmp_path: Path,
) -> None:
    (tmp_path / "espeakng_loader.py").write_text(BROKEN_SPEECH)
    production = begin(settings, database, ARTICLE, seconds=15)
    shop = shop_of(settings, database)
    work(shop, production, dagster_env | {"PYTHONPATH": str(tmp_path)})
    near = settings.model_copy(update={"dagster_port": webserver.port})
    drawn = running_alone.run(shop_of(near, database), production.owner_id, production.id, "draw")
    with database.acting(drawn.owner_id) as conn:
        (launch,) = launches.of_production(conn, drawn.id)
    assert launch.run_id is not None, "Dagster has started it"
    run = wait(webserver, launch.run_id)
    assert run["status"] == "SUCCESS"
    keys = {step["stepKey"] for step in run["stepStats"]}
    given = {"brief", "article", "script", "storyboard"}
    items = {key for key in keys if key.startswith("draw[")}
    assert keys == given | items | {"storyboard__scenes"}
    assert len(items) >= 2
    done = reload(database, drawn)
    assert (done.state, done.only_step, done.folder) == ("done", "draw", None)
    assert states(database, drawn) == dict.fromkeys(given, "reused") | dict.fromkeys(items, "done")

    alone = shop_of(settings.model_copy(update={"dagster_port": 1}), database)
    _, spoken = running_alone.planned(alone, drawn.owner_id, drawn.id, "narration")
    by_worker = run_worker(spoken, dagster_env)
    assert by_worker.returncode == 0, by_worker.stderr[-2000:]
    assert states(database, spoken) == dict.fromkeys(given, "reused") | {"narration": "done"}
    assert reload(database, spoken).only_step == "narration"

    retrying.retry(replace(alone, start_worker=FakeStarter()), spoken.owner_id, spoken.id)
    by_worker = run_worker(spoken, dagster_env)
    assert by_worker.returncode == 0, by_worker.stderr[-2000:]
    whole = reload(database, spoken)
    assert (whole.state, whole.only_step) == ("done", None)
    assert (Path(whole.folder or "") / "video.mp4").stat().st_size > 100_000
    after = states(database, spoken)
    assert {after[key] for key in given} == {"reused"}, "and nothing above ran again"
    assert after["narration"] == "done"


def states(db: Database, production: Production) -> dict[str, str]:
    """How each step stands by its newest try."""
    with db.acting(production.owner_id) as conn:
        found = traces.of_production(conn, production.id)
    return {trace.step_key: trace.state for trace in found}


def test_dagster_sees_the_job(webserver: Webserver) -> None:
    nodes = webserver.ask(JOBS)["repositoriesOrError"]["nodes"]
    jobs = {job["name"] for node in nodes for job in node["jobs"]}
    assert any(job.startswith("article_to_short__v") for job in jobs)


def test_lineage_reads_from_the_brief_to_the_video(webserver: Webserver) -> None:
    nodes = webserver.ask(LINEAGE)["assetNodes"]
    above = {
        node["assetKey"]["path"][-1]: {key["path"][-1] for key in node["dependencyKeys"]}
        for node in nodes
        if node["assetKey"]["path"][0] == "article-to-short"
    }
    chain = ["brief", "script", "storyboard", "narration", "video", "deliver"]
    for source, target in pairwise(chain):
        assert source in above[target], above
