"""Requests and launches in their tables: who sees them, when they are due, one at work."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.store.test_tables import produced
from vid_pipeline.errors import BadRequest, NotFound
from vid_pipeline.records import Launch, NewRequest, Production, Request, User
from vid_pipeline.store import launches, productions, requests, traces, turns, users
from vid_pipeline.store.database import Database


def someone(db: Database, role: Any = "creator") -> User:
    with db.service() as conn:
        return users.add(conn, f"q{uuid4().hex}", role=role)


def asked(db: Database, owner: User, made: Production | None = None, **rule: Any) -> Request:
    production = made or produced(db, owner)
    new = NewRequest.model_validate(
        {
            "production_id": production.id,
            "step_id": "gate",
            "kind": "approval",
            "subject": "s",
            "run_id": "r1",
            "title": "Approve",
            "shown": (),
        }
        | rule
    )
    with db.acting(owner.id) as conn:
        return requests.ask(conn, new)


def seen_by(db: Database, who: User, request: Request) -> bool:
    with db.acting(who.id) as conn:
        try:
            requests.get(conn, request.id)
        except NotFound:
            return False
        return request.id in {one.id for one in requests.open_ones(conn, limit=1000)}


# --- who sees it ---------------------------------------------------------------------------


def test_an_assignee_sees_the_request_and_nothing_else_of_its_owner(
    database: Database, user: User
) -> None:
    assignee = someone(database)
    request = asked(database, user, assignees=(assignee.id,))
    with database.acting(user.id) as conn:
        turns.add(
            conn, request.production_id, "a", "x", about=None, author_id=user.id, request_id=None
        )
        traces.start(
            conn, request.production_id, run_id="r", step_key="a", step_id="a", kind="narrate"
        )
        assert launches.plan(conn, request.production_id, reason="start")
    assert seen_by(database, assignee, request)
    with database.acting(assignee.id) as conn:
        assert len(requests.open_ones(conn)) == 1
        for table in ("productions", "turns", "step_traces", "launches", "votes"):
            assert conn.execute(f"select * from vidp.{table}").fetchall() == []


def test_an_assignee_can_change_nothing_in_it(database: Database, user: User) -> None:
    assignee = someone(database)
    request = asked(database, user, assignees=(assignee.id,))
    with database.acting(assignee.id) as conn:
        with pytest.raises(NotFound):
            requests.decide(conn, request.id, "approved", by=assignee.id, answer={})
        assert requests.withdraw(conn, request.production_id) == []
    with (
        pytest.raises(psycopg.errors.ForeignKeyViolation),
        database.acting(assignee.id) as conn,
    ):
        requests.vote(conn, request.id, assignee.id)
    with database.acting(user.id) as conn:
        assert requests.get(conn, request.id) == request


def test_those_of_its_role_and_those_it_may_escalate_to_see_it_and_nobody_else(
    database: Database, user: User
) -> None:
    chief = someone(database)
    request = asked(database, user, role="reviewer", escalate_to=(chief.id,))
    assert seen_by(database, someone(database, "reviewer"), request)
    assert seen_by(database, chief, request)
    assert seen_by(database, user, request)
    assert not seen_by(database, someone(database), request)


def test_the_service_sees_whose_a_request_is_and_not_what_is_asked(database: Database) -> None:
    for attack in (
        "select title from vidp.requests",
        "select answer from vidp.requests",
        "update vidp.requests set state = 'approved'",
        "select * from vidp.turns",
        "select * from vidp.votes",
        "select steps from vidp.launches",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), database.service() as conn:
            conn.execute(attack)


# --- rounds and votes ----------------------------------------------------------------------


def test_every_round_of_a_gate_is_kept_and_closed_once(database: Database, user: User) -> None:
    first = asked(database, user)
    with database.acting(user.id) as conn:
        made = productions.get(conn, first.production_id)
        closed = requests.decide(conn, first.id, "rejected", by=user.id, answer={"said": "x"})
        with pytest.raises(NotFound):
            requests.decide(conn, first.id, "approved", by=user.id, answer={})
    second = asked(database, user, made)
    with database.acting(user.id) as conn:
        assert requests.of_gate(conn, made.id, "gate") == [closed, second]
        assert (closed.round, second.round, closed.answer) == (1, 2, {"said": "x"})
        assert requests.has_untaken(conn, made.id)
        launch = launches.plan(conn, made.id, reason="decision")
        assert launch is not None
        requests.taken_up(conn, made.id, launch.id)
        assert not requests.has_untaken(conn, made.id)
        (withdrawn,) = requests.withdraw(conn, made.id)
    assert withdrawn.decided_at is not None


def test_votes_are_counted_once_each_until_they_are_forgotten(
    database: Database, user: User
) -> None:
    request, other = asked(database, user), someone(database)
    with database.acting(user.id) as conn:
        assert requests.vote(conn, request.id, user.id) == 1
        assert requests.vote(conn, request.id, user.id) is None
        assert requests.vote(conn, request.id, other.id) == 2
        requests.unvote(conn, request.id)
        assert requests.vote(conn, request.id, other.id) == 1


def test_a_request_is_found_by_either_end_of_its_id(database: Database, user: User) -> None:
    request = asked(database, user)
    asked(database, user)
    with database.acting(user.id) as conn:
        assert requests.get(conn, request.short_id) == request
        with pytest.raises(BadRequest, match="more characters"):
            requests.get(conn, str(request.id)[:4])
        for key in ("", "%", "zz", "x" * 36):
            with pytest.raises(NotFound):
                requests.get(conn, key)


# --- by the database's clock ---------------------------------------------------------------


def test_what_is_due_is_so_by_the_databases_clock(database: Database, user: User) -> None:
    late = asked(database, user, deadline_hours=1e-7, at_deadline="reject")
    soon = asked(database, user, deadline_hours=1.0, remind_after_hours=1e-7)
    never = asked(database, user)
    with database.acting(user.id) as conn:
        assert requests.is_late(conn, late.id)
        assert not requests.is_late(conn, soon.id)
        assert not requests.is_late(conn, never.id)
    assert due(database) >= {late.id, soon.id}
    assert never.id not in due(database)
    with database.acting(user.id) as conn:
        requests.reminded(conn, soon.id, again_hours=None)
        requests.put_off(conn, late.id, again_hours=24)
    assert not due(database) & {late.id, soon.id}


def due(db: Database) -> set[UUID]:
    with db.service() as conn:
        return {one.id for one in requests.due(conn, limit=1000)}


# --- launches ------------------------------------------------------------------------------


def planned(db: Database, owner: User, made: Production) -> Launch | None:
    with db.acting(owner.id) as conn:
        return launches.plan(conn, made.id, reason="start", steps=["a[s1]"], redo=["a"])


def test_one_launch_of_a_production_is_at_work(database: Database, user: User) -> None:
    made = produced(database, user)
    first = planned(database, user, made)
    assert first is not None
    assert (first.number, first.steps, first.redo, first.state) == (
        1,
        ("a[s1]",),
        ("a",),
        "planned",
    )
    assert planned(database, user, made) is None
    with database.acting(user.id) as conn:
        taken = launches.take(conn, first.id, "run-1")
        assert taken is not None
        assert (taken.state, taken.root_run_id) == ("running", "run-1")
        assert launches.take(conn, first.id, "run-2") is None
        assert launches.tried(conn, first.id) is None
    assert planned(database, user, made) is None
    with database.acting(user.id) as conn:
        assert launches.end(conn, first.id, waits_for="gate") is not None
        assert launches.end(conn, first.id, "killed") is None
    second = planned(database, user, made)
    assert second is not None
    assert second.number == 2
    with database.acting(user.id) as conn:
        assert [one.waits_for for one in launches.of_production(conn, made.id)] == [None, None]


def test_a_planned_launch_is_held_by_one_at_a_time(database: Database, user: User) -> None:
    launch = planned(database, user, produced(database, user))
    assert launch is not None
    with database.acting(user.id) as one, database.acting(user.id) as other:
        assert launches.locked(one, launch.id) == launch
        assert launches.locked(other, launch.id) is None
        assert launches.take(other, launch.id, "run-1") is not None


def test_a_launch_is_anybodys_to_start_when_its_time_is_over(
    database: Database, user: User
) -> None:
    launch = planned(database, user, produced(database, user))
    assert launch is not None
    with database.service() as conn:
        assert launch.id not in {one.id for one in launches.planned(conn, age_s=60, limit=1000)}
        assert launch.id in {one.id for one in launches.planned(conn, age_s=0, limit=1000)}


def test_what_dagster_has_not_been_told_is_found_until_it_is(
    database: Database, user: User
) -> None:
    launch = planned(database, user, produced(database, user))
    assert launch is not None
    with database.acting(user.id) as conn:
        launches.take(conn, launch.id, f"run-{launch.id}")
        launches.end(conn, launch.id, waits_for="gate")
    with database.service() as conn:
        assert launch.id in {one.id for one in launches.untold(conn, limit=1000)}
    with database.acting(user.id) as conn:
        launches.told(conn, launch.id)
    with database.service() as conn:
        assert launch.id not in {one.id for one in launches.untold(conn, limit=1000)}
