"""Processes that die while they pay: whoever goes on, the provider charges once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.store.paying_child import JOB_POINTS, LLM_POINTS
from tests.store.test_tables import produced
from vid_pipeline.records import JournalEntry, Production, User
from vid_pipeline.settings import child_environment
from vid_pipeline.store import journal
from vid_pipeline.store.database import Database
from vid_pipeline.testing.paid_provider import PRICE_USD, PaidProvider

_KILLED = -9
_PROJECT = Path(__file__).parents[2]


class Forks:
    """Processes that pay, forked off one that has imported all they need."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.store.paying_child"],
            cwd=_PROJECT,
            env=child_environment({}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, *words: object) -> int:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(" ".join(map(str, words)) + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())

    def close(self) -> None:
        self._server.communicate(timeout=30)


@dataclass(frozen=True)
class Child:
    """A process that pays. Until it is waited for, its pid is its own."""

    forks: Forks
    pid: int

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        return self.forks.ask(self.pid)


@dataclass(frozen=True)
class Payer:
    """Starts paying processes for one production."""

    forks: Forks
    home: Path
    database: Database
    production: Production
    provider: PaidProvider

    def start(self, what: str, point: str = "never") -> Child:
        made = self.production
        where = (self.home, made.owner_id, made.id, self.provider.url)
        return Child(self.forks, self.forks.ask(*where, what, point))

    def run(self, what: str, point: str = "never") -> int:
        return self.start(what, point).wait()

    def row(self) -> JournalEntry:
        with self.database.acting(self.production.owner_id) as conn:
            hashes = conn.execute("select request_hash from vidp.journal").fetchall()
            assert len(hashes) == 1
            found = journal.find(conn, self.production.id, hashes[0][0])
        assert found is not None
        return found


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    started = Forks()
    yield started
    started.close()


@pytest.fixture
def payer(forks: Forks, home: Path, database: Database, user: User) -> Iterator[Payer]:
    with PaidProvider() as provider:
        yield Payer(forks, home, database, produced(database, user), provider)


def slowed(payer: Payer, provider: PaidProvider) -> Payer:
    return replace(payer, provider=provider)


def asked(provider: PaidProvider) -> int:
    return provider.counts.submissions + provider.counts.polls


def asked_since(provider: PaidProvider, before: int) -> bool:
    return asked(provider) > before


def waited(for_it: Callable[[], bool]) -> None:
    patience = time.monotonic() + 60
    while not for_it():
        assert time.monotonic() < patience
        time.sleep(0.02)


@pytest.mark.parametrize("point", JOB_POINTS)
def test_a_job_is_charged_once_whenever_its_process_is_killed(payer: Payer, point: str) -> None:
    assert payer.run("job", point) == _KILLED
    state = {"begun": "sent", "ordered": "sent"}.get(point, "submitted")
    assert (payer.row().state, payer.row().reserved_usd) == (state, 0.6)
    key = payer.row().idempotency_key
    assert payer.run("job") == 0
    assert (payer.row().state, payer.row().cost_usd) == ("done", PRICE_USD)
    assert payer.row().idempotency_key == key
    counts = payer.provider.counts
    assert (counts.charges, counts.keys, counts.charged_usd) == (1, 1, PRICE_USD)
    assert counts.submissions == (2 if point == "ordered" else 1)


def test_a_job_whose_process_is_killed_again_and_again_is_charged_once(payer: Payer) -> None:
    moments = random.Random(7)
    with PaidProvider(job_s=3600) as slow:
        payer = slowed(payer, slow)
        for _ in range(3):
            child, before = payer.start("job"), asked(slow)
            waited(partial(asked_since, slow, before))
            time.sleep(moments.uniform(0, 0.2))
            child.kill()
            assert child.wait() == _KILLED
        slow.job_s = 0
        assert payer.run("job") == 0
        assert slow.counts.charges == 1
        paid = slow.counts
        assert payer.run("job") == 0
        assert slow.counts == paid
    assert (payer.row().state, payer.row().cost_usd) == ("done", PRICE_USD)


@pytest.mark.parametrize("point", LLM_POINTS)
def test_an_answer_is_charged_once_whenever_its_process_is_killed(payer: Payer, point: str) -> None:
    assert payer.run("llm", point) == _KILLED
    left = payer.row()
    assert left.state == "sent"
    assert left.reserved_usd > 0
    assert payer.run("llm") == 0
    row, counts = payer.row(), payer.provider.counts
    assert (row.state, row.attempts, row.idempotency_key) == ("done", 2, left.idempotency_key)
    assert (counts.charges, counts.messages) == (1, 1 if point == "begun" else 2)


def test_an_answer_is_charged_once_when_its_process_is_killed_while_it_waits(
    payer: Payer,
) -> None:
    with PaidProvider(delay_s=3) as slow:
        child = slowed(payer, slow).start("llm")
        waited(lambda: slow.counts.charges > 0)
        child.kill()
        assert child.wait() == _KILLED
        assert slowed(payer, slow).row().state == "sent"
        assert slowed(payer, slow).run("llm") == 0
        assert (slow.counts.messages, slow.counts.charges) == (2, 1)


def test_a_provider_of_its_own_goes_on_from_its_state(tmp_path: Path) -> None:
    port, state = tmp_path / "port", tmp_path / "state.json"
    for submissions in (1, 2):
        port.unlink(missing_ok=True)
        process = subprocess.Popen(
            [sys.executable, "-m", "vid_pipeline.testing.paid_provider", port, state]
        )
        try:
            url = f"http://127.0.0.1:{_written(port)}"
            order = {"operation": "voice", "input": {}}
            job = httpx.post(f"{url}/jobs", json=order, headers={"idempotency-key": "k"}).json()
            assert httpx.get(f"{url}/jobs/{job['id']}").json()["status"] == "succeeded"
            counts = httpx.get(f"{url}/counts").json()
        finally:
            process.kill()
            process.wait(30)
        assert (counts["submissions"], counts["charges"]) == (submissions, 1)


def _written(file: Path) -> str:
    waited(file.exists)
    return file.read_text(encoding="utf-8")
