"""Live events: what a viewer hears, who may listen, how many may, over real sockets."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from assets.catalog import CATALOG
from ui import live
from ui.identity import Identity
from ui.live import hub, stream
from ui.live.frames import Frame
from ui.live.lines import Log
from ui.live.readable import readable
from ui.live.reader import Reader
from ui.shop import leave
from vid_pipeline.acts import making, publishing
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief
from vid_pipeline.records import NewRequest, Production, StepTrace
from vid_pipeline.settings import Settings
from vid_pipeline.step_events import StepEvent
from vid_pipeline.store import productions, requests, sayings, step_events, traces, users
from vid_pipeline.store.database import Database

SECRET = "the quiet harbour at dawn"


@pytest.fixture
def shop(settings: Settings, database: Database) -> Workshop:
    publishing.first_start(database)
    return Workshop.of(settings, database, CATALOG)


@pytest.fixture
def made(shop: Workshop) -> Production:
    """A production at work."""
    return begun(shop, shop.db.local_user)


def begun(shop: Workshop, user: UUID) -> Production:
    brief = Brief(name="Tides", url="https://example.org/tides")
    made = making.begin(shop.db, user, brief, workflow="article-to-short")
    with shop.db.acting(user) as conn:
        productions.attach_run(conn, made.id, f"run {made.id}")
        return productions.running(conn, made.id)


def start(shop: Workshop, made: Production, step: str = "script") -> StepTrace:
    with shop.db.acting(made.owner_id) as conn:
        return traces.start(
            conn, made.id, run_id=f"run {made.id}", step_key=step, step_id=step, kind="write_script"
        )


class AsSomebody:
    """Stands where the gate does: lets in whomever a header names."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            user = UUID(dict(scope["headers"])[b"x-user"].decode())
            scope.setdefault("state", {})["identity"] = Identity(user)
        await self._app(scope, receive, send)


