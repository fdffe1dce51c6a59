"""Ways out of a sandbox: shown on plain `open` first, then refused by both of our lookups."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.attacks.planting import QUOTA, beside
from vid_pipeline.errors import BadRequest, NotFound, OverLimit, VidPipelineError
from vid_pipeline.sandbox.folder import Folder, Quota

SECRET = "the secret"
_ATTEMPTS = 500


@pytest.fixture(params=[True, False], ids=["openat2", "step by step"])
def sandbox(request: pytest.FixtureRequest, tmp_path: Path) -> Folder:
    folder = Folder(tmp_path / "box", one_call=request.param)
    folder.write("plain.txt", b"plain")
    return folder


@pytest.fixture
def files(tmp_path: Path, sandbox: Folder) -> Path:
    """Where an attacker beside us can put things."""
    return tmp_path / "box" / "files"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    secret = tmp_path / "outside" / "secret.txt"
    secret.parent.mkdir()
    secret.write_text(SECRET, encoding="utf-8")
    return secret


def _naive(files: Path, name: str) -> str:
    return (files / name).read_text(encoding="utf-8")


def _careful(files: Path, name: str) -> str:
    """What is often thought to be enough."""
    real = os.path.realpath(files / name)
    if not real.startswith(f"{os.path.realpath(files)}/"):
        raise PermissionError(name)
    with Path(real).open(encoding="utf-8") as file:
        return file.read()


def _refused(sandbox: Folder, name: str) -> None:
    """Not read, lent, moved or listed."""
    with pytest.raises((BadRequest, NotFound)):
        sandbox.read(name, most_bytes=100)
    with pytest.raises((BadRequest, NotFound)):
        sandbox.move(name, "moved.txt")
    assert [file.name for file in sandbox.files()] == ["plain.txt"]


def test_two_dots(sandbox: Folder, files: Path, outside: Path) -> None:
    assert _naive(files, "../../outside/secret.txt") == SECRET
    _refused(sandbox, "../../outside/secret.txt")


def test_an_absolute_name(sandbox: Folder, files: Path, outside: Path) -> None:
    assert _naive(files, str(outside)) == SECRET
    _refused(sandbox, str(outside))


@pytest.mark.parametrize("to", ["{}", "../../outside"], ids=["absolute", "relative"])
def test_a_link_to_a_file(sandbox: Folder, files: Path, outside: Path, to: str) -> None:
    (files / "link.txt").symlink_to(f"{to.format(outside.parent)}/secret.txt")
    assert _naive(files, "link.txt") == SECRET
    _refused(sandbox, "link.txt")


@pytest.mark.parametrize("to", ["{}", "../../outside"], ids=["absolute", "relative"])
def test_a_link_to_a_folder(sandbox: Folder, files: Path, outside: Path, to: str) -> None:
    (files / "sub").symlink_to(to.format(outside.parent))
    assert _naive(files, "sub/secret.txt") == SECRET
    _refused(sandbox, "sub/secret.txt")
    with pytest.raises(BadRequest):
        sandbox.files("sub")


def test_a_link_of_the_kernels(sandbox: Folder, files: Path, outside: Path) -> None:
    with outside.open(encoding="utf-8") as held:
        (files / "fd").symlink_to(f"/proc/self/fd/{held.fileno()}")
        assert _naive(files, "fd") == SECRET
        _refused(sandbox, "fd")


def test_a_second_name_of_a_file(sandbox: Folder, files: Path, outside: Path) -> None:
    (files / "hard.txt").hardlink_to(outside)
    assert _naive(files, "hard.txt") == SECRET
    assert _careful(files, "hard.txt") == SECRET
    _refused(sandbox, "hard.txt")


def test_a_pipe_that_nobody_writes(sandbox: Folder, files: Path) -> None:
    os.mkfifo(files / "pipe.txt")
    read = threading.Thread(target=_naive, args=(files, "pipe.txt"))
    read.start()
    read.join(0.2)
    assert read.is_alive()  # for ever, were it not for this writer
    (files / "pipe.txt").write_text("", encoding="utf-8")
    read.join()
    _refused(sandbox, "pipe.txt")


def test_a_socket(sandbox: Folder, files: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(files / "s.txt"))
        assert (files / "s.txt").exists()
        _refused(sandbox, "s.txt")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_a_device(sandbox: Folder, files: Path) -> None:
    os.mknod(files / "zero.txt", 0o644 | 0o020000, os.makedev(1, 5))
    with (files / "zero.txt").open("rb") as endless:
        assert endless.read(100_000) == bytes(100_000)
    _refused(sandbox, "zero.txt")


def test_a_name_cut_off_by_a_zero(sandbox: Folder, files: Path) -> None:
    with pytest.raises(ValueError, match="null"):  # a crash that nobody expects
        _naive(files, "plain.txt\0.png")
    _refused(sandbox, "plain.txt\0.png")


def test_a_write_through_a_planted_link(sandbox: Folder, files: Path, outside: Path) -> None:
    (files / "note.txt").symlink_to(outside)
    (files / "note.txt").write_text("overwritten", encoding="utf-8")
    assert outside.read_text(encoding="utf-8") == "overwritten"
    sandbox.write("note.txt", b"ours")
    assert outside.read_text(encoding="utf-8") == "overwritten"
    assert sandbox.read("note.txt", most_bytes=10) == b"ours"


def test_a_write_through_a_second_name(sandbox: Folder, files: Path, outside: Path) -> None:
    (files / "note.txt").hardlink_to(outside)
    (files / "note.txt").write_text("overwritten", encoding="utf-8")
    assert outside.read_text(encoding="utf-8") == "overwritten"
    sandbox.write("note.txt", b"ours")
    assert outside.read_text(encoding="utf-8") == "overwritten"


def test_a_write_into_a_linked_folder(sandbox: Folder, files: Path, outside: Path) -> None:
    (files / "sub").symlink_to(outside.parent)
    (files / "sub" / "naive.txt").write_text("x", encoding="utf-8")
    assert (outside.parent / "naive.txt").exists()
    for name in ("sub/ours.txt", "sub/deep/ours.txt"):
        with pytest.raises(BadRequest):
            sandbox.write(name, b"x")
    with pytest.raises(BadRequest):
        sandbox.move("plain.txt", "sub/moved.txt")
    with pytest.raises(BadRequest):
        sandbox.delete("sub/secret.txt")
    assert {path.name for path in outside.parent.iterdir()} == {"secret.txt", "naive.txt"}


def test_a_stream_past_the_quota(tmp_path: Path, files: Path) -> None:
    endless = (b"x" * 10_000 for _ in range(100))
    with (tmp_path / "naive.txt").open("wb") as naive:
        naive.writelines(endless)
    assert (tmp_path / "naive.txt").stat().st_size == 1_000_000
    sandbox = Folder(tmp_path / "small", QUOTA)
    taken: list[int] = []

    def counted() -> Iterator[bytes]:
        for _ in range(100):
            taken.append(1)
            yield b"x" * 10_000

    with pytest.raises(OverLimit):
        sandbox.write("a.txt", counted())
    assert len(taken) <= 11
    assert _size(tmp_path / "small") == 0


def test_files_and_folders_are_counted(tmp_path: Path) -> None:
    sandbox = Folder(tmp_path / "box", Quota(entries=5))
    sandbox.write("a/b/c.txt", b"")
    sandbox.write("a/d.txt", b"")
    with pytest.raises(OverLimit, match="5 files and folders"):
        sandbox.write("a/e/f.txt", b"")
    sandbox.write("a/b/e.txt", b"")
    sandbox.write("a/b/e.txt", b"again")
    with pytest.raises(OverLimit):
        sandbox.move("a/d.txt", "g/d.txt")
    sandbox.move("a/d.txt", "g.txt")


def test_readers_race_with_links_that_flip(sandbox: Folder, files: Path, outside: Path) -> None:
    for folder, text in (("safe", "safe"), (outside.parent.name, SECRET)):
        (files / f"{folder}_d").mkdir()
        (files / f"{folder}_d" / "secret.txt").write_text(text, encoding="utf-8")
    shutil.rmtree(files / "outside_d")
    (files / "outside_d").symlink_to("../../outside")
    with beside("flip", str(files), "sub", "safe_d", "outside_d"):
        leaked = _until_leaked(lambda: _careful(files, "sub/secret.txt"))
        assert leaked, "the careful call never leaked: this race shows nothing"
        seen = [_read(sandbox, "sub/secret.txt") for _ in range(_ATTEMPTS)]
    assert SECRET.encode() not in seen
    assert b"safe" in seen


def test_writers_race_with_links_that_flip(sandbox: Folder, files: Path, outside: Path) -> None:
    (files / "safe_d").mkdir()
    (files / "outside_d").symlink_to(outside.parent)
    naive = outside.parent / "n.txt"

    def write_naively() -> str:
        if not os.path.realpath(files / "sub").startswith(f"{os.path.realpath(files)}/"):
            raise PermissionError
        (files / "sub" / "n.txt").write_text("x", encoding="utf-8")
        return SECRET if naive.exists() else ""

    with beside("flip", str(files), "sub", "safe_d", "outside_d"):
        assert _until_leaked(write_naively), "the careful call never leaked"
        kept = sum(_written(sandbox, "sub/ours.txt") for _ in range(_ATTEMPTS // 3))
    assert kept
    assert not (outside.parent / "ours.txt").exists()


def test_the_quota_holds_with_writers_beside(tmp_path: Path) -> None:
    naive = tmp_path / "naive"
    naive.mkdir()
    together = threading.Barrier(8)

    def write_naively(number: int) -> None:
        room = QUOTA.total_bytes - _size(naive)
        together.wait()
        if room >= 30_000:
            (naive / f"{number}.txt").write_bytes(b"x" * 30_000)

    _at_once([partial(write_naively, number) for number in range(8)])
    assert _size(naive) > QUOTA.total_bytes

    home, most = tmp_path / "box", [0]
    sandbox = Folder(home, QUOTA)
    sandbox.write("first.txt", b"x")
    ended = threading.Event()

    def watch() -> None:
        with (home / "lock").open() as lock:
            while not ended.wait(0.001):
                fcntl.flock(lock, fcntl.LOCK_EX)  # else a file might be counted at two places
                most[0] = max(most[0], _size(home))
                fcntl.flock(lock, fcntl.LOCK_UN)

    watching = threading.Thread(target=watch)
    watching.start()
    with (
        beside("write", str(home), "30000", "20") as one,
        beside("write", str(home), "21000", "20") as other,
    ):
        _at_once([partial(_flood, sandbox, number) for number in range(4)])
        assert (one.wait(60), other.wait(60)) == (0, 0)
    ended.set()
    watching.join()
    assert QUOTA.total_bytes * 0.8 < _size(home) <= QUOTA.total_bytes
    assert most[0] <= QUOTA.total_bytes
    assert sum(1 for _ in (home / "files").rglob("*")) <= QUOTA.entries
    assert list((home / "drafts").iterdir()) == []


def test_a_killed_writers_draft_is_cleared_and_not_counted(tmp_path: Path) -> None:
    sandbox = Folder(tmp_path / "box", QUOTA)
    sandbox.files()
    draft = tmp_path / "box" / "drafts" / "left"
    draft.write_bytes(b"x" * QUOTA.total_bytes)
    sandbox.write("a.txt", b"x" * 90_000)
    assert not draft.exists()


@pytest.mark.skipif(
    not sys.platform.startswith("linux")
    or subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode != 0,
    reason="needs a name space that may mount",
)
def test_full_disks_and_other_file_systems(tmp_path: Path) -> None:
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-m", "tests.attacks.mounted", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    full = found["full"]
    assert full["left"] > 0  # plain open leaves a part of the file
    assert "disk is full" in full["said"]
    assert (full["names"], full["drafts"]) == (["small.txt"], 0)
    for lookup in ("one_call", "step_by_step"):
        assert found[lookup]["naive"] == "secret"
        assert "secret" not in found[lookup]["said"].replace("m/secret.txt", "")


def _read(sandbox: Folder, name: str) -> bytes:
    try:
        return sandbox.read(name, most_bytes=100)
    except (BadRequest, NotFound):
        return b""


def _written(sandbox: Folder, name: str) -> bool:
    try:
        sandbox.write(name, b"x")
    except VidPipelineError:
        return False
    return True


def _flood(sandbox: Folder, number: int) -> None:
    for turn in range(10):
        _written_small(sandbox, f"t{number}/{turn}.txt")


def _written_small(sandbox: Folder, name: str) -> None:
    try:
        sandbox.write(name, (b"y" * 5000 for _ in range(5)))
    except OverLimit:
        return


def _until_leaked(attempt: Callable[[], str]) -> bool:
    for _ in range(200_000):
        try:
            if attempt() == SECRET:
                return True
        except OSError:
            continue
    return False


def _at_once(acts: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _size(folder: Path) -> int:
    """Bytes of all files below; those that go meanwhile are not there."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(f"{place}/{name}").st_size
            except FileNotFoundError:
                continue
    return total
