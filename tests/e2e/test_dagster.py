"""What engineers see in Dagster: the job, the lineage, and re-execution from failure."""

import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import ARTICLE, Webserver, begin, planned, shop_of, work
from vid_pipeline import tags
from vid_pipeline.acts import launching
from vid_pipeline.dagster_api import DagsterApi
from vid_pipeline.records import Production
from vid_pipeline.settings import Settings
from vid_pipeline.store import launches, productions, traces
from vid_pipeline.store.database import Database

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
