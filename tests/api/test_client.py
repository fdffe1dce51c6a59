"""The client over the real API: everything it does, typed; and what it does when things fail."""

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.api.conftest import Api, drafted, flow, served
from vid_pipeline.client import Client, errors
from vid_pipeline.client.productions import Wishes
from vid_pipeline.client.transport import PREFIX
from vid_pipeline.errors import VidPipelineError
from vid_pipeline.records import User
from vid_pipeline.store import productions
from vid_pipeline.wire.events import Ended, LogLine, Steps
from vid_pipeline.wire.memories import MemoryChange, NewMemory
from vid_pipeline.workflow import Step

ARTICLE = "# Bread\n\nBread rises because yeast eats sugar and breathes out gas."
SHORT: Wishes = {"workflow": "short", "start": False}


@pytest.fixture
def client(api: Api, user: User) -> Iterator[Client]:
    with Client(api.url, api.token(user), trust_env=False) as client:
        client.workflows.publish(flow())
        yield client


def test_it_says_who_it_is(client: Client, user: User) -> None:
    me = client.about.me()
    assert (me.id, me.handle) == (user.id, user.handle)
    assert me.scopes is not None
    assert "productions:write" in me.scopes
    assert client.about.installation().api == "v1"
    assert "token" not in repr(client).lower()


def test_a_production_is_made_started_and_stopped(client: Client, api: Api) -> None:
    made = client.productions.create(
        text=ARTICLE, title="Why", seconds=30, workflow="short", start=False
    )
    assert (made.state, made.title, made.seconds) == ("draft", "Why", 30)
    assert made.source.sha256 is not None
    assert client.artifacts.media(made.id, made.source.sha256).decode() == ARTICLE
    before = len(api.starter.started)
    assert client.productions.start(made.id).state == "queued"
    assert [one.production_id for one in api.starter.started[before:]] == [made.id]
    with pytest.raises(errors.Conflict, match="already"):
        client.productions.start(made.id)
    assert client.productions.cancel(made.id).state == "cancelled"
    now = client.productions.get(made.id)
    assert now.settled
    assert [step.id for step in now.steps] == ["brief"]
    assert client.productions.trace(made.id).runs[0].reason == "start"
    assert client.productions.forecast(made.id).runs == {"brief": "new"}
    assert client.productions.resume(made.id).state == "queued"


def test_a_step_is_run_alone(client: Client, api: Api) -> None:
    reads = Step(id="article", kind="read_source", inputs={"brief": "brief"})
    client.workflows.publish(flow().model_copy(update={"steps": (*flow().steps, reads)}))
    first = client.productions.create(text=ARTICLE, workflow="short", start=False)
    expected = client.productions.forecast(first.id, only="brief")
    assert (expected.runs, expected.keeps) == ({"brief": "asked"}, ())
    made = client.productions.run_alone(first.id, "brief")
    assert (made.state, made.only_step, made.title) == ("queued", "brief", first.title)
    assert made.id != first.id
    assert api.starter.started[-1].production_id == made.id
    assert client.productions.trace(made.id).runs[0].steps == ("brief",)
    assert [one.only_step for one in client.productions.list()] == ["brief", None]
    assert client.productions.get(first.id).production.state == "draft"
    with pytest.raises(errors.Conflict, match="'brief' has to run first"):
        client.productions.run_alone(first.id, "article")
    with pytest.raises(errors.Invalid, match="Choose: brief, article"):
        client.productions.run_alone(first.id, "nothing")
    with pytest.raises(errors.Invalid, match="`version` alone"):
        client.productions.forecast(first.id, ["brief"], only="brief")


def test_it_is_started_at_once_unless_told(client: Client, api: Api) -> None:
    made = client.productions.create(url="https://example.org/a", workflow="short")
    assert made.state == "queued"
    assert api.starter.started[-1].production_id == made.id


def test_a_start_that_fails_is_left_to_a_sweep(client: Client, api: Api) -> None:
    """So that the call, made again, makes no second production."""
    api.starter.broken = True
    try:
        made = client.productions.create(text=ARTICLE, workflow="short")
    finally:
        api.starter.broken = False
    assert made.state == "queued"
    assert len([*client.productions.list()]) == 1


