"""A whole reviewed production, driven by the client alone: real workers, real decisions."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from assets.catalog import CATALOG
from tests.api.conftest import served
from ui.api.app import PREFIX, build
from vid_pipeline.acts import tokens
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.client import Client
from vid_pipeline.records import User
from vid_pipeline.scopes import SCOPES
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import Database
from vid_pipeline.wire.approvals import Review
from vid_pipeline.wire.events import Ended, Steps
from vid_pipeline.workflow import Step, Workflow

pytestmark = pytest.mark.e2e

ARTICLE = """# Why bread rises

Bread rises because yeast eats sugar and breathes out gas. A single gram of fresh yeast holds
about ten billion cells. In warm dough they double every two hours. The gas cannot leave, because
kneading has turned the flour's proteins into an elastic net called gluten. The net stretches into
thousands of small bubbles. In the oven the bubbles swell once more before the crust sets at
about 60 degrees. A loaf can grow by a third in its first ten minutes of heat. Salt slows the yeast
down and makes the net stronger. Time does the rest.
"""
REVIEWED = Workflow(
    slug="reviewed-script",
    title="A script that people review",
    steps=(
        Step(id="brief", kind="take_brief"),
        Step(id="article", kind="read_source", inputs={"brief": "brief"}),
        Step(id="script", kind="write_script", inputs={"brief": "brief", "article": "article"}),
        Step(id="gate", kind="approve", inputs={"item": "script"}),
    ),
)
EDITED = "Bread rises because yeast breathes."


@pytest.fixture
def client(settings: Settings, database: Database, user: User) -> Iterator[Client]:
    alone = settings.model_copy(update={"dagster_port": 1})
    shop = Workshop.of(alone, database, CATALOG)
    made = tokens.make(database, user.id, "driver", SCOPES).secret.get_secret_value()
    app = Starlette(routes=[Mount(PREFIX, build(lambda: shop))])
    with served(app) as url, Client(url, made, trust_env=False) as client:
        yield client


def test_the_client_drives_a_reviewed_production(client: Client) -> None:
    client.workflows.publish(REVIEWED)
    made = client.productions.create(text=ARTICLE, workflow=REVIEWED.slug, seconds=15)
    first = waiting(client, made.id)
    assert not first.approval.form
    assert len(lines(first)) >= 2

    client.approvals.reject(first.approval.id, "Leave out the part about the salt")
    second = waiting(client, made.id)
    assert (second.approval.round, second.approval.step_id) == (2, "gate")
    assert second.history[0].feedback == "Leave out the part about the salt"
    assert "Salt" not in " ".join(lines(second))

    body = second.things[0].body
    assert isinstance(body, dict)
    assert isinstance(body["lines"], list)
    assert isinstance(body["lines"][0], dict)
    body["lines"][0]["text"] = EDITED
    seen = client.approvals.seen(second.approval.id)
    decided = client.approvals.edit(second.approval.id, body, seen=seen)
    assert (decided.approval.state, decided.goes_on) == ("approved", True)

    told = list(client.productions.events(made.id))
    assert isinstance(told[0], Steps)
    assert told[-1] == Ended(state="done")
    output = client.artifacts.output(made.id, "gate")
    assert EDITED in str(output.body)
    trace = client.productions.trace(made.id)
    assert [run.reason for run in trace.runs] == ["start", "decision", "decision"]
    assert client.productions.get(made.id).share == 1


def waiting(client: Client, production: UUID) -> Review:
    """What it waits for, once it does."""
    now = client.productions.wait(production, timeout_s=200, every_s=0.5)
    assert now.production.state == "waiting", now.production.error
    (approval,) = client.approvals.list(production=production)
    assert now.waits_for == (approval.id,)
    return client.approvals.get(approval.id)


def lines(review: Review) -> list[str]:
    body = review.things[0].body
    assert isinstance(body, dict)
    found = body["lines"]
    assert isinstance(found, list)
    return [str(one["text"]) for one in found if isinstance(one, dict)]
