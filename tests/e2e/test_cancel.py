"""A stop ends a production within three seconds, whatever it is doing, and leaves nobody running.

What it had finished is kept: made again, the same source goes on from there.
"""

import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from assets.catalog import CATALOG
from tests.children import lives
from tests.e2e.conftest import ARTICLE, Webserver, begin, planned, shop_of, work
from tests.e2e.test_llm_pool import STEPS
from tests.e2e.test_model import KEY, script
from vid_pipeline import process_tree, worker_process
from vid_pipeline.acts import making, publishing
from vid_pipeline.dagster_api import DagsterApi
from vid_pipeline.records import Production, WorkflowVersion
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions, traces
from vid_pipeline.store.database import Database
from vid_pipeline.testing.messages_server import MessagesServer, Reply
from vid_pipeline.workflow import Workflow

pytestmark = [pytest.mark.e2e, pytest.mark.media, pytest.mark.browser, pytest.mark.alone]

WITHIN_S = 3.0
LOOK_S = 0.02
PATIENCE_S = 120
HANGING = """#!/bin/sh
sleep 600 &
echo $! > {note}
setsid sleep 600 &
exec sleep 600
"""
DEAF = """
import atexit, subprocess, threading, time
def get_library_path():
    subprocess.Popen(["sleep", "600"])
    subprocess.Popen(["sleep", "600"], start_new_session=True)
    threading.Thread(target=time.sleep, args=(600,)).start()
    atexit.register(time.sleep, 600)
    time.sleep(600)
"""
LONG = """
The oldest ovens were clay domes over a fire pit, and whole villages shared one of them. Romans
baked for cities of a million people and stamped the baker's name on every loaf. In 1857 Louis
Pasteur showed that yeast is alive. Ten years later a factory near Vienna sold it in blocks. In
1961 a mill in Chorleywood learned to make a loaf in less than four hours. Today most bread in
Britain is made that way. Slow bakers have gone back to dough that rests for a day.
"""


def titled(title: str) -> str:
    """The article under a title that no other test has, so that nothing of theirs is reused."""
    return ARTICLE.replace("Why bread rises", title)


@dataclass
class Floor:
    """Where productions are begun, watched and stopped."""

    settings: Settings
    db: Database
    env: dict[str, str]
    seen: set[psutil.Process] = field(default_factory=set)

    def state(self, production: Production) -> str:
        with self.db.acting(production.owner_id) as conn:
            return productions.get(conn, production.id).state

    def steps(self, production: Production) -> dict[str, str]:
        """The state of the last try of every step."""
        with self.db.acting(production.owner_id) as conn:
            return {t.step_key: t.state for t in traces.of_production(conn, production.id)}

    def progress(self, production: Production, step: str) -> float:
        with self.db.acting(production.owner_id) as conn:
            found = traces.of_production(conn, production.id)
        return max((t.progress for t in found if t.step_key == step), default=0.0)

    def stop(self, production: Production, pid: int, gone: Callable[[], bool]) -> float:
        """Seconds from the wish to stop until all is over; `seen` are the processes until then."""
        began_s = time.monotonic()
        making.cancel(shop_of(self.settings, self.db), production.owner_id, production.id)
        until(lambda: self._watch(pid) or gone())
        return time.monotonic() - began_s

    def _watch(self, pid: int) -> bool:
        self.seen |= process_tree.members(pid)
        return False

    def left(self) -> list[psutil.Process]:
        """Those of `seen` that live."""
        return [process for process in self.seen if lives(process)]

    def again(
        self, text: str, *, seconds: int = 15, version: WorkflowVersion | None = None
    ) -> dict[str, str]:
        """The steps of the same source in a new production, which ends well."""
        production = begin(self.settings, self.db, text, version=version, seconds=seconds)
        made = work(shop_of(self.settings, self.db), production, self.env)
        assert made.returncode == 0, made.stderr[-3000:]
        assert self.state(production) == "done"
        return self.steps(production)


@pytest.fixture
def floor(settings: Settings, database: Database, dagster_env: dict[str, str]) -> Floor:
    return Floor(settings, database, dagster_env)


