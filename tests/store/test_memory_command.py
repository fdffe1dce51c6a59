"""`vidp memory` on a real store, with the real model; one command as a process of its own."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.command_line import vidp
from tests.store.test_tables import produced
from ui.cli.app import app
from vid_pipeline.errors import NotFound
from vid_pipeline.store import memories, users
from vid_pipeline.store.database import Database


def said(*arguments: str | Path) -> str:
    """What a command prints."""
    done = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(autouse=True)
def _at_home(database: Database, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDP_HOME", str(home))


def test_memories_are_added_uploaded_found_edited_pinned_and_forgotten(
    home: Path, tmp_path: Path
) -> None:
    made = json.loads(said("memory", "add", "fact", "Whales [sing] in the sea.", "--json"))
    assert made["new"]
    assert "known already" in said("memory", "add", "fact", "whales [SING] in the sea.")
    article = tmp_path / "bread.md"
    article.write_text("# Bread\n\nBread needs salt, water and a good deal of time to rise.\n")
    assert "1 parts, 1 of them new" in said("memory", "upload", article)
    found = vidp("memory", "search", "songs of marine mammals", home=home)
    assert "Whales [sing]" in found.stdout.splitlines()[1]
    key = made["id"][-8:]
    assert "pinned" in said("memory", "pin", key)
    assert "changed" in said("memory", "edit", key, "--text", "Whales hum.")
    listed = said("memory", "list").splitlines()
    assert "fact, pinned" in listed[1]
    assert "bread.md" in listed[2]
    assert "forgotten" in said("memory", "forget", key)
    with pytest.raises(NotFound, match="vidp memory list"):
        said("memory", "forget", key)


def test_a_trace_names_the_memories_that_each_step_was_given(database: Database) -> None:
    made = json.loads(said("memory", "add", "fact", "Whales hum.", "--json"))
    with database.service() as conn:
        production = produced(database, users.local(conn))
    with database.acting(database.local_user) as conn:
        memory = memories.get(conn, made["id"])
        memories.use(conn, [memory.id], production.id, step_key="script", run_id="r")
    assert "Whales hum." in said("trace", production.short_id)
    body = json.loads(said("trace", production.short_id, "--json"))
    assert [(one["memory_id"], one["step_key"]) for one in body["memories"]] == [
        (made["id"], "script")
    ]
