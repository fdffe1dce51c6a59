"""The command line's border: one line, one exit code, one JSON object."""

import json
from pathlib import Path

import pytest

from tests.command_line import vidp
from ui.cli import failing, outputs
from vid_pipeline.errors import BadRequest, StoreError, ToolFailed
from vid_pipeline.workflow import json_schema


def test_help_names_every_command() -> None:
    wanted = {
        (): ("make", "runs", "trace", "inspect", "doctor", "migrate", "dagster", "up", "budget"),
        ("workflow",): ("list", "show", "check", "publish", "export", "import"),
        ("budget",): ("show", "set"),
    }
    for arguments, names in wanted.items():
        done = vidp(*arguments, "--help")
        assert done.returncode == 0
        assert all(name in done.stdout for name in names)


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (BadRequest("Aspect", "4:3", "Choose 9:16."), 2, "Aspect '4:3' cannot be used."),
        (StoreError("The database\nfailed."), 1, "The database failed."),
        (ToolFailed("ffmpeg", 1, "no\nroom"), 1, "ffmpeg exited with code 1: room"),
        (KeyboardInterrupt(), 130, "Stopped."),
        (ZeroDivisionError("oh"), 1, "ZeroDivisionError: oh. This is a fault of ours."),
    ],
)
def test_an_error_is_one_line_and_a_code(
    error: BaseException, code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        raise error

    assert failing.run(command, []) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"error: {line}")
    assert told.err.count("\n") == 1


def test_with_json_an_error_is_one_object_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def command() -> None:
        raise failing.Failed("No.", exit_code=2, production="p", step="narrate", log="l")

    assert failing.run(command, ["make", "--json"]) == 2
    told = capsys.readouterr()
    error = json.loads(told.out)["error"]
    assert (error["step"], error["exit_code"], told.err) == ("narrate", 2, "")


def test_a_traceback_is_shown_only_with_debug(capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> None:
        raise StoreError("gone")

    failing.run(command, ["--debug"])
    assert "Traceback" in capsys.readouterr().err


def test_an_unknown_option_is_the_callers_fault() -> None:
    done = vidp("make", "x.md", "--colour", "red")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


def test_the_output_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(b"")
    for out in (tmp_path, tmp_path / "video.mov", tmp_path / "film" / "video.mp4"):
        with pytest.raises(BadRequest):
            outputs.refuse(out)
    outputs.refuse(tmp_path / "new" / "video.mp4")


def test_a_copy_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    (tmp_path / "film").write_bytes(b"film")
    with pytest.raises(outputs.NotWritten, match="cannot be written"):
        outputs.copied(tmp_path / "film", tmp_path / "taken" / "video.mp4")
    with pytest.raises(outputs.NotWritten):
        outputs.copied(tmp_path / "gone", tmp_path / "video.mp4")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film", "taken"]


def test_a_title_becomes_a_plain_file_name() -> None:
    assert outputs.default("Über  alles: 5 €!").name == "uber-alles-5.mp4"
    assert outputs.default("日本語").name == "video.mp4"


def test_the_published_schema_is_the_documents() -> None:
    file = Path(__file__).parents[2] / "docs" / "workflow.schema.json"
    assert json.loads(file.read_text(encoding="utf-8")) == json_schema(), (
        "write it anew: vidp workflow schema > docs/workflow.schema.json"
    )
