"""Files of productions that have ended are cleared by age; those of others stay."""

import os
import time
from pathlib import Path
from uuid import UUID, uuid4

from vid_pipeline.acts import clearing
from vid_pipeline.artifacts import Brief, MediaRef
from vid_pipeline.records import User
from vid_pipeline.sandbox.folder import Folder
from vid_pipeline.sandbox.sweeping import sweep
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions, workflows
from vid_pipeline.store.database import Database
from vid_pipeline.workflow import Workflow

_DAY_S = 86_400


def _production(database: Database, user: User, *, ended: bool) -> UUID:
    workflow = Workflow.model_validate(
        {"slug": f"w{uuid4().hex[:8]}", "title": "W", "steps": [{"id": "a", "kind": "take_brief"}]}
    )
    document = MediaRef(sha256="a" * 64, mime="text/plain", size_bytes=1)
    with database.acting(user.id) as conn:
        version = workflows.publish(conn, workflow)
        made = productions.create(conn, version, Brief(name="x", document=document))
        if ended:
            productions.cancelled(conn, made.id)
    return made.id


def _aged(folder: Path, days: float) -> Path:
    then = time.time() - days * _DAY_S
    Folder(folder).write("a.txt", b"x")
    for path in (folder, folder / "lock"):
        os.utime(path, (then, then))
    return folder


def test_old_files_go_when_their_production_has_ended(
    database: Database, user: User, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, sandbox_days=10)
    ended, waiting = (_production(database, user, ended=end) for end in (True, False))
    young = _production(database, user, ended=True)
    gone = _aged(settings.sandboxes / str(ended), 11)
    unknown = _aged(settings.sandboxes / str(uuid4()), 11)
    kept = [
        _aged(settings.sandboxes / str(waiting), 400),
        _aged(settings.sandboxes / str(young), 9),
    ]
    left = settings.work / "run"
    left.mkdir(parents=True)
    os.utime(left, (0, 0))
    assert clearing.clear(settings, database) == 3
    assert not any(folder.exists() for folder in (gone, unknown, left))
    assert all((folder / "files" / "a.txt").exists() for folder in kept)
    assert clearing.clear(settings, database) == 0


def test_a_use_makes_files_young_again(tmp_path: Path) -> None:
    folder = _aged(tmp_path / "box", 100)
    Folder(folder).write("b.txt", b"x")
    assert sweep(tmp_path, older_s=_DAY_S, needed=lambda _: False) == 0


def test_clearing_follows_no_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("x", encoding="utf-8")
    home = tmp_path / "home"
    box = _aged(home / "box", 100)
    (box / "files" / "link").symlink_to(outside)
    (home / "linked").symlink_to(outside)
    os.utime(box, (0, 0))
    assert sweep(home, older_s=_DAY_S, needed=lambda _: False) == 1
    assert (outside / "kept.txt").exists()
    assert (home / "linked").is_symlink()
