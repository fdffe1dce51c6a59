"""Productions whose process was killed: found by their claim, failed at the step at work."""

import subprocess
import sys
from uuid import uuid4

import pytest

from tests.storyboards import brief
from vid_pipeline import at_work
from vid_pipeline.acts import publishing, settling
from vid_pipeline.records import Production
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions, traces, workflows
from vid_pipeline.store.database import Database


@pytest.fixture
def at_narration(database: Database) -> Production:
    """A production that is said to narrate."""
    publishing.first_start(database)
    with database.acting(database.local_user) as conn:
        made = productions.create(conn, workflows.get(conn, "article-to-short"), brief())
        productions.attach_run(conn, made.id, "r1")
        traces.start(
            conn, made.id, run_id="r1", step_key="narration", step_id="narration", kind="narrate"
        )
        return productions.running(conn, made.id)


def test_a_killed_production_has_failed_at_the_step_that_was_at_work(
    settings: Settings, database: Database, at_narration: Production
) -> None:
    with at_work.claim(settings, at_narration.id) as claim:
        process = _holding(claim.fileno())
    assert settling.settle(settings, database, database.local_user) == []
    process.kill()
    process.wait()
    (ended,) = settling.settle(settings, database, database.local_user)
    assert (ended.id, ended.state, ended.failed_step) == (at_narration.id, "failed", "narration")
    assert ended.error == settling.KILLED
    with database.acting(database.local_user) as conn:
        assert [step.state for step in traces.of_production(conn, ended.id)] == ["failed"]
    assert settling.settle(settings, database, database.local_user) == []


def test_a_production_that_ended_by_itself_stays_as_it_is(
    settings: Settings, database: Database, at_narration: Production
) -> None:
    at_work.claim(settings, at_narration.id).close()
    with database.acting(database.local_user) as conn:
        productions.done(conn, at_narration.id)
    assert settling.settle(settings, database, database.local_user) == []
    with database.acting(database.local_user) as conn:
        assert productions.get(conn, at_narration.id).state == "done"
    assert at_narration.id not in at_work.abandoned(settings)


def test_what_no_process_here_has_claimed_is_left_alone(
    settings: Settings, database: Database, at_narration: Production
) -> None:
    assert settling.settle(settings, database, database.local_user) == []
    at_work.claim(settings, unknown := uuid4()).close()
    assert settling.settle(settings, database, database.local_user) == []
    assert unknown in at_work.abandoned(settings)


def _holding(descriptor: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    return subprocess.Popen(command, pass_fds=(descriptor,))
