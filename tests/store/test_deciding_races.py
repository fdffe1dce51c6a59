"""Many decide, sweep, cancel and start at once: one decision, one launch, one run."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from assets.catalog import CATALOG
from tests.store.test_supervision import current, gone, settings_of, until
from vid_pipeline import at_work
from vid_pipeline.acts import deciding, ending, launching, making, sweeping
from vid_pipeline.acts.verdicts import Decision
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief
from vid_pipeline.errors import BadRequest, StoreError, VidPipelineError
from vid_pipeline.records import Launch, NewRequest, Production, Request, Shown
from vid_pipeline.settings import Settings
from vid_pipeline.store import launches, productions, requests, server, workflows
from vid_pipeline.store.database import Database, opened
from vid_pipeline.workflow import Step, Workflow

pytestmark = pytest.mark.alone
APPROVE, STOP = Decision(verdict="approve"), Decision(verdict="stop", feedback="No.")


def waiting(shop: Workshop, hours: float | None = None) -> tuple[Production, Request]:
    """A production at a gate, its first run ended."""
    db, slug = shop.db, f"race-{uuid4().hex[:8]}"
    steps = (
        Step(id="brief", kind="take_brief"),
        Step(id="gate", kind="approve", inputs={"item": "brief"}),
    )
    brief = Brief(name="b", url="https://example.org/a")
    data = brief.model_dump_json().encode()
    shown = Shown(type="Brief", artifact=shop.store.put_bytes(data, "application/json"))
    with db.acting(db.local_user) as conn:
        version = workflows.publish(conn, Workflow(slug=slug, title="Race", steps=steps))
        made = productions.create(conn, version, brief)
        launch = launching.plan(shop, conn, made, reason="start")
        launching.taken(conn, launch, str(launch.id), root=None)
        productions.running(conn, made.id)
        new = NewRequest(
            production_id=made.id,
            step_id="gate",
            kind="approval",
            subject="s",
            run_id=str(launch.id),
            title="Approve",
            shown=(shown,),
            deadline_hours=hours,
            at_deadline="reject" if hours else None,
        )
        asked = requests.ask(conn, new)
        launches.end(conn, launch.id, waits_for="gate")
        return productions.waiting(conn, made.id), asked


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """What each gave, or the error of ours that it raised; all begin together."""
    together = threading.Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        together.wait(60)
        try:
            return act()
        except VidPipelineError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def state(shop: Workshop, made: Production) -> tuple[Production, Request, list[Launch]]:
    with shop.db.acting(made.owner_id) as conn:
        return (
            productions.get(conn, made.id),
            requests.of_production(conn, made.id)[0],
            launches.of_production(conn, made.id),
        )


def settled(shop: Workshop, made: Production) -> None:
    """Wait until no worker of it lives."""
    until(lambda: not at_work.is_claimed(shop.settings, made.id), 120)
    until(lambda: not any(str(made.id) in command for command in commands()), 120)


def commands() -> Iterator[list[str]]:
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            yield process.cmdline()


@pytest.fixture
def shop(settings: Settings, database: Database) -> Workshop:
    alone = settings.model_copy(update={"dagster_port": 1})
    return Workshop.of(alone, database, CATALOG)


def test_fifty_decide_at_once_beside_the_sweeper_and_one_is_heard(shop: Workshop) -> None:
    made, asked = waiting(shop)
    stop = threading.Event()

    def sweep() -> None:
        while not stop.is_set():
            sweeping.sweep(shop, launch_age_s=30)

    sweeper = threading.Thread(target=sweep)
    sweeper.start()

    def by(number: int) -> Callable[[], object]:
        said = Decision(verdict="approve", feedback=f"Said by {number}.")
        return lambda: deciding.decide(shop, made.owner_id, asked.id, said)

    told = at_once([by(number) for number in range(50)])
    stop.set()
    sweeper.join()
    settled(shop, made)
    heard = [one for one in told if isinstance(one, deciding.Decided)]
    refused = [one for one in told if isinstance(one, BadRequest)]
    assert (len(heard), len(refused)) == (1, 49), told
    assert all("It was approved already" in str(one) for one in refused)
    _, request, launched = state(shop, made)
    assert request.answer == heard[0].request.answer
    assert [one.reason for one in launched] == ["start", "decision"]
    assert (request.launch_id, launched[1].tries) == (launched[1].id, 1)
    assert launched[1].run_id is not None


def test_of_two_who_decide_and_one_who_cancels_the_first_is_heard(shop: Workshop) -> None:
    made, asked = waiting(shop)
    at_once(
        [
            lambda: deciding.decide(shop, made.owner_id, asked.id, APPROVE),
            lambda: deciding.decide(shop, made.owner_id, asked.id, STOP),
            lambda: making.cancel(shop, made.owner_id, made.id),
        ]
    )
    settled(shop, made)
    _, request, launched = state(shop, made)
    assert request.state in {"approved", "stopped", "withdrawn"}
    taken = [one for one in launched if one.reason == "decision"]
    assert len(taken) == (request.launch_id is not None)
    assert request.launch_id is None or request.state == "approved"


def test_a_decision_at_its_deadline_is_made_or_late(shop: Workshop) -> None:
    made, asked = waiting(shop, hours=0.2 / 3600)
    told = at_once(
        [
            lambda: deciding.decide(shop, made.owner_id, asked.id, APPROVE),
            *[lambda: sweeping.sweep(shop, launch_age_s=30)] * 3,
        ]
    )
    until(lambda: bool(sweeping.sweep(shop, launch_age_s=30)) and _is_closed(shop, made))
    settled(shop, made)
    now, request, launched = state(shop, made)
    if isinstance(told[0], deciding.Decided):
        assert (request.state, len(launched)) == ("approved", 2)
    else:
        assert (request.state, now.state, len(launched)) == ("expired", "cancelled", 1)


def _is_closed(shop: Workshop, made: Production) -> bool:
    return state(shop, made)[1].state != "open"


def test_a_launch_that_many_send_at_once_is_one_run(shop: Workshop) -> None:
    made, asked = waiting(shop)
    with shop.db.acting(made.owner_id) as conn:
        requests.decide(conn, asked.id, "approved", by=made.owner_id, answer={})
        planned = launching.plan(shop, conn, made, reason="decision")
    told = at_once([lambda: launching.send(shop, planned)] * 4)
    assert "worker" in told
    settled(shop, made)
    _, _, launched = state(shop, made)
    assert launched[0].state == "ended"
    assert (len(launched), launched[1].run_id) == (2, str(planned.id))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    """A home whose server is this test's alone."""
    home = tmp_path / "own"
    yield home
    until(lambda: _removed(home))


def _removed(home: Path) -> bool:
    try:
        server.remove(home)
    except StoreError:
        return False
    return True


def decide_and_kill(shop: Workshop, made: Production, asked: Request, postgres: int) -> None:
    with shop.db.acting(made.owner_id) as conn:
        held = productions.locked(conn, made.id)
        requests.decide(conn, asked.id, "stopped", by=made.owner_id, answer={})
        os.kill(postgres, signal.SIGKILL)
        until(lambda: gone(postgres))
        ending.stopped(conn, held)


def test_a_database_that_dies_in_a_decision_has_not_heard_it(own: Path) -> None:
    settings = settings_of(own).model_copy(update={"dagster_port": 1})
    with opened(settings) as db:
        shop = Workshop.of(settings, db, CATALOG)
        made, asked = waiting(shop)
        postgres = current(db).postgres_pid
        with pytest.raises(StoreError):
            decide_and_kill(shop, made, asked, postgres)
    with opened(settings) as db:
        shop = Workshop.of(settings, db, CATALOG)
        now, request, launched = state(shop, made)
        assert (now.state, request.state, len(launched)) == ("waiting", "open", 1)
        assert deciding.decide(shop, made.owner_id, asked.id, STOP).request.state == "stopped"
