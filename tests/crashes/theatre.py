"""The house in which the story is told and killed: database, paid provider, warm processes.

with theatre.opened(folder, tellings=3) as house:
    house.tell(house.begin(), Killer)
"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import httpx

from tests.crashes import kinds, story
from tests.crashes.fork_server import Forked, Forks
from vid_pipeline import at_work
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief
from vid_pipeline.dagster_env import PROJECT, environment
from vid_pipeline.records import Launch, Production, Request
from vid_pipeline.settings import Settings, child_environment
from vid_pipeline.store import launches, productions, requests, server, workflows
from vid_pipeline.store.database import Database
from vid_pipeline.store.database import opened as opened_database

_TURN_S = 0.02
_PATIENCE_S = 240.0
_MOST_TURNS = 120
_IN_A_ROW = 2
"""Runs of a production that are killed one after the other; after three it asks for a person."""


class Killer(Protocol):
    """Who kills. `env` arms processes that kill themselves, `look` kills some that live."""

    def env(self, stage: int) -> dict[str, str]: ...

    def look(self, alive: Forked) -> float | None:
        """Seconds after its beginning at which this process is to be killed; None: never."""
        ...


class Nobody:
    """Kills nobody."""

    def env(self, stage: int) -> dict[str, str]:
        return {}

    def look(self, alive: Forked) -> float | None:
        return None


@dataclass
class Told:
    """How a telling went: which processes were killed, and how long it took."""

    production: Production
    killed: list[str] = field(default_factory=list)
    seconds: float = 0.0
    charges: int = 0
    printed: str = ""


@dataclass
class House:
    """What is open for the tellings; `begin` starts the next one, `tell` brings it to its end."""

    shop: Workshop
    forks: Forks
    provider_url: str
    env: dict[str, str]
    told: int = 0
    _seen: tuple[object, ...] | None = None

    def begin(self) -> Production:
        """The next draft; each is another version, so that it pays for a job of its own."""
        self.told += 1
        text = story.article(self.told)
        document = self.shop.store.put_bytes(text.encode(), "text/markdown")
        db = self.shop.db
        with db.acting(db.local_user) as conn:
            version = workflows.get(conn, story.SLUG, self.told)
            brief = Brief(name="bread.md", document=document, seconds=15)
            return productions.create(conn, version, brief)

    def charges(self) -> int:
        """How often the provider has charged so far."""
        counts = httpx.get(f"{self.provider_url}/counts", trust_env=False).json()
        return int(counts["charges"])

    def tell(self, production: Production, killer: Killer) -> Told:
        """Bring a production to its end, as its person and the daemon would, killing on the way."""
        began_s, before = time.monotonic(), self.charges()
        told = Told(production)
        for _ in range(_MOST_TURNS):
            self._wait(told, killer)
            now = self._look(production)
            if now.state in {"done", "cancelled"} and self._at_rest(now):
                break
            self._act(now, killer)
        told.production, told.printed = self._look(production), self.forks.said()
        told.seconds = time.monotonic() - began_s
        told.charges = self.charges() - before
        return told

    def _act(self, now: Production, killer: Killer) -> None:
        """The next thing that somebody does about it."""
        found, asked = self._launches(now), self._open(now)
        stage = sum(one.reason == "decision" for one in found) + 1
        env = {} if _tired(found) else killer.env(stage)
        if now.state == "draft" and not found:
            self.forks.fork("launch", str(now.id), **env)
        elif now.state == "waiting" and asked:
            decision = story.decision(asked[0], self.told)
            body = decision.model_dump_json(exclude_defaults=True)
            self.forks.fork("decide", str(asked[0].id), body, **env)
        elif self._swept(now, found):
            self.forks.fork("retry", str(now.id), **env)
        else:
            self.forks.fork("sweep", **env)

    def _swept(self, now: Production, found: list[Launch]) -> bool:
        """Whether only a person can go on: the last sweep has changed nothing."""
        seen = (now.id, now.state, len(found), found[-1].tries if found else 0)
        again, self._seen = seen == self._seen, seen
        return again and now.state == "failed"

    def _wait(self, told: Told, killer: Killer) -> None:
        """Until no process lives; meanwhile those are killed that the killer has chosen."""
        chosen: dict[int, float | None] = {}
        patience = time.monotonic() + _PATIENCE_S
        before = {one.pid for one in self.forks.all() if one.code is not None}
        while self._is_busy(told.production):
            for one in (one for one in self.forks.all() if one.code is None):
                if one.pid not in chosen:
                    chosen[one.pid] = killer.look(one)
                at_s = chosen[one.pid]
                if at_s is not None and time.time() >= one.began_s + at_s:
                    self.forks.kill(one.pid)
            assert time.monotonic() < patience, self.forks.said()
            time.sleep(_TURN_S)
        ended = [one for one in self.forks.all() if one.pid not in before]
        told.killed += [one.main for one in ended if one.code == -signal.SIGKILL]

    def _is_busy(self, production: Production) -> bool:
        """Whether a process lives; one that is being started holds the claim already."""
        alive = any(one.code is None for one in self.forks.all())
        return alive or at_work.is_claimed(self.shop.settings, production.id)

    def _at_rest(self, now: Production) -> bool:
        return all(one.state in {"ended", "killed"} for one in self._launches(now))

    def _look(self, production: Production) -> Production:
        with self.shop.db.acting(production.owner_id) as conn:
            return productions.get(conn, production.id)

    def _launches(self, production: Production) -> list[Launch]:
        with self.shop.db.acting(production.owner_id) as conn:
            return launches.of_production(conn, production.id)

    def _open(self, production: Production) -> list[Request]:
        with self.shop.db.acting(production.owner_id) as conn:
            found = requests.of_production(conn, production.id)
        return [one for one in found if one.state == "open"]


def _tired(found: list[Launch]) -> bool:
    last = found[-_IN_A_ROW:]
    return len(last) == _IN_A_ROW and all(one.state == "killed" for one in last)


@contextmanager
def opened(folder: Path, *, tellings: int) -> Iterator[House]:
    """A house in a folder of its own, for so many tellings; all of it ends with the block."""
    home = folder / "home"
    settings = Settings(home=home, idle_s=1)
    with ExitStack() as stack:
        stack.callback(server.remove, home)
        db = stack.enter_context(opened_database(settings))
        _publish(db, tellings)
        url = stack.enter_context(_provider(folder))
        env = child_environment(environment(settings, db)) | {
            "ANTHROPIC_API_KEY": "sk-ant-test-0123456789abcdef",
            "VIDP_ANTHROPIC_BASE_URL": url,
            "VIDP_JOBS_URL": url,
            "VIDP_JOBS_KEY": "jobs-test-0123456789",
            "VIDP_DAGSTER_PORT": "1",
        }
        forks = stack.enter_context(Forks(folder, env))
        yield House(Workshop.of(settings, db, kinds.catalog()), forks, url, env)


def _publish(db: Database, tellings: int) -> None:
    with db.acting(db.local_user) as conn:
        for number in range(1, tellings + 1):
            workflows.publish(conn, story.workflow(number))


@contextmanager
def _provider(folder: Path) -> Iterator[str]:
    """The paid provider as a process of its own; its address."""
    port = folder / "port"
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "vid_pipeline.testing.paid_provider",
            port,
            folder / "paid.json",
            "--answer=tests.crashes.story:answer",
        ],
        cwd=PROJECT,
    )
    try:
        patience = time.monotonic() + 60
        while not port.exists():
            assert process.poll() is None, "the provider does not start"
            assert time.monotonic() < patience, "the provider does not start"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port.read_text(encoding='utf-8')}"
    finally:
        process.terminate()
        process.wait(30)