def test_documents_are_taken_as_files(client: Client, tmp_path: Path) -> None:
    file = tmp_path / "bread.md"
    file.write_text(ARTICLE, encoding="utf-8")
    made = client.productions.upload(file, aspect="16:9", workflow="short", start=False)
    assert (made.source.name, made.aspect) == ("bread.md", "16:9")
    with pytest.raises(errors.Invalid, match="holds no text") as refused:
        client.productions.upload("x.bin", b"\x00\x01\x02" * 99, **SHORT)
    assert refused.value.kind == "bad-source"


def test_lists_are_read_page_by_page_and_filtered(client: Client, api: Api, user: User) -> None:
    made = [drafted(api, user, name=f"{n}.md") for n in range(205)]
    found = [one.id for one in client.productions.list()]
    assert found == [one.id for one in reversed(made)]
    client.productions.cancel(made[3].id)
    assert [one.id for one in client.productions.list(state=["cancelled"])] == [made[3].id]
    assert not [*client.productions.list(workflow="other")]
    later = made[200].created_at
    assert len([*client.productions.list(since=later)]) == 5
    assert len([*client.productions.list(until=later)]) == 200
    assert not [*client.productions.list(since=datetime.now(UTC) + timedelta(hours=1))]


def test_delivered_files_are_read_in_ranges(
    client: Client, api: Api, user: User, tmp_path: Path
) -> None:
    film = bytes(range(256)) * 400
    (tmp_path / "video.mp4").write_bytes(film)
    files = [{"name": "video.mp4", "mime": "video/mp4"}, {"name": "../x", "mime": "text/plain"}]
    (tmp_path / "manifest.json").write_text(json.dumps({"files": files}), encoding="utf-8")
    made = drafted(api, user)
    with api.shop.db.acting(user.id) as conn:
        productions.running(conn, made.id)
        productions.done(conn, made.id, folder=str(tmp_path))
    assert [f.name for f in client.artifacts.files(made.id)] == ["video.mp4", "manifest.json"]
    assert client.artifacts.file(made.id, "video.mp4") == film
    target = client.artifacts.download(made.id, "video.mp4", tmp_path / "copy.mp4")
    assert target.read_bytes() == film
    address = f"{PREFIX}/productions/{made.id}/files/video.mp4"
    with api.asking(api.token(user)) as plain:
        part = plain.get(address, headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, film[10:20])
        assert part.headers["cache-control"] == "no-store"
        for wrong, status in (("bytes=999999-", 416), ("lines=1-2", 400)):
            refused = plain.get(address, headers={"Range": wrong})
            assert refused.status_code == status
            assert refused.json()["status"] == status
    with pytest.raises(errors.NotThere):
        client.artifacts.file(made.id, "../x")


def test_workflows_go_round(client: Client) -> None:
    first = client.workflows.get("short")
    document = first.document.model_copy(update={"title": "Other"})
    seen = client.workflows.seen("short")
    second = client.workflows.publish(document, note="titled", seen=seen)
    assert (second.new, second.workflow.version) == (True, 2)
    assert not client.workflows.publish(document).new
    with pytest.raises(errors.ChangedMeanwhile):
        client.workflows.publish(first.document, seen=seen)
    assert [one.note for one in client.workflows.versions("short")] == ["titled", ""]
    assert client.workflows.export("short", 1) == first.document
    assert client.workflows.import_(document, slug="copied").workflow.slug == "copied"
    assert [one.slug for one in client.workflows.list()] == ["copied", "short"]
    wrong = document.model_copy(update={"steps": (Step(id="a", kind="none_such"),)})
    checked = client.workflows.check(wrong)
    assert [(one.step, one.code) for one in checked.faults] == [("a", "unknown_kind")]
    with pytest.raises(errors.Invalid) as refused:
        client.workflows.publish(wrong)
    assert refused.value.faults == checked.faults


def test_kinds_have_their_schemas(client: Client) -> None:
    kinds = {one.name: one for one in client.kinds.list()}
    assert kinds["write_script"].inputs["brief"].required
    assert not kinds["write_script"].inputs["article"].required
    assert kinds["approve"].asks_people
    assert kinds["narrate"] == client.kinds.get("narrate")
    assert "properties" in kinds["narrate"].settings


