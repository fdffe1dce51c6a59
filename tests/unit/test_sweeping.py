"""What was left half-way is finished: decisions, launches, deadlines, killed processes."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest

from tests.gates import Stage, one_gate, somebody, two_gates, worker_of
from vid_pipeline import at_work
from vid_pipeline.acts import deciding, ending, launching, making, retrying, sweeping
from vid_pipeline.acts.retrying import Wish
from vid_pipeline.acts.sweeping import KILLED, Swept, sweep
from vid_pipeline.acts.verdicts import Decision
from vid_pipeline.errors import BadRequest, WorkflowError
from vid_pipeline.records import Launch, User
from vid_pipeline.settings import Settings
from vid_pipeline.store import launches, productions, requests
from vid_pipeline.store.database import Database

APPROVE = Decision(verdict="approve")
_AGO = """
update vidp.requests set {column} = clock_timestamp() - interval '1 second',
    asked_at = clock_timestamp() - interval '1 hour'
where production_id = %s"""
_LATER = """
update vidp.requests set asked_at = asked_at + interval '2 days',
    remind_at = remind_at + interval '2 days', deadline_at = deadline_at + interval '2 days'
where production_id = %s"""
_LONG_AGO = """
update vidp.launches set planned_at = clock_timestamp() - interval '1 hour'
where production_id = %s"""
_NOTICES = """
select event, person_id from vidp.notices where production_id = %s order by posted_at, id"""


@pytest.fixture(autouse=True)
def nothing_left(settings: Settings, database: Database) -> None:
    """What other tests left half-way, a sweep would see to."""
    with database.service() as conn:
        found = requests.due(conn) + requests.decided(conn) + launches.planned(conn, age_s=0)
    for one in found:
        with database.acting(one.owner_id) as conn, suppress(BadRequest):
            ending.stopped(conn, productions.locked(conn, one.production_id))
    for key in at_work.abandoned(settings):
        with at_work.taken_over(settings, key):
            pass


@pytest.fixture
def staged(settings: Settings, database: Database, user: User) -> Any:
    def make(rule: dict[str, Any] | None = None, workflow: Any = None) -> Stage:
        stage = Stage.of(settings, database, user, workflow or one_gate(rule))
        assert stage.start().state == "waiting"
        return stage

    return make


def due(stage: Stage, column: str) -> None:
    run(stage, _AGO.format(column=column))


def run(stage: Stage, query: str) -> list[Any]:
    with stage.shop.db.acting(stage.production.owner_id) as conn:
        cursor = conn.execute(query, [stage.production.id])
        return cursor.fetchall() if cursor.description else []


def notices(stage: Stage, *people: User) -> list[tuple[str, Any]]:
    """Everything that somebody was told of it, as each of them sees it."""
    found: list[tuple[str, Any]] = []
    for person in people:
        with stage.shop.db.acting(person.id) as conn:
            found += conn.execute(_NOTICES, [stage.production.id]).fetchall()
    return found


# --- reminders and deadlines ---------------------------------------------------------------


def test_a_reminder_is_told_once_and_again_a_day_later(staged: Any, user: User) -> None:
    stage = staged({"remind_after_hours": 1})
    assert sweep(stage.shop).due == 0
    due(stage, "remind_at")
    assert sweep(stage.shop).due == 1
    assert sweep(stage.shop).due == 0
    assert [event for event, _ in notices(stage, user)] == ["asked", "reminder"]
    again = stage.open.remind_at
    assert again is not None
    assert 24.9 < (again - stage.open.asked_at).total_seconds() / 3600 < 25.1


def test_at_its_deadline_a_request_reminds_and_stays_open(staged: Any, user: User) -> None:
    stage = staged({"deadline_hours": 1})
    due(stage, "deadline_at")
    assert (sweep(stage.shop).due, sweep(stage.shop).due) == (1, 0)
    assert (stage.open.state, stage.open.deadline_at) == ("open", None)
    assert [event for event, _ in notices(stage, user)] == ["asked", "reminder"]


def test_at_its_deadline_others_are_asked_too(staged: Any, database: Database, user: User) -> None:
    chief = somebody(database)
    rule = {"deadline_hours": 1, "at_deadline": "escalate", "escalate_to": [chief.handle]}
    stage = staged({**rule, "assignees": [user.handle]})
    due(stage, "deadline_at")
    assert (sweep(stage.shop).due, sweep(stage.shop).due) == (1, 0)
    assert set(stage.open.assignees) == {user.id, chief.id}
    assert ("escalated", chief.id) in notices(stage, chief)
    assert deciding.decide(stage.shop, chief.id, stage.open.id, APPROVE).request.state == "approved"


def test_silence_rejects_and_never_approves(staged: Any, user: User) -> None:
    stage = staged({"deadline_hours": 1, "at_deadline": "reject"})
    due(stage, "deadline_at")
    assert sweep(stage.shop).due == 1
    assert (stage.asked[0].state, stage.now.state) == ("expired", "cancelled")
    assert stage.now.error == "Nobody decided “Approve the story” by its deadline."
    assert [event for event, _ in notices(stage, user)] == ["asked", "expired"]
    assert stage.starter.started == []
    retrying.retry(stage.shop, user.id, stage.production.id)
    assert stage.run().state == "waiting"
    assert stage.open.round == 2


def test_a_deadline_while_a_run_is_at_work_ends_the_production_with_it(
    staged: Any, user: User
) -> None:
    stage = staged(workflow=two_gates())
    deciding.decide(stage.shop, user.id, stage.asked[0].id, APPROVE)
    begun = stage.begin()
    run(stage, "update vidp.requests set at_deadline = 'reject' where production_id = %s")
    due(stage, "deadline_at")
    with worker_of(stage) as worker:
        assert sweep(stage.shop).due == 1
        worker.wait(20)
    assert (stage.now.state, stage.launches[-1].state) == ("running", "running")
    ended = stage.finish(begun)
    assert ended.state == "cancelled"
    assert (ended.error or "").startswith("Nobody decided")


def test_a_clock_that_jumps_back_changes_nothing(staged: Any) -> None:
    rule = {"remind_after_hours": 0.5, "deadline_hours": 1, "at_deadline": "reject"}
    stage = staged(rule)
    due(stage, "deadline_at")
    run(stage, _LATER)
    assert sweep(stage.shop).due == 0
    assert (stage.open.state, stage.now.state) == ("open", "waiting")


def test_after_a_clock_has_jumped_back_the_newer_run_still_counts(staged: Any, user: User) -> None:
    stage = staged()
    reject = Decision(verdict="reject", feedback="slowly")
    deciding.decide(stage.shop, user.id, stage.open.id, reject)
    run(
        stage,
        "update vidp.step_traces set started_at = started_at + interval '1 hour' "
        "where production_id = %s",
    )
    assert stage.run().state == "waiting"
    deciding.decide(stage.shop, user.id, stage.open.id, APPROVE)
    assert stage.run().state == "done"
    assert stage.output("end").text == "the bread rises slowly"


# --- decisions and launches ----------------------------------------------------------------


def test_what_was_decided_and_not_gone_on_with_is_resumed(staged: Any) -> None:
    stage = staged()
    key = stage.open.id
    with stage.shop.db.acting(stage.production.owner_id) as conn:
        by = stage.production.owner_id
        requests.decide(conn, key, "approved", by=by, answer={})
    assert sweep(stage.shop).resumed == 1
    assert sweep(stage.shop).resumed == 0
    assert [one.reason for one in stage.starter.started] == ["decision"]
    assert stage.run().state == "done"


def test_what_was_planned_and_not_started_is_started_and_given_up_after_three_tries(
    staged: Any, user: User
) -> None:
    stage = staged()
    stage.starter.broken = True
    deciding.decide(stage.shop, user.id, stage.open.id, APPROVE)
    assert sweep(stage.shop).launched == 0
    for _ in range(2):
        sweep(stage.shop, launch_age_s=0)
    assert (stage.launches[-1].state, stage.now.state) == ("killed", "failed")
    assert "Resource temporarily unavailable" in (stage.now.error or "")
    assert "failed" in [event for event, _ in notices(stage, user)]


def test_a_launch_is_started_by_the_next_sweep(staged: Any, user: User) -> None:
    stage = staged()
    stage.starter.broken = True
    deciding.decide(stage.shop, user.id, stage.open.id, APPROVE)
    stage.starter.broken = False
    assert sweep(stage.shop, launch_age_s=0).launched == 1
    assert stage.run().state == "done"


def test_a_decision_in_a_cancelled_production_is_no_work_for_sweeps(
    staged: Any, user: User, database: Database
) -> None:
    stage = staged(workflow=two_gates())
    with database.acting(user.id) as conn:
        requests.decide(conn, stage.asked[0].id, "approved", by=user.id, answer={})
    making.cancel(stage.shop, user.id, stage.production.id)
    with database.service() as conn:
        found = [one.production_id for one in requests.decided(conn)]
    assert stage.production.id not in found


def test_a_version_whose_kind_is_gone_leaves_all_as_it_is(staged: Any, user: User) -> None:
    stage = staged()
    with stage.shop.db.acting(user.id) as conn:
        requests.decide(conn, stage.open.id, "approved", by=user.id, answer={})
    bare = stage.without("echo")
    assert sweep(bare) == Swept()
    assert (stage.now.state, stage.asked[0].launch_id) == ("waiting", None)
    with pytest.raises(WorkflowError, match="Install what is missing"):
        retrying.retry(bare, user.id, stage.production.id, Wish(steps=("story",)))
    assert len(stage.launches) == 1
    assert sweep(stage.shop).resumed == 1


# --- killed processes ----------------------------------------------------------------------


def test_a_killed_production_has_failed_at_the_step_that_was_at_work(
    settings: Settings, staged: Any, user: User
) -> None:
    stage = staged()
    deciding.decide(stage.shop, user.id, stage.open.id, APPROVE)
    stage.begin()
    hold_and_kill(settings, stage)
    assert sweep(stage.shop).recovered == 1
    assert (stage.now.state, stage.now.error) == ("failed", KILLED)
    assert stage.launches[-1].state == "killed"
    assert "failed" in [event for event, _ in notices(stage, user)]
    assert sweep(stage.shop).recovered == 0


def test_a_killed_production_goes_on_by_itself_three_times(
    settings: Settings, staged: Any, user: User
) -> None:
    stage = staged()
    deciding.decide(stage.shop, user.id, stage.open.id, APPROVE)
    for recovered in (1, 1, 1, 0):
        stage.begin()
        hold_and_kill(settings, stage)
        assert sweep(stage.shop, recover=True).recovered == recovered
    assert stage.now.state == "failed"
    assert len([one for one in stage.launches if one.reason == "resume"]) == 3


def test_what_a_living_process_has_claimed_is_left_alone(
    settings: Settings, staged: Any, user: User
) -> None:
    stage = staged()
    deciding.decide(stage.shop, user.id, stage.open.id, APPROVE)
    stage.begin()
    with at_work.claim(settings, stage.production.id):
        assert sweep(stage.shop).recovered == 0
    assert stage.now.state == "running"
    sweep(stage.shop)


def test_a_production_that_waits_is_not_taken_for_killed(settings: Settings, staged: Any) -> None:
    stage = staged()
    at_work.claim(settings, stage.production.id).close()
    assert sweep(stage.shop).recovered == 0
    assert stage.now.state == "waiting"
    assert stage.production.id not in at_work.abandoned(settings)


def test_a_run_that_dagster_has_yet_to_begin_is_not_taken_for_killed(
    settings: Settings, staged: Any, user: User
) -> None:
    stage = staged()
    at_work.claim(settings, stage.production.id).close()  # the run before it
    deciding.decide(stage.shop, user.id, stage.open.id, APPROVE)
    launch = asked_of_dagster(stage)
    assert sweep(stage.shop, recover=True).recovered == 0
    assert (stage.now.state, stage.launches[-1].state) == ("queued", "running")
    with stage.shop.db.acting(user.id) as conn:
        productions.running(conn, stage.production.id)
    assert stage.finish(launch).state == "done"


def test_a_run_that_dagster_never_begins_is_given_up(
    settings: Settings, staged: Any, user: User
) -> None:
    stage = staged()
    deciding.decide(stage.shop, user.id, stage.open.id, APPROVE)
    asked_of_dagster(stage)
    run(stage, _LONG_AGO)
    at_work.claim(settings, stage.production.id).close()
    assert sweep(stage.shop).recovered == 1
    assert stage.now.state == "failed"


def asked_of_dagster(stage: Stage) -> Launch:
    """The planned launch; Dagster has its run, which has no process so far."""
    with stage.shop.db.acting(stage.production.owner_id) as conn:
        planned = launches.at_work(conn, stage.production.id)
        assert planned is not None
        taken = launching.taken(conn, planned, str(planned.id), root=planned.root_run_id)
    assert taken is not None
    return taken


def test_a_claim_that_is_cleared_up_while_it_is_made_is_made_again(settings: Settings) -> None:
    key = uuid4()
    at_work.claim(settings, key).close()
    with ThreadPoolExecutor(1) as others, at_work.taken_over(settings, key) as ours:
        claiming = others.submit(at_work.claim, settings, key)
        assert ours
        assert not wait([claiming], timeout=0.2).done
    with claiming.result(20):
        assert at_work.is_claimed(settings, key)


def test_a_claim_of_no_production_of_ours_harms_nothing(settings: Settings, staged: Any) -> None:
    at_work.claim(settings, unknown := uuid4()).close()
    assert sweep(staged().shop).recovered == 0
    assert unknown in at_work.abandoned(settings)


def test_a_finished_production_is_told_to_its_author(staged: Any, user: User) -> None:
    stage = staged()
    deciding.decide(stage.shop, user.id, stage.open.id, APPROVE)
    assert stage.run().state == "done"
    assert notices(stage, user) == [("asked", user.id), ("done", user.id)]
    assert sweeping.sweep(stage.shop) == Swept()


def hold_and_kill(settings: Settings, stage: Stage) -> None:
    """A process claims the production and is killed."""
    with at_work.claim(settings, stage.production.id) as claim:
        command = [sys.executable, "-c", "import time; time.sleep(60)"]
        with subprocess.Popen(command, pass_fds=(claim.fileno(),)) as process:
            process.kill()
