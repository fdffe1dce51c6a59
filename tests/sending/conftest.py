"""Fixtures of tests of sending."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sending import s3
from tests.sending.desks import Desks
from vid_pipeline.records import User
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import Database


@pytest.fixture(scope="session")
def bucket_server() -> Iterator[s3.S3]:
    with s3.served() as server:
        yield server


@pytest.fixture
def desks(settings: Settings, database: Database, user: User, tmp_path: Path) -> Desks:
    return Desks(settings, database, user, tmp_path)
