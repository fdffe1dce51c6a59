"""`vidp memory` as people use it: real processes on a real store, with the real model."""

import json
from pathlib import Path

from tests.command_line import vidp
from tests.store.test_tables import produced
from vid_pipeline.store import memories, users
from vid_pipeline.store.database import Database


def test_memories_are_added_found_edited_pinned_uploaded_and_forgotten(
    database: Database, home: Path, tmp_path: Path
) -> None:
    added = vidp("memory", "add", "fact", "Whales [sing] in the sea.", "--json", home=home)
    made = json.loads(added.stdout)
    assert (added.returncode, made["new"]) == (0, True)
    assert (
        "known already"
        in vidp("memory", "add", "fact", "whales [sing] in the sea.", home=home).stdout
    )
    article = tmp_path / "bread.md"
    article.write_text("# Bread\n\nBread needs salt, water and a good deal of time to rise.\n")
    assert "1 parts, 1 of them new" in vidp("memory", "upload", article, home=home).stdout
    found = vidp("memory", "search", "songs of marine mammals", home=home).stdout
    assert "Whales [sing]" in found.splitlines()[1]
    key = made["id"][-8:]
    assert "pinned" in vidp("memory", "pin", key, home=home).stdout
    assert "changed" in vidp("memory", "edit", key, "--text", "Whales hum.", home=home).stdout
    listed = vidp("memory", "list", home=home).stdout.splitlines()
    assert "fact, pinned" in listed[1]
    assert "bread.md" in listed[2]
    _traced(database, home, made["id"])
    assert "forgotten" in vidp("memory", "forget", key, home=home).stdout
    gone = vidp("memory", "forget", key, home=home)
    assert (gone.returncode, gone.stderr.count("\n")) == (2, 1)


def _traced(database: Database, home: Path, memory_id: str) -> None:
    """A production's trace names the memory that a step was given."""
    with database.service() as conn:
        production = produced(database, users.local(conn))
    with database.acting(database.local_user) as conn:
        memory = memories.get(conn, memory_id)
        memories.use(conn, [memory.id], production.id, step_key="script", run_id="r")
    done = vidp("trace", production.short_id, home=home)
    assert "Whales hum." in done.stdout
    body = json.loads(vidp("trace", production.short_id, "--json", home=home).stdout)
    assert [(one["memory_id"], one["step_key"]) for one in body["memories"]] == [
        (memory_id, "script")
    ]
