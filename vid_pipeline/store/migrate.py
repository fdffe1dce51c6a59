"""Bringing a database to the newest revision, by alembic, without an ini file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy  # noqa: TID251 - alembic runs on its connection
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from psycopg import Connection

from vid_pipeline.errors import StoreError
from vid_pipeline.store.revisions import FOLDER


def upgrade(connect: Callable[[], Connection[Any]], *, folder: Path = FOLDER) -> None:
    """Run the revisions that are missing, each in its own transaction.

    The caller holds the advisory lock. A revision that fails leaves nothing behind.

    Raises:
        StoreError: a revision failed, or the database is newer than this program.
    """
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=connect, poolclass=sqlalchemy.NullPool
    )
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    except (sqlalchemy.exc.SQLAlchemyError, CommandError) as error:
        first = str(error).splitlines()[0]
        raise StoreError(f"The database could not be migrated: {first}") from error
