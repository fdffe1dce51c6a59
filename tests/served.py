"""A studio in a process of its own, on an installation of its own, for tests to talk to."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import httpx

from assets.catalog import CATALOG
from ui.identity import COOKIE
from vid_pipeline.account_records import Caller
from vid_pipeline.acts import accounts, joining, publishing
from vid_pipeline.acts.door import Door
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.asking import Role
from vid_pipeline.dagster_env import PROJECT
from vid_pipeline.records import User
from vid_pipeline.settings import Settings, child_environment
from vid_pipeline.store import server, users
from vid_pipeline.store.database import opened

ADMINISTRATOR, PASSWORD = "admin@studio.test", "correct horse battery"

_START_S = 90.0


@dataclass(frozen=True)
class Person:
    """A user of a test, signed in: `cookies` are what their browser sends."""

    id: UUID
    token: str = field(repr=False)

    @property
    def cookies(self) -> dict[str, str]:
        return {COOKIE: self.token}


@dataclass(frozen=True)
class Served:
    """A running studio, and its installation to prepare things in.

    `user` is whom the test's browser acts as.
    """

    url: str
    shop: Workshop
    user: UUID

    def person(
        self,
        role: Role = "creator",
        *,
        workflows: bool = True,
        email: str | None = None,
        user_agent: str = "",
    ) -> Person:
        """A new user who is signed in, with the workflows that everybody starts with."""
        with self.shop.db.service() as conn:
            name = f"t{uuid4().hex[:12]}"
            user = users.add(
                conn, name, display_name="Ada", email=email or f"{name}@studio.test", role=role
            )
        if workflows:
            publishing.first_start(self.shop.db, user.id)
        caller = Caller(user_agent=user_agent)
        return Person(user.id, accounts.begin_session(self.shop.db, user.id, caller=caller))

    def named(self, email: str) -> User:
        """The user of an address."""
        with self.shop.db.service() as conn:
            return next(one for one in users.everybody(conn) if one.email == email)


@contextmanager
def studio(home: Path, *, claimed: bool = True, **more: str) -> Iterator[Served]:
    """A studio that no Dagster server stands behind; `more` are settings as variables.

    `claimed` says that the administrator has an account, so that everybody must sign in.
    """
    settings = Settings(home=home, idle_s=2, studio_port=free_port(), dagster_port=1)
    with opened(settings) as db:
        if claimed:
            joining.sign_up(
                Door(settings, db),
                name="Administrator",
                email=ADMINISTRATOR,
                password=PASSWORD,
                first=True,
            )
        url = f"http://127.0.0.1:{settings.studio_port}"
        process = _start(settings, more)
        try:
            _await(url, process)
            yield Served(url, Workshop.of(settings, db, CATALOG), db.local_user)
        finally:
            process.terminate()
            process.wait(timeout=30)
    server.remove(home)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _start(settings: Settings, more: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    told = {
        "VIDP_HOME": str(settings.home),
        "VIDP_IDLE_S": str(settings.idle_s),
        "VIDP_STUDIO_PORT": str(settings.studio_port),
        "VIDP_DAGSTER_PORT": str(settings.dagster_port),
        **more,
    }
    command = [sys.executable, "-m", "ui.server"]
    with (settings.home / "studio.log").open("wb") as log:
        return subprocess.Popen(
            command, cwd=PROJECT, env=child_environment(told), stdout=log, stderr=log
        )


def _await(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "the studio ended; its log is beside its home"
        try:
            if httpx.get(f"{url}/readyz", trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"the studio did not answer within {_START_S:.0f} s")
