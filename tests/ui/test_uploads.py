"""The server takes the largest file, and every field says how much it takes."""

import ast
import tomllib
from pathlib import Path

import pytest

from ui import uploads
from vid_pipeline.acts import uploading
from vid_pipeline.dagster_env import PROJECT

_PAGES = [
    path
    for path in (PROJECT / "ui").rglob("*.py")
    if "file_uploader" in path.read_text(encoding="utf-8")
]


def test_the_server_takes_what_the_library_promises() -> None:
    told = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert told["server"]["maxUploadSize"] * 1024 * 1024 >= uploading.LARGEST_BYTES
    assert uploads.LARGEST_MB * 1_000_000 == uploading.LARGEST_BYTES


@pytest.mark.parametrize("path", _PAGES, ids=lambda path: path.name)
def test_every_field_for_files_says_how_large_they_may_be(path: Path) -> None:
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "file_uploader":
            assert "max_upload_size" in {one.arg for one in call.keywords}
