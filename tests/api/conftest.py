"""The API over real HTTP: one uvicorn a session on loopback, on the session's database."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from assets.catalog import CATALOG
from ui.api.app import PREFIX, build
from vid_pipeline.acts import publishing, tokens
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief
from vid_pipeline.records import Production, User
from vid_pipeline.scopes import SCOPES
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions
from vid_pipeline.store.database import Database
from vid_pipeline.store.objects import ObjectStore
from vid_pipeline.testing.starter import FakeStarter
from vid_pipeline.workflow import Step, Workflow

Ask = Callable[..., httpx.Response]


@dataclass(frozen=True)
class Api:
    """Where it is served, and the installation behind it; it starts no worker."""

    url: str
    shop: Workshop
    starter: FakeStarter

    def token(self, user: User, *scopes: str) -> str:
        made = tokens.make(self.shop.db, user.id, "test", scopes or SCOPES)
        return made.secret.get_secret_value()

    def asking(self, token: str | None) -> httpx.Client:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=60)


@pytest.fixture(scope="session")
def shop(settings: Settings, database: Database, home: Path) -> Workshop:
    quiet = settings.model_copy(update={"dagster_port": 1})
    store = ObjectStore(settings.objects_url, cache=home / "cache")
    return Workshop(quiet, database, store, CATALOG, FakeStarter())


@pytest.fixture(scope="session")
def api(shop: Workshop) -> Iterator[Api]:
    """Behind no gate: whoever sends no token is nobody."""
    app = Starlette(routes=[Mount(PREFIX, build(lambda: shop))])
    with served(app) as url:
        starter = shop.start_worker
        assert isinstance(starter, FakeStarter)
        yield Api(url, shop, starter)


class served:  # noqa: N801  (used as a function)
    """An application on a free port of loopback, for as long as the block runs."""

    def __init__(self, app: Any) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="none")
        self._server = uvicorn.Server(config)
        sockets = {"sockets": [self._socket]}
        self._thread = threading.Thread(target=self._server.run, kwargs=sockets, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "uvicorn ended"
            time.sleep(0.01)
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(30)
        self._socket.close()


@pytest.fixture
def ask(api: Api, user: User) -> Iterator[httpx.Client]:
    """A client of a user who may do everything, on addresses below /api/v1."""
    with api.asking(api.token(user)) as client:
        client.base_url = httpx.URL(f"{api.url}{PREFIX}")
        yield client


def flow(slug: str = "short", title: str = "A short") -> Workflow:
    """A workflow of one step, that takes no time."""
    return Workflow(slug=slug, title=title, steps=(Step(id="brief", kind="take_brief"),))


def drafted(api: Api, user: User, *, name: str = "article.md") -> Production:
    """A draft of a user."""
    db = api.shop.db
    version = publishing.publish(db, user.id, flow(), CATALOG)
    with db.acting(user.id) as conn:
        return productions.create(conn, version, Brief(name=name, url="https://example.org/a"))
