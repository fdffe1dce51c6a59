"""A folder is there whole, old or new, whatever happens while it is written."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from vid_pipeline.errors import RenderError
from vid_pipeline.whole_folder import replaced

CRASH = """
import os, signal, sys
from pathlib import Path
from vid_pipeline.whole_folder import replaced
with replaced(Path(sys.argv[1])) as fresh:
    (fresh / "one").write_text("new")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def _write(folder: Path, text: str) -> None:
    with replaced(folder) as fresh:
        (fresh / "one").write_text(text)


def _write_half(folder: Path) -> None:
    with replaced(folder) as fresh:
        (fresh / "one").write_text("half")
        raise KeyError


def test_a_first_folder_appears_with_what_was_written(tmp_path: Path) -> None:
    _write(tmp_path / "out" / "p1", "first")
    assert (tmp_path / "out" / "p1" / "one").read_text() == "first"


def test_a_second_one_takes_its_place_and_leaves_nothing_beside(tmp_path: Path) -> None:
    folder = tmp_path / "p1"
    _write(folder, "first")
    (folder / "stale").touch()
    _write(folder, "second")
    assert {file.name: file.read_text() for file in folder.iterdir()} == {"one": "second"}
    assert list(tmp_path.iterdir()) == [folder]


def test_a_failure_leaves_the_old_folder(tmp_path: Path) -> None:
    folder = tmp_path / "p1"
    _write(folder, "first")
    with pytest.raises(KeyError):
        _write_half(folder)
    assert (folder / "one").read_text() == "first"
    assert list(tmp_path.iterdir()) == [folder]


def test_a_killed_process_leaves_the_old_folder(tmp_path: Path) -> None:
    folder = tmp_path / "p1"
    _write(folder, "first")
    killed = subprocess.run([sys.executable, "-c", CRASH, folder], timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert (folder / "one").read_text() == "first"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RenderError, match="p1 could not be written"):
        _write(tmp_path / "file" / "p1", "text")