@pytest.fixture
def url(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The routes, served."""
    monkeypatch.setenv("VIDP_HOME", str(settings.home))
    monkeypatch.setenv("VIDP_IDLE_S", str(settings.idle_s))
    leave()
    app = Starlette(routes=live.ROUTES, middleware=[Middleware(AsSomebody)])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = server.force_exit = True
        thread.join(20)
    leave()


Events = Iterator[tuple[str, Any, str]]


@contextmanager
def heard(url: str, user: UUID, path: str, **headers: str) -> Iterator[Events]:
    """Events as (name, data, id), as they come."""
    with (
        httpx.Client(trust_env=False, timeout=20) as client,
        client.stream(
            "GET", f"{url}/events/{path}", headers={"x-user": str(user), **headers}
        ) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _events(answer.iter_lines())


def _events(lines: Iterator[str]) -> Events:
    said: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line:
            said[name] = value
        elif "event" in said:
            yield said["event"], json.loads(said["data"]), said.get("id", "")
            said = {}


def until(events: Events, name: str, fits: Callable[[Any], bool] = lambda data: True) -> Any:
    return next(data for event, data, _ in events if event == name and fits(data))


def step(data: Any, key: str) -> Any:
    return next((one for one in data["steps"] if one["id"] == key), {"state": ""})


def test_a_stream_tells_all_then_changes_then_the_end(
    shop: Workshop, url: str, made: Production
) -> None:
    with heard(url, made.owner_id, f"productions/{made.id}") as events:
        name, whole, _ = next(events)
        assert (name, whole["state"]) == ("steps", "running")
        assert {one["state"] for one in whole["steps"]} == {"waiting"}
        trace = start(shop, made)
        changed = until(events, "steps", lambda data: step(data, "script")["state"] == "running")
        assert [one["id"] for one in changed["steps"]] == ["script"]
        with shop.db.acting(made.owner_id) as conn:
            sayings.say(conn, trace.id, '{"title": "Tides", "lines": [{"text": "The se')
        assert until(events, "said") == {
            "step_key": "script", "text": "title: Tides\ntext: The se", "done": False,
        }  # fmt: skip
        with shop.db.acting(made.owner_id) as conn:
            traces.fail(conn, trace.id, error="No words.", cost_usd=0.25)
        assert until(events, "said")["done"]
        with shop.db.acting(made.owner_id) as conn:
            productions.failed(conn, made.id, error="No words.", step="script")
        assert until(events, "end") == {"state": "failed"}
        assert list(events) == []


def test_who_comes_back_is_given_the_lines_that_were_missed(
    shop: Workshop, url: str, made: Production
) -> None:
    trace = start(shop, made)
    with heard(url, made.owner_id, f"productions/{made.id}") as events:
        first = [line["text"] for line in until(events, "log")]
        last_id = next(number for _, _, number in events if number)
    assert first == ["Started"]
    with shop.db.acting(made.owner_id) as conn:
        said = {"role": "user", "parts": [{"part": "text", "text": "Go\0on"}]}
        step_events.tell(
            conn, trace.id, StepEvent(kind="said", name="user", detail={"message": said})
        )
        failed = {"failed": True, "content": "Not there.", "ms": 12, "input": {}}
        step_events.tell(conn, trace.id, StepEvent(kind="tool", name="fetch", detail=failed))
        traces.fail(conn, trace.id, error="No words.")
        productions.failed(conn, made.id, error="No words.", step="script")
    headers = {"last-event-id": last_id}
    with heard(url, made.owner_id, f"productions/{made.id}", **headers) as events:
        found = list(events)
    assert [name for name, *_ in found] == ["steps", "log", "end"]
    assert [(line["level"], line["text"]) for line in found[1][1]] == [
        ("info", "Asked: Go�on"),
        ("warning", "fetch did not work: Not there."),
        ("error", "Failed: No words."),
    ]
    with httpx.Client(trust_env=False, timeout=20) as client:
        back = {"x-user": str(made.owner_id), "last-event-id": found[-1][2]}
        assert client.get(f"{url}/events/productions/{made.id}", headers=back).status_code == 204


def test_a_page_that_was_drawn_for_something_else_hears_the_end(
    shop: Workshop, url: str, made: Production
) -> None:
    with shop.db.acting(made.owner_id) as conn:
        productions.waiting(conn, made.id)
    path = f"productions/{made.id}?drawn="
    with heard(url, made.owner_id, f"{path}working") as events:
        assert [name for name, *_ in events][-1] == "end"
    with heard(url, made.owner_id, f"{path}waiting") as events:
        next(events)
        with shop.db.acting(made.owner_id) as conn:
            productions.queued(conn, made.id)
        assert until(events, "end") == {"state": "queued"}


def test_nobody_hears_of_what_is_another_users(shop: Workshop, url: str, made: Production) -> None:
    with shop.db.service() as conn:
        stranger = users.add(conn, f"s{uuid4().hex}").id
    with httpx.Client(trust_env=False, timeout=20) as client:
        for unseen in (made.id, uuid4()):
            answer = client.get(
                f"{url}/events/productions/{unseen}", headers={"x-user": str(stranger)}
            )
            assert (answer.status_code, answer.json()["detail"]) == (
                404, "There is no such video, or it is not yours.",
            )  # fmt: skip
    with heard(url, stranger, "me") as events:
        found = next(events)[1]
        assert (found["waiting"], found["at_work"]) == (0, [])
    with heard(url, made.owner_id, "me") as events:
        mine = next(events)[1]
        assert str(made.id) in [one["id"] for one in mine["at_work"]]
        with shop.db.acting(made.owner_id) as conn:
            productions.cancelled(conn, made.id)
        gone = until(events, "mine", lambda d: str(made.id) not in [o["id"] for o in d["at_work"]])
        assert gone["waiting"] == 0


def test_a_users_stream_says_what_is_done_and_marks_what_begins_asks_or_ends(
    shop: Workshop, url: str
) -> None:
    with shop.db.service() as conn:
        user = users.add(conn, f"m{uuid4().hex}").id
    publishing.first_start(shop.db, user)
    with heard(url, user, "me") as events:
        nothing = next(events)[1]["mark"]
        made = begun(shop, user)
        working = until(events, "mine", lambda data: data["at_work"])
        assert working["mark"] != nothing
        trace = start(shop, made)
        told = until(events, "mine", lambda data: data["at_work"][0]["doing"])
        (one,) = told["at_work"]
        assert (one["id"], one["title"]) == (str(made.id), "Tides")
        assert (one["doing"], one["ended"], one["steps"]) == ("Script", 0, 11)
        assert told["mark"] == working["mark"], "a step is no news to a page"
        asks = NewRequest(
            production_id=made.id, step_id="script", kind="approval", subject="s", run_id="r",
            title="Approve", shown=(),
        )  # fmt: skip
        with shop.db.acting(user) as conn:
            traces.fail(conn, trace.id, error="Approve", state="waiting")
            asked = requests.ask(conn, asks)
            productions.waiting(conn, made.id)
        waiting = until(events, "mine", lambda data: data["waiting"] == 1)
        assert (waiting["at_work"], waiting["mark"] == working["mark"]) == ([], False)
        with shop.db.acting(user) as conn:
            requests.withdraw(conn, asked.production_id)
        assert until(events, "mine", lambda data: data["waiting"] == 0)["mark"] == nothing


def test_no_page_asks_again_and_again() -> None:
    pages = Path(live.__file__).parents[1].rglob("*.py")
    assert [path.name for path in pages if "run_every" in path.read_text(encoding="utf-8")] == []


def test_one_reader_serves_all_and_the_slow_are_given_the_whole(
    shop: Workshop, made: Production
) -> None:
    asyncio.run(_many_and_a_slow_one(shop, made))


async def _many_and_a_slow_one(shop: Workshop, made: Production) -> None:
    def opened() -> AsyncGenerator[bytes]:
        return stream.of(shop, made.owner_id, made.id)

    many = [opened() for _ in range(20)]
    slow = opened()
    firsts = await asyncio.gather(*(anext(one) for one in [*many, slow]))
    assert len(set(firsts)) == 1
    (reader,) = hub.of(shop.db).readers.values()
    looks, trace = reader.looks, start(shop, made)
    told = await asyncio.gather(*(anext(one) for one in many))
    assert len({id(one) for one in told}) <= len({bytes(one) for one in told}) + len(many)
    assert reader.looks - looks <= 3
    for number in range(70):  # more than a viewer's queue holds
        with shop.db.acting(made.owner_id) as conn:
            traces.progress(conn, trace.id, number / 100)
        reader.source.look()
        reader.tell()
    caught_up = await anext(slow)
    assert caught_up.count(b"event: steps") == 1
    assert b'"id":"brief"' in caught_up, "the whole"
    async with aclosing(slow):
        pass
    for one in many:
        await one.aclose()
    assert hub._HUBS == {}


@dataclass
class Unchanging:
    """What could change by time alone, and does not."""

    asked: int = 0
    ticks: bool = True

    def look(self) -> None:
        """Read nothing."""

    def news(self) -> list[Frame]:
        self.asked += 1
        return []

    def whole(self, after: int | None) -> Frame:
        return Frame(b"")

    def end(self, drawn: str) -> Frame | None:
        return None


def test_a_reader_rests_while_nothing_changes() -> None:
    source = Unchanging()

    async def read() -> None:
        with ThreadPoolExecutor(1) as threads:
            reading = asyncio.create_task(Reader(source, threads, lambda: True).run())
            await asyncio.sleep(1.5)
            reading.cancel()

    asyncio.run(read())
    assert source.asked <= 3


def test_a_signal_holds_ids_and_nothing_of_what_was_written(
    shop: Workshop, made: Production
) -> None:
    where = psycopg.conninfo.make_conninfo("", **shop.db.where("vidp_app"))
    with psycopg.connect(where, autocommit=True) as conn:
        conn.execute("listen vidp_live")
        trace = start(shop, made)
        with shop.db.acting(made.owner_id) as acting:
            traces.progress(acting, trace.id, 0.5, SECRET)
            sayings.say(acting, trace.id, SECRET)
            step_events.tell(
                acting, trace.id, StepEvent(kind="note", name="n", detail={"text": SECRET})
            )
            traces.fail(acting, trace.id, error=SECRET)
            assert sayings.of_production(acting, made.id) == [], "it falls silent at its end"
            productions.failed(acting, made.id, error=SECRET)
        told = {notice.payload for notice in conn.notifies(timeout=1)}
    assert told == {f"{about} {made.owner_id} {made.id}" for about in ("step", "production")}


def test_a_line_is_told_once_and_no_two_share_a_number(shop: Workshop, made: Production) -> None:
    trace = start(shop, made)
    twin = trace.model_copy(update={"id": uuid4(), "step_key": "brief"})
    log = Log(10)
    assert len({line.number for line in log.add([trace, twin], [])}) == 2
    assert log.add([trace, twin], []) == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Plain words.", "Plain words."),
        ('{"title": "A \\"b', 'title: A "b'),
        (
            '{"n": 3, "ok": true, "no": null, "tags": ["x", "y"], "z": "\\u00',
            "n: 3\nok: true\ntags: x\ny",
        ),
        ('[{"a": "1"}, {"a', "a: 1"),
    ],
)  # fmt: skip
def test_half_written_json_is_read_as_words(text: str, read: str) -> None:
    assert readable(text) == read