def test_memories_are_kept_found_changed_and_forgotten(client: Client) -> None:
    new = NewMemory(kind="fact", text="We film in Bremen.", slot="city")
    kept = client.memories.add(new)
    assert kept.new
    assert not client.memories.add(new).new
    moved = client.memories.add(NewMemory(kind="fact", text="We film in Kiel.", slot="city"))
    assert moved.superseded == kept.memory.id
    assert [one.text for one in client.memories.list()] == ["We film in Kiel."]
    assert len([*client.memories.list(superseded=True)]) == 2
    assert client.memories.search("Where do they film?")[0].id == moved.memory.id
    seen = client.memories.seen(moved.memory.id)
    changed = client.memories.edit(
        moved.memory.id, MemoryChange(text="We film in Lübeck.", pinned=True), seen=seen
    )
    assert (changed.text, changed.pinned) == ("We film in Lübeck.", True)
    with pytest.raises(errors.ChangedMeanwhile):
        client.memories.edit(moved.memory.id, MemoryChange(heading="x"), seen=seen)
    assert [one.id for one in client.memories.list(pinned=True)] == [moved.memory.id]
    client.memories.forget(moved.memory.id)
    with pytest.raises(errors.NotThere):
        client.memories.get(moved.memory.id)


def test_of_two_who_change_a_memory_at_once_one_hears_of_it(client: Client) -> None:
    kept = client.memories.add(NewMemory(kind="fact", text="We film in Bremen."))
    seen = client.memories.seen(kept.memory.id)

    def change(number: int) -> str:
        try:
            new = MemoryChange(text=f"We film in town {number}.")
            return client.memories.edit(kept.memory.id, new, seen=seen).text
        except errors.ChangedMeanwhile:
            return ""

    with ThreadPoolExecutor(6) as pool:
        found = [text for text in pool.map(change, range(6)) if text]
    assert found == [client.memories.get(kept.memory.id).text]


def test_a_document_is_remembered_in_parts(client: Client) -> None:
    prose = " ".join(f"The lighthouse keeper wrote line {n} of his log." for n in range(60))
    document = client.memories.upload("log.md", f"# Log\n\n{prose}".encode(), channel="sea")
    assert (document.name, document.parts) == ("log.md", document.new)
    again = client.memories.upload("log.md", f"# Log\n\n{prose}".encode(), channel="sea")
    assert again.new == 0
    found = [one.id for one in client.memories.list(channel="sea")]
    assert set(found) == set(document.memories)


def test_keys_are_kept_and_never_shown(client: Client) -> None:
    secret = "sk-not-to-be-seen-1234"
    added = client.keys.add("anthropic", SecretStr(secret))
    assert (added.key.last4, added.replaced) == ("1234", False)
    assert client.keys.add("anthropic", SecretStr(secret)).replaced
    text = str([one.model_dump_json() for one in client.keys.list()])
    assert secret not in text
    newest = [one for one in client.keys.list() if one.revoked_at is None]
    assert client.keys.revoke(newest[0].id).revoked_at is not None
    with pytest.raises(errors.NotThere, match="revoked"):
        client.keys.test(newest[0].id)


def test_caps_are_set_and_taken_away(client: Client) -> None:
    assert {one.scope: one.limit_usd for one in client.budgets.list()}["month"] is None
    assert {one.scope: one.limit_usd for one in client.budgets.set_cap("month", 5)}["month"] == 5
    assert {one.scope: one.left_usd for one in client.budgets.set_cap("month", None)}[
        "month"
    ] is None
    with pytest.raises(errors.Invalid):
        client.budgets.set_cap("month", -1)


def test_notice_channels_hide_their_targets(client: Client) -> None:
    hook = "https://hooks.example.org/very-secret-path"
    added = client.notice_channels.add("webhook", hook, ["done"])
    assert added.signing_key
    (found,) = client.notice_channels.list()
    assert "secret" not in found.model_dump_json()
    assert found.events == ("done",)
    client.notice_channels.remove(found.id)
    assert not [*client.notice_channels.list()]


def test_a_token_makes_none_that_may_do_more(client: Client, api: Api, user: User) -> None:
    made = client.tokens.create("weak", ["tokens:write", "tokens:read"])
    with Client(api.url, made.secret, trust_env=False) as weak:
        with pytest.raises(errors.Forbidden) as refused:
            weak.tokens.create("strong", ["productions:write"])
        assert refused.value.problem.scope == "productions:write"
        assert weak.tokens.get(made.token.id).last_used_at is not None
        assert not weak.tokens.revoke(made.token.id).usable
        with pytest.raises(errors.NotSignedIn):
            weak.about.me()


def test_events_are_typed_and_end_with_the_production(client: Client, api: Api, user: User) -> None:
    made = drafted(api, user)
    found = client.productions.events(made.id)
    first = next(found)
    assert isinstance(first, Steps)
    assert [(step.id, step.state) for step in first.steps] == [("brief", "waiting")]
    client.productions.cancel(made.id)
    assert list(found)[-1] == Ended(state="cancelled")
    with pytest.raises(errors.NotThere):
        next(client.productions.events(uuid4()))


