"""A provider's job through Dagster: ordered once, capped, its worker killed while it waits."""

import json
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest

from tests.command_line import told
from tests.e2e.conftest import planned, shop_of, work
from vid_pipeline.acts import sweeping
from vid_pipeline.artifacts import Brief
from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.records import Production
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions, requests, traces, workflows
from vid_pipeline.store.database import Database
from vid_pipeline.testing.paid_provider import PRICE_USD, PaidProvider
from vid_pipeline.workflow import Step, Workflow

pytestmark = [pytest.mark.e2e]
KEY = "jobs-secret-9876543210"


def begin(database: Database) -> Production:
    job = Step(
        id="song",
        kind="run_job",
        params={"operation": "voice", "input": {"text": "Hi"}, "most_usd": 0.6},
    )
    flow = Workflow(slug=f"paid-{uuid4().hex[:8]}", title="Paid", steps=(job,))
    with database.acting(database.local_user) as conn:
        version = workflows.publish(conn, flow)
        return productions.create(conn, version, Brief(name="b", url="https://example.org/a"))


def with_provider(env: dict[str, str], provider: PaidProvider, **more: str) -> dict[str, str]:
    return env | {"VIDP_JOBS_URL": provider.url, "VIDP_JOBS_KEY": KEY} | more


def test_a_killed_workers_job_is_waited_for_by_the_next_and_paid_once(
    settings: Settings, database: Database, dagster_env: dict[str, str]
) -> None:
    production, shop = begin(database), shop_of(settings, database)
    with PaidProvider(job_s=3600) as provider:
        env = with_provider(dagster_env, provider)
        planned(shop, production)
        worker = subprocess.Popen(
            [sys.executable, "-m", "assets.worker", str(production.id)],
            cwd=PROJECT,
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        patience = time.monotonic() + 120
        while not provider.counts.polls and time.monotonic() < patience:
            time.sleep(0.05)
        worker.kill()
        worker.wait(30)
        provider.job_s = 0
        assert sweeping.settle(shop, production.id, recover=False)
        done = work(shop, production, env)
        assert (provider.counts.submissions, provider.counts.charges) == (1, 1), done.stderr[-2000:]
    assert KEY not in done.stdout + done.stderr
    with database.acting(production.owner_id) as conn:
        steps = traces.of_production(conn, production.id)
    assert (steps[-1].state, steps[-1].cost_usd) == ("done", PRICE_USD), done.stderr[-3000:]


def test_a_job_past_the_budget_is_asked_about_and_goes_on_when_the_cap_is_raised(
    settings: Settings, database: Database, dagster_env: dict[str, str], home: Path
) -> None:
    production, shop = begin(database), shop_of(settings, database)
    with PaidProvider() as provider:
        env = with_provider(dagster_env, provider, VIDP_BUDGET_PRODUCTION_USD="0.50")
        assert work(shop, production, env).returncode == 3
        assert provider.counts.submissions == 0
        with database.acting(production.owner_id) as conn:
            assert productions.get(conn, production.id).state == "waiting"
            (asked,) = requests.of_production(conn, production.id)
        assert (asked.kind, asked.facts) == ("budget", {"scope": "production", "to_usd": 0.6})

        of_it = ("--production", production.short_id)
        assert told("budget", "set", "production", "a lot", *of_it, home=home).returncode == 2
        assert told("budget", "set", "week", "1", home=home).returncode == 2
        raised = told("budget", "set", "production", "0.60", *of_it, "--json", home=home)
        assert json.loads(raised.stdout)["production"]["limit_usd"] == 0.6, raised.stderr
        assert work(shop, production, env).returncode == 0
        assert provider.counts.charges == 1
    with database.acting(production.owner_id) as conn:
        assert requests.get(conn, asked.id).state == "withdrawn"
    shown = told("budget", "show", *of_it, home=home)
    assert f"${PRICE_USD:.2f}" in shown.stdout
    assert "$0.60" in shown.stdout
