"""Where our own PostgreSQL lives: its data, its log, its socket.

In the home, unless the user that runs it for root cannot reach that: then under
`/var/lib/vid-pipeline`.
"""

import os
import secrets
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vid_pipeline.errors import StoreError
from vid_pipeline.store import keys, programs
from vid_pipeline.store.programs import Account

SUPERUSER = "postgres"
PORT = 5432
_SOCKET_PATH_BYTES = 100
_ENV = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Cluster:
    """One database cluster: `folder` is private to the user that runs it."""

    folder: Path
    account: Account | None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def socket_folder(self) -> Path:
        """Beside the data; in /tmp when that path is too long for a socket."""
        near = self.folder / "s"
        if len(os.fsencode(near / f".s.PGSQL.{PORT}.lock")) <= _SOCKET_PATH_BYTES:
            return near
        token = (self.folder / "token").read_text(encoding="ascii")
        return Path("/tmp") / f"vidp-{token}"  # noqa: S108 - private, and checked by `_private`


def bookkeeping(home: Path) -> Path:
    """The folder of locks, logs and notes of who runs; always in `home`."""
    folder = home / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def opened(home: Path) -> Cluster:
    """The cluster of `home`, initialised; half-made ones are never left. Call under the lock.

    Raises:
        ToolMissing: the binaries or the system user cannot be had.
        StoreError: it cannot be made.
    """
    account = programs.account()
    cluster = Cluster(_folder(home, account), account)
    _private(cluster.folder, account)
    if not (cluster.folder / "token").exists():
        (cluster.folder / "token").write_text(secrets.token_hex(8), encoding="ascii")
    _private(cluster.socket_folder, account)
    if not (cluster.data / "PG_VERSION").exists():
        _initialise(cluster, keys.of_home(home))
    return cluster


def reason(log: Path) -> str:
    """The newest complaint in a log of Postgres, or that there is none."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4000))
        lines = file.read().decode(errors="replace").splitlines()
    for line in reversed(lines):
        for mark in ("FATAL:", "PANIC:", "error:", "Error:", "could not "):
            if mark in line:
                return line[line.index(mark) + (0 if mark == "could not " else len(mark)) :].strip()
    return "it does not say why"


def delete(home: Path) -> None:
    """Delete the files of a stopped cluster, wherever they are."""
    notes = bookkeeping(home)
    if (notes / "location").exists():
        place = Cluster(_folder(home, None), None)
        if (place.folder / "token").exists():
            shutil.rmtree(place.socket_folder, ignore_errors=True)
        shutil.rmtree(place.folder, ignore_errors=True)
    shutil.rmtree(notes)


def spawn(
    cluster: Cluster, command: Sequence[str | Path], **options: object
) -> subprocess.Popen[bytes]:
    """Start a program as the cluster's user, in a folder it can read, with a plain environment."""
    process: subprocess.Popen[bytes] = subprocess.Popen(
        [os.fspath(part) for part in command],
        cwd="/",
        env=_ENV,
        stdin=subprocess.DEVNULL,
        **_demoted(cluster.account),
        **options,  # type: ignore[call-overload]
    )
    return process


def _folder(home: Path, account: Account | None) -> Path:
    """Where the cluster is, decided once and noted, so that a later chmod cannot hide the data."""
    note = bookkeeping(home) / "location"
    if note.exists():
        return note.parent / note.read_text(encoding="utf-8")
    folder = Path("cluster")
    if account is not None and not programs.traversable(note.parent.resolve(), account):
        folder = programs.shared_folder() / secrets.token_hex(8)
    note.write_text(os.fspath(folder), encoding="utf-8")
    return note.parent / folder


def _private(folder: Path, account: Account | None) -> None:
    """Make a folder of mode 0700 that belongs to the cluster's user; refuse somebody else's."""
    try:
        folder.mkdir(mode=0o700)
        if account is not None:
            os.chown(folder, account.uid, account.gid)
    except FileExistsError:
        owner = account.uid if account is not None else os.geteuid()
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
            raise StoreError(
                f"{folder} is not a private folder of the database's user. Move it away."
            ) from None


def _initialise(cluster: Cluster, secret: keys.Keys) -> None:
    """Make the cluster beside its place and rename it when it is whole."""
    draft, password = cluster.folder / "data.draft", cluster.folder / "password.draft"
    shutil.rmtree(draft, ignore_errors=True)
    _write_private(password, secret.password(SUPERUSER), cluster.account)
    options = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options += ["--auth=scram-sha-256", f"--pwfile={password}", "--username", SUPERUSER]
    program = programs.binaries(cluster.account) / "initdb"
    try:
        with cluster.log.open("ab") as log:
            code = spawn(cluster, [program, "-D", draft, *options], stdout=log, stderr=log).wait()
        if code != 0:
            raise StoreError(
                f"The database could not be made: {reason(cluster.log)}; see {cluster.log}."
            )
        draft.rename(cluster.data)
    finally:
        password.unlink()
        shutil.rmtree(draft, ignore_errors=True)


def _write_private(path: Path, text: str, account: Account | None) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="ascii")
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _demoted(account: Account | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}
