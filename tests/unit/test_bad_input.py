"""What `vidp make` refuses before anything is begun."""

from pathlib import Path

import pytest

from ui.cli import failing
from ui.cli.app import app
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions
from vid_pipeline.store.database import Database


@pytest.fixture
def folder(
    tmp_path: Path, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Sources, good and bad, beside an installation that is up."""
    assert database.local_user
    monkeypatch.setenv("VIDP_HOME", str(settings.home))
    (tmp_path / "good.md").write_text("# Tides\n\nThe sea rises.", encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.bin").write_bytes(bytes(range(256)))
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere.md",), "no such file"),
        ((".",), "folder"),
        (("empty.txt",), "it is empty"),
        (("binary.bin",), "no text"),
        (("good.md", "--aspect", "4:3"), "9:16, 16:9, 1:1"),
        (("good.md", "--seconds", "5"), "15 to 600"),
        (("good.md", "--workflow", "nothing"), "vidp workflow list"),
        (("good.md", "--language", "elvish"), "ISO 639-1"),
        (("good.md", "--out", "."), "folder"),
        (("good.md", "--out", "video.avi"), ".mp4"),
    ],
)
def test_the_caller_gets_one_line_and_code_2(
    arguments: tuple[str, ...],
    says: str,
    folder: Path,
    database: Database,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = ["make", str(folder / arguments[0]), *arguments[1:]]
    assert failing.run(lambda: app(command, standalone_mode=False), command) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert told.err.count("\n") == 1
    assert says in told.err
    with database.acting(database.local_user) as conn:
        assert not [p for p in productions.recent(conn) if p.brief.name == arguments[0]]
