"""The one way to the database: it is up, migrated, and ours, or there is a `StoreError`.

    with database.opened(settings) as db:
        with db.service() as conn:
            owner = productions.owner_of(conn, production_id)
        with db.acting(owner) as conn:
            productions.running(conn, production_id)

Each block is one transaction, committed at its end. `db.local_user` is whom a laptop acts as.
The server runs as long as somebody holds a `Database`; Dagster's processes are given `dagster_url`,
ours open their own. `ready` is `opened` for a process that keeps it to its end.
"""

import atexit
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool, PoolTimeout

from vid_pipeline.errors import BadRequest, StoreError
from vid_pipeline.settings import Settings
from vid_pipeline.store import cluster, keys, roles, setup, users
from vid_pipeline.store.keys import Keys
from vid_pipeline.store.server import Lease
from vid_pipeline.store.setup import Parameters, first_line

_NAME = "vidp"
_SETUP_TRIES = 20
_SETUP_PAUSE_S = 0.2
_POOL_SIZE = 8
_POOL_WAIT_S = 30.0
_ACT = """
select set_config('app.user_id', %(user)s, true),
    set_config('app.signature', %(signature)s, true)"""


class Database:
    """An open database. Safe to share between threads; not across a fork."""

    def __init__(self, admin: Parameters, secret: Keys, lease: Lease | None) -> None:
        self._admin = admin
        self._keys = secret
        self._lease = lease
        self._pools: dict[str, ConnectionPool[Connection[Any]]] = {}
        self._lock = threading.Lock()

    @property
    def dagster_url(self) -> str:
        """For Dagster's storage, as `postgresql+psycopg2://…`. Holds a password."""
        return _dagster_url(self.where(roles.DAGSTER))

    @property
    def keys(self) -> Keys:
        """The installation's keys, for what is sealed and signed."""
        return self._keys

    @cached_property
    def local_user(self) -> UUID:
        """The user that the installation started with."""
        with self.service() as conn:
            return users.local(conn).id

    @contextmanager
    def acting(self, user_id: UUID) -> Iterator[Connection[Any]]:
        """One transaction as a user, who sees and touches only what is theirs."""
        with self._transaction(roles.APP) as conn:
            signature = self._keys.signature(user_id, conn.info.backend_pid)
            conn.execute(_ACT, {"user": str(user_id), "signature": signature})
            yield conn

    @contextmanager
    def service(self) -> Iterator[Connection[Any]]:
        """One transaction as our own daemons: whose a production is, which versions exist."""
        with self._transaction(roles.SERVICE) as conn:
            yield conn

    def where(self, role: str) -> Parameters:
        """Connection parameters of a role."""
        return self._admin | {"user": role, "password": self._keys.password(role)}

    def close(self) -> None:
        """Close the connections and let go of the server."""
        with self._lock:
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()
        if self._lease is not None:
            self._lease.close()

    @contextmanager
    def _transaction(self, role: str) -> Iterator[Connection[Any]]:
        if self._lease is not None:
            self._lease.heal()
        try:
            with self._pool(role).connection() as conn, conn.transaction():
                yield conn
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise StoreError(f"The database failed: {first_line(error)}") from error

    def _pool(self, role: str) -> ConnectionPool[Connection[Any]]:
        with self._lock:
            if role not in self._pools:
                self._pools[role] = ConnectionPool(
                    kwargs={**self.where(role), "prepare_threshold": None},
                    min_size=0,
                    max_size=_POOL_SIZE,
                    timeout=_POOL_WAIT_S,
                    reset=_forget,
                    check=ConnectionPool.check_connection,
                    open=True,
                    name=role,
                )
            return self._pools[role]


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database, for as long as the block runs.

    Raises:
        StoreError: it does not start, cannot be reached or cannot be migrated.
    """
    db = _connected(settings)
    try:
        yield db
    finally:
        db.close()


def ready(settings: Settings) -> Database:
    """The database, kept until the process ends or closes it.

    Raises:
        StoreError: it does not start, cannot be reached or cannot be migrated.
    """
    db = _connected(settings)
    atexit.register(db.close)
    return db


def _connected(settings: Settings) -> Database:
    if settings.database_url is not None:
        return _outside(settings, settings.database_url.get_secret_value())
    if not (settings.home / "postgres" / "location").exists():
        threading.Thread(target=setup.load_migrations, daemon=True).start()  # while it is made
    lease = Lease(settings.home, idle_s=settings.idle_s)
    try:
        return _embedded(lease, keys.of_home(settings.home))
    except BaseException:
        lease.close()
        raise


def _outside(settings: Settings, url: str) -> Database:
    chosen = settings.identity_key
    secret = Keys(chosen.get_secret_value()) if chosen else keys.of_home(settings.home)
    try:
        admin: Parameters = {k: str(v) for k, v in conninfo_to_dict(url).items() if v is not None}
        setup.ensure(admin, admin, secret)
    except psycopg.ProgrammingError as error:
        raise BadRequest("VIDP_DATABASE_URL", "(hidden)", first_line(error)) from error
    except psycopg.Error as error:
        raise StoreError(
            f"The database at VIDP_DATABASE_URL failed: {first_line(error).rstrip('.')}. "
            "Start it, correct the variable, or unset it to use our own."
        ) from error
    return Database(admin, secret, None)


def _embedded(lease: Lease, secret: Keys) -> Database:
    """Our own server, set up; tried again when it was caught dying or starting."""
    for attempt in range(_SETUP_TRIES):
        server = lease.await_ready()
        superuser = {
            "host": server.socket,
            "port": str(server.port),
            "user": cluster.SUPERUSER,
            "password": secret.password(cluster.SUPERUSER),
            "dbname": "postgres",
        }
        target = superuser | {"dbname": _NAME}
        try:
            setup.ensure(superuser, target, secret)
        except psycopg.OperationalError as error:
            if attempt == _SETUP_TRIES - 1:
                problem = first_line(error)
                raise StoreError(f"The database fails: {problem}, see {server.log}.") from error
            time.sleep(_SETUP_PAUSE_S)
        else:
            break
    return Database(target, secret, lease)


def _dagster_url(where: Parameters) -> str:
    """A URL with the host as an option, so that it may be a socket's folder."""
    user, password, name = (quote(where[key], safe="") for key in ("user", "password", "dbname"))
    options = {k: v for k, v in where.items() if k not in {"user", "password", "dbname"}}
    return f"postgresql+psycopg2://{user}:{password}@/{name}?{urlencode(options)}"


def _forget(conn: Connection[Any]) -> None:
    """Drop all that a session may have kept, before the next one gets the connection."""
    conn.autocommit = True
    conn.execute("discard all")
    conn.autocommit = False
