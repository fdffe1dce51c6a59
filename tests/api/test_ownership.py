"""Another user's things are not there: asked for by id, over every route that takes one."""

from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from assets.catalog import CATALOG
from tests.api.conftest import Api, flow
from tests.api.routes_for_tests import Operation, operations
from tests.api.test_problems import problem
from ui.api.app import PREFIX
from vid_pipeline.acts import (
    batching,
    destinations,
    drafting,
    keys,
    planning,
    publishing,
    remembering,
    subscribing,
    tokens,
    triggering,
)
from vid_pipeline.acts.batch_inputs import Input
from vid_pipeline.acts.remembering import Brain
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief
from vid_pipeline.memories import NewMemory
from vid_pipeline.records import NewRequest, Shown, User
from vid_pipeline.store import productions, requests, traces, triggers, users, workflows
from vid_pipeline.testing.embeddings import FakeEmbeddings
from vid_pipeline.trigger_records import NewTrigger
from vid_pipeline.watched import Making, OnWebhook

BODIES: dict[str, Any] = {
    "approvals.decide": {"verdict": "approve"},
    "productions.retry": {"steps": ["brief"]},
    "productions.run_alone": {"version": 1},
    "memories.edit": {"text": "Mine now."},
    "triggers.edit": {
        "name": "Mine",
        "watches": {"kind": "webhook"},
        "making": {"workflow": "their-secret-flow"},
    },
    "destinations.edit": {"goes": {"kind": "folder", "path": "mine"}},
    "batches.resume": {"failed": True},
    "calendar.edit": {"topic": "Mine"},
    "drafts.save": {"document": {"title": "Mine"}},
    "drafts.publish": {"note": "Mine"},
}
_ASKED = {"query": "secret", "first": "2026-03-01", "last": "2026-03-31"}
NOT_OWNED = {"scope", "name"}
"""What stands in paths and belongs to nobody: a budget's scope, a kind's or a file's name."""


@pytest.fixture
def theirs(api: Api, user: User) -> dict[str, str]:
    """Ids of all that somebody else has, by what they are called in paths."""
    db, store = api.shop.db, api.shop.store
    publishing.publish(db, user.id, flow("their-secret-flow"), CATALOG)
    document = store.put_bytes(b"Their secret text.", "text/plain")
    with db.acting(user.id) as conn:
        version = workflows.get(conn, "their-secret-flow")
        made = productions.create(conn, version, Brief(name="secret.md", document=document))
        trace = traces.start(
            conn, made.id, run_id="r", step_key="brief", step_id="brief", kind="take_brief"
        )
        given = store.put_bytes(made.brief.model_dump_json().encode(), "application/json")
        traces.finish(conn, trace.id, output=given.model_dump(mode="json"))
        request = requests.ask(
            conn,
            NewRequest(
                production_id=made.id,
                step_id="brief",
                kind="approval",
                subject="s",
                run_id="r",
                title="Secret",
                shown=(Shown(type="Brief", artifact=given),),
            ),
        )
    brain = Brain(db, user.id, FakeEmbeddings())
    memory = remembering.remember(brain, NewMemory(kind="fact", text="Their secret."))
    key = keys.add(db, user.id, "anthropic", SecretStr("sk-their-secret-key")).key
    channel = subscribing.add(db, user.id, "email", "them@example.org").channel
    token = tokens.make(db, user.id, "theirs", ["productions:read"]).token
    new = destinations.checked({"name": "secret", "goes": {"kind": "folder", "path": "secret"}})
    destination = destinations.add(db, user.id, new).destination
    return _automatic(api.shop, user) | {
        "production_id": str(made.id),
        "approval_id": str(request.id),
        "memory_id": memory.id,
        "key_id": str(key.id),
        "channel_id": str(channel.id),
        "token_id": str(token.id),
        "destination_id": str(destination.id),
        "slug": "their-secret-flow",
        "sha256": document.sha256,
        "step_key": "brief",
        "name": "video.mp4",
    }


