"""What tests of the store share: one real Postgres a session, in a home of its own."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest

from vid_pipeline.records import User
from vid_pipeline.settings import Settings
from vid_pipeline.store import server, users
from vid_pipeline.store.database import Database, opened

hypothesis.settings.register_profile(
    "ours", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)  # seconds say how busy a machine is, not whether a claim holds
hypothesis.settings.load_profile("ours")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation's folder; what it has elsewhere goes with it."""
    folder = tmp_path_factory.mktemp("home")
    yield folder
    server.remove(folder)


@pytest.fixture(scope="session")
def settings(home: Path) -> Settings:
    """Settings of an installation without keys."""
    return Settings(home=home, idle_s=1)


@pytest.fixture(scope="session")
def database(settings: Settings) -> Iterator[Database]:
    """The database, open; tests keep apart by being different users."""
    with opened(settings) as db:
        yield db


@pytest.fixture
def user(database: Database) -> User:
    """A user of this test alone."""
    with database.service() as conn:
        return users.add(conn, f"u{uuid4().hex}")