def until(there: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not there():
        assert time.monotonic() < deadline_s, "it never came"
        time.sleep(LOOK_S)


def started(
    floor: Floor, production: Production, monkeypatch: pytest.MonkeyPatch, **env: str
) -> "subprocess.Popen[bytes]":
    """Its worker."""
    with monkeypatch.context() as patched:
        for name, value in env.items():
            patched.setenv(name, value)
        launch = planned(shop_of(floor.settings, floor.db), production)
        return worker_process.start(floor.settings, floor.db, launch)


def stopped(floor: Floor, production: Production, worker: "subprocess.Popen[bytes]") -> set[str]:
    """Stop it, by every rule; the steps that were done."""
    before = {key for key, state in floor.steps(production).items() if state == "done"}
    took_s = floor.stop(production, worker.pid, lambda: worker.poll() is not None)
    steps = floor.steps(production)
    assert took_s < WITHIN_S
    assert floor.left() == []
    assert (worker.returncode, floor.state(production)) == (130, "cancelled")
    assert set(steps.values()) == {"done", "cancelled"}
    assert {steps[key] for key in before} == {"done"}
    return {key for key, state in steps.items() if state == "done"}


def test_a_model_that_does_not_answer(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    text = titled("Why dough grows")
    version = only_written(floor.db)
    production = begin(floor.settings, floor.db, text, version=version, seconds=15)
    with MessagesServer(Reply(delay_s=60), script()) as server:
        service = {"ANTHROPIC_API_KEY": KEY, "VIDP_ANTHROPIC_BASE_URL": server.url}
        worker = started(floor, production, monkeypatch, **service)
        until(lambda: len(server.received) == 1)
        done = stopped(floor, production, worker)
        assert floor.steps(production)["script"] == "cancelled"
        assert journalled(floor, production) == [("failed", "cancelled before an answer came")]
        floor.env = floor.env | service
        again = floor.again(text, version=version)
        assert len(server.received) == 2
    assert again["script"] == "done"
    assert {again[key] for key in done - {"brief"}} == {"reused"}


def only_written(db: Database) -> WorkflowVersion:
    """A workflow that ends with its script: what comes after has nothing to do with the model."""
    document = {"slug": "only-written", "title": "Only written", "steps": STEPS}
    return publishing.publish(db, db.local_user, Workflow.model_validate(document), CATALOG)


def journalled(floor: Floor, production: Production) -> list[tuple[str, str]]:
    query = "select state, error from vidp.journal where production_id = %s"
    with floor.db.acting(production.owner_id) as conn:
        return conn.execute(query, [production.id]).fetchall()


def test_a_render_under_way(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    text = titled("Why loaves rise") + LONG
    production = begin(floor.settings, floor.db, text, seconds=20)
    worker = started(floor, production, monkeypatch)
    until(lambda: floor.progress(production, "video") > 0)
    done = stopped(floor, production, worker)
    assert floor.steps(production)["video"] == "cancelled"
    assert {"script", "storyboard", "narration"} <= done
    again = floor.again(text, seconds=20)
    assert again["video"] == "done"
    assert {again[key] for key in done - {"brief"}} == {"reused"}


def test_a_browser_that_does_not_answer(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    note, chromium = tmp_path / "pid", tmp_path / "chromium"
    chromium.write_text(HANGING.format(note=note), encoding="utf-8")
    chromium.chmod(0o755)
    text = titled("Why crumb is soft")
    production = begin(floor.settings, floor.db, text, seconds=15)
    worker = started(floor, production, monkeypatch, VIDP_CHROMIUM=str(chromium))
    until(lambda: note.exists() and bool(note.read_text(encoding="utf-8")))
    helper = psutil.Process(int(note.read_text(encoding="utf-8")))
    done = stopped(floor, production, worker)
    assert not lives(helper)
    assert helper in floor.seen
    states = floor.steps(production)
    assert "cancelled" in {state for key, state in states.items() if key.startswith("draw")}
    again = floor.again(text)
    assert {again[key] for key in done - {"brief"}} == {"reused"}


def test_a_step_that_hears_nothing(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "espeakng_loader.py").write_text(DEAF, encoding="utf-8")
    production = begin(floor.settings, floor.db, titled("Why salt slows"), seconds=15)
    worker = started(floor, production, monkeypatch, PYTHONPATH=str(tmp_path))
    until(lambda: sum("sleep" in line(p) for p in process_tree.below(worker.pid)) == 2)
    stopped(floor, production, worker)
    assert floor.steps(production)["narration"] == "cancelled"


def test_a_browser_at_work(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    production = begin(floor.settings, floor.db, titled("Why crust cracks"), seconds=15)
    worker = started(floor, production, monkeypatch)
    until(lambda: bool(browsers(worker.pid)))
    drawing = browsers(worker.pid)
    stopped(floor, production, worker)
    assert not any(map(lives, drawing))


def browsers(pid: int) -> list[psutil.Process]:
    return [process for process in process_tree.below(pid) if "--headless" in line(process)]


def line(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def test_a_worker_that_has_hardly_begun(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    production = begin(floor.settings, floor.db, titled("Why flour dusts"), seconds=15)
    worker = started(floor, production, monkeypatch)
    floor.stop(production, worker.pid, lambda: worker.poll() is not None)
    assert (worker.returncode, floor.state(production)) == (130, "cancelled")
    assert floor.left() == []


def test_a_run_of_dagsters_own(floor: Floor, webserver: Webserver) -> None:
    floor.settings = floor.settings.model_copy(update={"dagster_port": webserver.port})
    api = DagsterApi.of(floor.settings)
    production = begin(floor.settings, floor.db, titled("Why pans clang") + LONG, seconds=30)
    before = process_tree.below(webserver.pid)
    assert making.launch(shop_of(floor.settings, floor.db), production) == "dagster"
    until(lambda: floor.progress(production, "video") > 0)
    made_for_it = process_tree.below(webserver.pid) - before
    run = next(process for process in made_for_it if "--multiprocessing-fork" in line(process))
    took_s = floor.stop(production, run.pid, lambda: not lives(run))
    assert took_s < WITHIN_S
    assert floor.state(production) == "cancelled"
    assert floor.steps(production)["video"] == "cancelled"
    with floor.db.acting(production.owner_id) as conn:
        run_id = productions.get(conn, production.id).run_id
    assert run_id is not None
    until(lambda: api.status(run_id) == "CANCELED")
    assert len(floor.seen) > 1
    assert floor.left() == []