def _automatic(shop: Workshop, user: User) -> dict[str, str]:
    """A trigger with a find, a batch, a plan and a draft."""
    making = Making(workflow="their-secret-flow")
    new = NewTrigger(name="Secret", watches=OnWebhook(), making=making)
    trigger = triggering.add(shop, user.id, new)
    brief = Brief(name="secret.md", url="https://example.org/secret")
    with shop.db.acting(user.id) as conn:
        find = triggers.keep(conn, trigger.id, ("a",), brief, title="Secret", state="passed")
    sources = [Input("Secret", "https://example.org/secret")]
    batch = batching.begin(shop, user.id, "their-secret-flow", sources, name="Secret")
    plan = planning.add(shop, user.id, day=date(2026, 3, 29), topic="Secret")
    draft = drafting.create(shop.db, user.id, "Secret")
    return {
        "trigger_id": str(trigger.id),
        "find_id": str(find),
        "batch_id": str(batch.id),
        "plan_id": str(plan.id),
        "draft_id": str(draft.id),
    }


def asked(client: httpx.Client, one: Operation, ids: dict[str, str]) -> httpx.Response:
    path = one.path.format_map(ids)
    return client.request(one.method, f"{PREFIX}{path}", json=BODIES.get(one.id))


def test_no_route_gives_or_changes_what_is_anothers(api: Api, theirs: dict[str, str]) -> None:
    walked = [one for one in operations() if set(one.fields) - NOT_OWNED]
    assert len(walked) >= 45
    known = {*theirs, *NOT_OWNED}
    assert all(set(one.fields) <= known for one in walked), "an id that this test has not got"
    stranger = somebody_else(api)
    with api.asking(api.token(stranger)) as client:
        for one in walked:
            answer = asked(client, one, theirs)
            problem(answer, 404, "not-found")
            assert "ecret" not in answer.text.replace("their-secret-flow", ""), one.id


def test_their_owner_finds_them_all(api: Api, user: User, theirs: dict[str, str]) -> None:
    """Else the walk would prove nothing."""
    reading = [one for one in operations() if set(one.fields) - NOT_OWNED and one.method == "get"]
    with api.asking(api.token(user)) as client:
        for one in reading:
            if one.id in {"artifacts.file", "batches.archive", "productions.events"}:
                continue  # nothing is delivered, nothing done; it has not ended
            found = (
                theirs | {"sha256": _shown_sha(client, theirs)} if "approvals" in one.id else theirs
            )
            assert asked(client, one, found).status_code == 200, one.id


def test_lists_hold_ones_own_alone(api: Api, theirs: dict[str, str]) -> None:
    stranger = somebody_else(api)
    with api.asking(api.token(stranger)) as client:
        for one in operations():
            if one.method == "get" and not one.fields and one.id != "productions.events":
                text = client.get(f"{PREFIX}{one.path}", params=_ASKED).text
                assert "ecret" not in text or one.id in {"about.openapi", "kinds.list"}, one.id


def test_their_budget_is_not_to_be_asked_for_or_set(api: Api, theirs: dict[str, str]) -> None:
    stranger = somebody_else(api)
    about = {"production": theirs["production_id"]}
    with api.asking(api.token(stranger)) as client:
        problem(client.get(f"{PREFIX}/budgets", params=about), 404, "not-found")
        body = about | {"limit_usd": 1}
        problem(client.put(f"{PREFIX}/budgets/production", json=body), 404, "not-found")


def _shown_sha(client: httpx.Client, theirs: dict[str, str]) -> str:
    """A file that their approval shows."""
    found = client.get(f"{PREFIX}/approvals/{theirs['approval_id']}").json()
    sha: str = found["things"][0]["body"]["document"]["sha256"]
    return sha


def somebody_else(api: Api) -> User:
    with api.shop.db.service() as conn:
        return users.add(conn, f"s{uuid4().hex}")
