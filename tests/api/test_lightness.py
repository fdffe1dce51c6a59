"""What loads the API, and what does not."""

import subprocess
import sys

import pytest

from vid_pipeline.dagster_env import PROJECT

_HEAVY = {"fastapi", "starlette", "uvicorn", "streamlit", "psycopg", "dagster", "numpy"}


@pytest.mark.parametrize(
    ("module", "never"),
    [("ui.cli.app", {"fastapi", "starlette", "uvicorn"}), ("vid_pipeline.client", _HEAVY)],
)
def test_a_process_that_serves_nothing_loads_no_server(module: str, never: set[str]) -> None:
    told = f"import sys, {module}; print(*sorted({{m.partition('.')[0] for m in sys.modules}}))"
    loaded = subprocess.run(
        [sys.executable, "-c", told], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert not never & set(loaded.stdout.split())