def test_waiting_has_an_end(client: Client, api: Api, user: User) -> None:
    made = client.productions.create(text=ARTICLE, workflow="short")
    with pytest.raises(errors.TookTooLong):
        client.productions.wait(made.id, timeout_s=0.2, every_s=0.1)


class Flaky:
    """A server that fails as told, then answers; keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Response | None] = []
        self.asked: list[tuple[str, str | None, bytes]] = []
        self.last_ids: list[str | None] = []

    async def answer(self, request: Request) -> Response:
        key = request.headers.get("idempotency-key")
        self.asked.append((request.method, key, await request.body()))
        self.last_ids.append(request.headers.get("last-event-id"))
        answer = self.answers.pop(0)
        assert answer is not None
        return answer


@contextmanager
def flaky(*answers: Response) -> Iterator[tuple[Flaky, Client]]:
    server = Flaky()
    server.answers = list(answers)
    methods = ["GET", "POST", "PATCH", "DELETE"]
    app = Starlette(routes=[Route("/{path:path}", server.answer, methods=methods)])
    with served(app) as url, Client(url, "t", pause_s=0.01, trust_env=False) as client:
        yield server, client


def _token() -> JSONResponse:
    body = {"id": str(uuid4()), "name": "a", "last4": "abcd", "scopes": ["tokens:read"]}
    times = {"created_at": "2026-01-01T00:00:00Z", "expires_at": None, "last_used_at": None}
    token = body | times | {"revoked_at": None, "usable": True}
    return JSONResponse({"token": token, "secret": "vidp_x", "newer_field": 1}, 201)


def test_a_call_is_made_again_under_the_same_key() -> None:
    with flaky(Response(status_code=503), Response("gone", 502), _token()) as (server, client):
        assert client.tokens.create("a", ["tokens:read"]).secret == "vidp_x"
    assert len(server.asked) == 3
    assert len(set(server.asked)) == 1
    assert server.asked[0][1]


def test_a_refusal_is_not_asked_for_again() -> None:
    with flaky(Response(status_code=404)) as (server, client), pytest.raises(errors.NotThere):
        client.tokens.get(uuid4())
    assert len(server.asked) == 1
    with flaky(Response(status_code=500)) as (server, client), pytest.raises(errors.ServerFailed):
        client.tokens.get(uuid4())
    assert len(server.asked) == 1


def test_it_gives_up_after_some_tries() -> None:
    down = [Response(status_code=503) for _ in range(4)]
    with flaky(*down) as (server, client), pytest.raises(errors.ServerFailed):
        client.about.me()
    assert len(server.asked) == 4


def test_an_address_where_nobody_is_says_so() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with (
        Client(url, "t", tries=2, pause_s=0.01, trust_env=False) as client,
        pytest.raises(errors.Unreachable, match="Is the studio running") as caught,
    ):
        client.about.me()
    assert isinstance(caught.value, VidPipelineError)
    assert caught.value.retryable


def test_another_servers_answer_is_no_answer() -> None:
    with (
        flaky(Response("<html>", 200)) as (_, client),
        pytest.raises(errors.ApiError, match="none of this API"),
    ):
        client.about.me()


def test_events_go_on_where_they_broke_off() -> None:
    line = {"number": 1, "at": "", "step_key": "a", "level": "info", "text": "hello"}
    said = f"id: 7\nevent: log\ndata: {json.dumps([line, line])}\n\n: beat\n\n"
    said += "event: newer\ndata: 1\n\n"
    end = 'id: 8\nevent: end\ndata: {"state": "done"}\n\n'
    kind = "text/event-stream"
    with flaky(
        StreamingResponse(iter([said]), media_type=kind),
        Response(status_code=503),
        StreamingResponse(iter([end]), media_type=kind),
    ) as (server, client):
        found = list(client.productions.events(uuid4()))
    assert [type(one) for one in found] == [LogLine, LogLine, Ended]
    assert server.last_ids == [None, "7", "7"]


def test_a_client_is_shared_by_threads(client: Client) -> None:
    made = [
        threading.Thread(target=client.productions.create, kwargs={"text": ARTICLE, **SHORT})
        for _ in range(8)
    ]
    for thread in made:
        thread.start()
    for thread in made:
        thread.join()
    assert len([*client.productions.list()]) == 8
