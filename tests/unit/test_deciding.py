"""What people decide: who may, what is refused, and what comes of it."""

import signal
from typing import Any
from uuid import UUID

import pytest

from resources.reviews import ReviewDesk
from tests.gates import Stage, asks_for_a_form, each_word, one_gate, somebody, two_gates, worker_of
from vid_pipeline.acts import deciding, launching, making, retrying, verdicts
from vid_pipeline.acts.deciding import Decided
from vid_pipeline.acts.verdicts import Decision
from vid_pipeline.asking import Ask, Waits
from vid_pipeline.errors import BadRequest, Conflict, NotAllowed, NotFound, WorkflowError
from vid_pipeline.records import User
from vid_pipeline.settings import Settings
from vid_pipeline.store import budgets, requests, turns
from vid_pipeline.store.budgets import NO_CAPS
from vid_pipeline.store.database import Database


@pytest.fixture
def staged(settings: Settings, database: Database, user: User) -> Any:
    """A production of a workflow that waits at its gate."""

    def make(workflow: Any = None) -> Stage:
        stage = Stage.of(settings, database, user, workflow)
        assert stage.start().state == "waiting"
        return stage

    return make


def say(stage: Stage, who: User | None = None, **decision: Any) -> Decided:
    key = stage.open.id
    user = stage.production.owner_id if who is None else who.id
    return deciding.decide(stage.shop, user, key, Decision.model_validate(decision))


def decide(stage: Stage, key: UUID, **decision: Any) -> Decided:
    wish = Decision.model_validate(decision)
    return deciding.decide(stage.shop, stage.production.owner_id, key, wish)


def make_late(stage: Stage) -> None:
    with stage.shop.db.acting(stage.production.owner_id) as conn:
        conn.execute(
            "update vidp.requests set deadline_at = clock_timestamp() - interval '1 s' "
            "where production_id = %s",
            [stage.production.id],
        )


def over_budget(stage: Stage) -> Stage:
    """It asks for a higher cap, and for nothing else."""
    with stage.shop.db.acting(stage.production.owner_id) as conn:
        requests.withdraw(conn, stage.production.id)
        budgets.set_cap(conn, "production", stage.production.id, 1.0, stage.production.owner_id)
    facts = {"scope": "production", "to_usd": 2.5}
    ask = Ask(kind="budget", title="Raise the budget", facts=facts)
    desk = ReviewDesk(stage.shop.db, stage.production, stage.shop.store, "r")
    with pytest.raises(Waits):
        desk.decided("story", ask, {})
    return stage


def cap_of(stage: Stage) -> float | None:
    with stage.shop.db.acting(stage.production.owner_id) as conn:
        found = budgets.standing(conn, stage.production.id, defaults=NO_CAPS)
    return next(one.limit_usd for one in found if one.scope == "production")


# --- what comes of it ----------------------------------------------------------------------


def test_an_approval_lets_the_production_go_on_to_its_end(staged: Any) -> None:
    stage = staged()
    decided = say(stage, verdict="approve")
    assert (decided.request.state, decided.production.state) == ("approved", "waiting")
    assert [one.id for one in stage.starter.started] == [decided.launch.id]  # type: ignore[union-attr]
    assert stage.run().state == "done"
    assert stage.ran == ["gate", "end"]


def test_an_edit_is_a_new_artifact_that_the_next_steps_get(staged: Any) -> None:
    stage = staged()
    before = stage.open.shown[0].artifact
    decided = say(stage, verdict="approve", edit={"text": "bread sinks"})
    assert stage.run().state == "done"
    assert stage.output("end").text == "bread sinks"
    assert stage.output("story").text == "the bread rises"
    assert decided.request.decided_by == stage.production.owner_id
    assert decided.request.shown[0].artifact == before


def test_feedback_goes_back_with_the_conversation_and_makes_a_new_revision(staged: Any) -> None:
    stage = staged()
    for number, feedback in enumerate(("slowly", "at night"), 2):
        assert say(stage, verdict="reject", feedback=feedback).request.state == "rejected"
        assert stage.run().state == "waiting"
        assert stage.ran == ["story", "gate"]
        assert stage.open.round == number
    assert stage.output("story").text == "the bread rises slowly at night"
    with stage.shop.db.acting(stage.production.owner_id) as conn:
        heard = turns.of_step(conn, stage.production.id, "story")
    assert [one.feedback for one in heard] == ["slowly", "at night"]
    assert all(one.about and one.author_id == stage.production.owner_id for one in heard)


def test_a_stop_ends_the_production_and_says_who_and_why(staged: Any) -> None:
    stage = staged()
    decided = say(stage, verdict="stop", feedback="not this one")
    assert (decided.request.state, decided.production.state) == ("stopped", "cancelled")
    assert decided.production.error is not None
    assert decided.production.error.endswith(": not this one")
    assert decided.launch is None
    assert stage.starter.started == []


def test_of_several_only_the_rejected_one_is_done_again(staged: Any) -> None:
    stage = staged(each_word())
    edited = {"verdict": "approve", "edit": {"id": "p1", "text": "A"}}
    rejected = {"verdict": "reject", "note": "louder"}
    say(stage, verdict="approve", items={"p1": edited, "p3": rejected})
    assert stage.run().state == "waiting"
    assert stage.ran == ["word[p3]", "gate"]
    again = stage.open
    assert {one.key for one in again.shown if one.settled} == {"p1", "p2"}
    say(stage, verdict="approve")
    assert stage.run().state == "done"
    assert stage.output("end").text == "A B C+LOUDER"


def test_rejecting_all_of_several_leaves_the_approved_ones_alone(staged: Any) -> None:
    stage = staged(each_word())
    say(stage, verdict="approve", items={"p1": {"verdict": "reject", "note": "x"}})
    stage.run()
    decided = say(stage, verdict="reject", feedback="once more")
    with stage.shop.db.acting(stage.production.owner_id) as conn:
        told = [one for one in turns.of_production(conn, stage.production.id)]
    assert decided.request.state == "rejected"
    assert [(one.step_key, one.feedback) for one in told] == [
        ("word[p1]", "x"),
        ("word[p1]", "once more"),
    ]


def test_a_decision_while_a_run_is_at_work_is_used_by_it_if_its_gate_comes_later(
    staged: Any,
) -> None:
    stage = staged(two_gates())
    first, second = stage.asked
    decide(stage, first.id, verdict="approve")
    at_work = stage.begin()
    decided = decide(stage, second.id, verdict="approve")
    assert (decided.request.state, decided.launch) == ("approved", None)
    assert stage.finish(at_work).state == "done"
    assert [one.launch_id for one in stage.asked] == [at_work.id, at_work.id]
    assert not launching.advance(stage.shop, stage.production.owner_id, stage.production.id)
    assert stage.output("join").text == "the bread rises+the bread rises"


def test_a_decision_after_its_gate_has_asked_again_is_taken_up_at_the_runs_end(
    staged: Any,
) -> None:
    stage = staged(two_gates())
    first, second = stage.asked
    decide(stage, first.id, verdict="approve")
    at_work = stage.begin()
    late = stage.finish(at_work, at_end=lambda: decide(stage, second.id, verdict="approve"))
    assert late.state == "waiting"
    assert launching.advance(stage.shop, stage.production.owner_id, stage.production.id)
    assert stage.run().state == "done"


def test_a_stop_while_a_run_is_at_work_ends_the_production_with_that_run(staged: Any) -> None:
    stage = staged(two_gates())
    first, second = stage.asked
    decide(stage, first.id, verdict="approve")
    at_work = stage.begin()
    with worker_of(stage) as worker:
        decided = decide(stage, second.id, verdict="stop", feedback="enough")
        assert worker.wait(20) == -signal.SIGINT
    assert (decided.request.state, decided.production.state) == ("stopped", "running")
    with pytest.raises(BadRequest, match="at work"):
        retrying.retry(stage.shop, stage.production.owner_id, stage.production.id)
    ended = stage.finish(at_work)
    assert (ended.state, (ended.error or "").rpartition(": ")[2]) == ("cancelled", "enough")
    retrying.retry(stage.shop, stage.production.owner_id, stage.production.id)
    assert stage.run().state == "waiting"


# --- who may -------------------------------------------------------------------------------


def test_two_of_three_must_approve_and_nobody_twice(staged: Any, database: Database) -> None:
    three = [somebody(database) for _ in range(3)]
    stage = staged(one_gate({"assignees": [one.handle for one in three], "needed": 2}))
    first = say(stage, three[0], verdict="approve")
    assert first.approvals_missing
    assert first.launch is None
    with pytest.raises(BadRequest, match="approved it already"):
        say(stage, three[0], verdict="approve")
    second = say(stage, three[2], verdict="approve")
    assert (second.request.state, second.request.decided_by) == ("approved", three[2].id)


def test_an_edit_asks_the_others_again(staged: Any, database: Database) -> None:
    three = [somebody(database) for _ in range(3)]
    stage = staged(one_gate({"assignees": [one.handle for one in three], "needed": 2}))
    say(stage, three[0], verdict="approve")
    assert say(stage, three[1], verdict="approve", edit={"text": "new"}).approvals_missing
    decided = say(stage, three[0], verdict="approve")
    assert decided.request.state == "approved"
    stage.run()
    assert stage.output("gate").text == "new"


def test_nobody_approves_an_edit_that_they_have_not_seen(staged: Any, database: Database) -> None:
    ada, bob = (somebody(database) for _ in range(2))
    stage = staged(one_gate({"assignees": [ada.handle, bob.handle], "needed": 2}))
    seen = verdicts.digest_of(stage.open)
    say(stage, ada, verdict="approve", edit={"text": "new"}, seen=seen)
    for verdict in ("approve", "reject", "stop"):
        with pytest.raises(Conflict, match="Look at it again"):
            say(stage, bob, verdict=verdict, feedback="no", seen=seen)
    with stage.shop.db.acting(stage.production.owner_id) as conn:
        assert [one for one, _ in requests.voters(conn, stage.open.id)] == [ada.id]
    again = verdicts.digest_of(stage.open)
    assert say(stage, bob, verdict="approve", seen=again).request.state == "approved"
    stage.run()
    assert stage.output("gate").text == "new"


def test_an_approval_without_an_edit_changes_nothing_for_the_others(
    staged: Any, database: Database
) -> None:
    ada, bob = (somebody(database) for _ in range(2))
    stage = staged(one_gate({"assignees": [ada.handle, bob.handle], "needed": 2}))
    seen = verdicts.digest_of(stage.open)
    say(stage, ada, verdict="approve", seen=seen)
    assert say(stage, bob, verdict="approve", seen=seen).request.state == "approved"


def test_one_of_three_can_reject(staged: Any, database: Database) -> None:
    three = [somebody(database) for _ in range(3)]
    stage = staged(one_gate({"assignees": [one.handle for one in three], "needed": 2}))
    say(stage, three[0], verdict="approve")
    assert say(stage, three[1], verdict="reject", feedback="no").request.state == "rejected"


def test_an_author_who_is_barred_cannot_decide(staged: Any, database: Database, user: User) -> None:
    other = somebody(database)
    rule = {"assignees": [user.handle, other.handle], "author_barred": True}
    stage = staged(one_gate(rule))
    with pytest.raises(NotAllowed, match="may not approve it here"):
        say(stage, verdict="approve")
    assert say(stage, other, verdict="approve").request.state == "approved"


def test_the_author_cannot_decide_what_was_given_to_others(staged: Any, database: Database) -> None:
    stage = staged(one_gate({"assignees": [somebody(database).handle]}))
    with pytest.raises(NotAllowed, match="given to others"):
        say(stage, verdict="approve")


def test_everybody_of_a_role_may_decide_and_nobody_else(staged: Any, database: Database) -> None:
    stage = staged(one_gate({"role": "reviewer"}))
    with pytest.raises(NotFound):
        say(stage, somebody(database), verdict="approve")
    decided = say(stage, somebody(database, "reviewer"), verdict="approve")
    assert decided.request.state == "approved"


def test_whom_it_may_escalate_to_sees_it_and_cannot_decide_yet(
    staged: Any, database: Database
) -> None:
    chief = somebody(database)
    rule = {"deadline_hours": 1, "at_deadline": "escalate", "escalate_to": [chief.handle]}
    stage = staged(one_gate(rule))
    with pytest.raises(NotAllowed):
        say(stage, chief, verdict="approve")


# --- what is refused -----------------------------------------------------------------------


def test_what_is_decided_cannot_be_decided_again(staged: Any) -> None:
    stage = staged()
    key = say(stage, verdict="approve").request.id
    for verdict in ("approve", "reject", "stop"):
        with pytest.raises(BadRequest, match="It was approved already, at 20"):
            decide(stage, key, verdict=verdict, feedback="x")


def test_what_is_late_cannot_be_decided_where_silence_rejects(
    staged: Any, database: Database
) -> None:
    stage = staged(one_gate({"deadline_hours": 1, "at_deadline": "reject"}))
    make_late(stage)
    with pytest.raises(BadRequest, match="deadline has passed"):
        say(stage, verdict="approve")
    assert stage.open.state == "open"


def test_what_is_late_can_still_be_decided_where_silence_only_reminds(
    staged: Any, database: Database
) -> None:
    stage = staged(one_gate({"deadline_hours": 1, "at_deadline": "remind"}))
    make_late(stage)
    assert say(stage, verdict="approve").request.state == "approved"


def test_a_cancelled_productions_request_cannot_be_decided(staged: Any) -> None:
    stage = staged()
    key = stage.open.id
    making.cancel(stage.shop, stage.production.owner_id, stage.production.id)
    with pytest.raises(BadRequest, match="withdrawn; its production is cancelled"):
        decide(stage, key, verdict="approve")


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        pytest.param({"verdict": "reject"}, "Say what shall be different", id="no feedback"),
        pytest.param({"verdict": "reject", "feedback": "  "}, "Say what", id="blank feedback"),
        pytest.param(
            {"verdict": "reject", "feedback": "x" * 1_000_000},
            "1000000 characters; say it in 20000",
            id="1 MB of feedback",
        ),
        pytest.param(
            {"verdict": "stop", "feedback": "x" * 1_000_000}, "1000000 characters", id="1 MB stop"
        ),
        pytest.param(
            {"verdict": "approve", "feedback": "x" * 1_000_000}, "1000000", id="1 MB approval"
        ),
        pytest.param({"verdict": "reject", "feedback": "a\x00b"}, "character", id="a NUL"),
        pytest.param({"verdict": "reject", "feedback": "a\ud800b"}, "character", id="half a pair"),
        pytest.param(
            {"verdict": "reject", "feedback": "x", "to": "end"}, "take feedback: story", id="to"
        ),
        pytest.param(
            {"verdict": "reject", "feedback": "x", "to": "ghost"}, "'ghost'", id="to no step"
        ),
        pytest.param({"verdict": "approve", "edit": {"text": 3}}, "text", id="wrong type"),
        pytest.param({"verdict": "approve", "edit": {"txt": "x"}}, "nothing was", id="no field"),
        pytest.param({"verdict": "approve", "edit": "x"}, "the whole", id="no object"),
        pytest.param(
            {"verdict": "approve", "edit": {"text": "x", "more": 1}}, "more", id="a field too many"
        ),
        pytest.param(
            {"verdict": "approve", "items": {"p1": {}}}, "it is about one thing", id="item"
        ),
        pytest.param({"verdict": "approve", "form": {"x": 1}}, "Form 'x'", id="no form"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    staged: Any, decision: dict[str, Any], message: str
) -> None:
    stage = staged()
    before = stage.open
    with pytest.raises(BadRequest, match=message):
        say(stage, **decision)
    assert (stage.open, stage.now.state) == (before, "waiting")
    with stage.shop.db.acting(stage.production.owner_id) as conn:
        assert turns.of_production(conn, stage.production.id) == []
    assert say(stage, verdict="approve").request.state == "approved"


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        pytest.param({"items": {"p9": {}}}, "The request has: p1, p2, p3", id="unknown"),
        pytest.param({"items": {"p1": {"edit": {"id": "p2", "text": "x"}}}}, "Keep it", id="id"),
        pytest.param({"items": {"p1": {"edit": {"id": "p1"}}}}, "Part p1", id="broken edit"),
        pytest.param({"items": {"p1": {"verdict": "reject"}}}, "Rejection of 'p1'", id="no note"),
        pytest.param({"edit": {"id": "p1", "text": "x"}}, "which", id="an edit of no item"),
        pytest.param(
            {"items": {"p1": {"verdict": "reject", "note": "x" * 1_000_000}}}, "1000000", id="1 MB"
        ),
    ],
)
def test_what_does_not_fit_of_several_is_refused(
    staged: Any, decision: dict[str, Any], message: str
) -> None:
    stage = staged(each_word())
    with pytest.raises(BadRequest, match=message):
        say(stage, verdict="approve", **decision)
    assert stage.open.state == "open"


def test_a_form_is_filled_in_as_its_fields_say(staged: Any) -> None:
    fields = (
        {"name": "mood", "type": "choice", "choices": ["calm", "bright"]},
        {"name": "count", "type": "number", "required": False},
    )
    stage = staged(asks_for_a_form(*fields))
    for form, message in (
        ({}, "Form 'mood'"),
        ({"mood": "loud"}, "'calm' or 'bright'"),
        ({"mood": "calm", "count": "many"}, "Form 'count'"),
        ({"mood": "calm", "more": 1}, "Form 'more'"),
    ):
        with pytest.raises(BadRequest, match=message):
            say(stage, verdict="approve", form=form)
    say(stage, verdict="approve", form={"mood": "calm"})
    assert stage.run().state == "done"
    assert stage.output("person").values == {"mood": "calm", "count": None}


def test_a_form_cannot_be_rejected_into_an_approval(staged: Any) -> None:
    stage = staged(asks_for_a_form({"name": "note", "required": False}))
    with pytest.raises(BadRequest, match="nothing to send back"):
        say(stage, verdict="reject", feedback="no")
    assert stage.open.state == "open"


def test_an_approval_of_each_cannot_be_called_a_rejection(staged: Any) -> None:
    stage = staged(each_word())
    approved = {key: {"verdict": "approve"} for key in ("p1", "p2", "p3")}
    with pytest.raises(BadRequest, match="nothing to send back"):
        say(stage, verdict="reject", feedback="no", items=approved)


def test_a_version_whose_kind_is_gone_is_refused_and_nothing_changes(staged: Any) -> None:
    stage = staged()
    bare = stage.without("echo")
    approval = Decision(verdict="approve")
    with pytest.raises(WorkflowError, match="Install what is missing"):
        deciding.decide(bare, stage.production.owner_id, stage.open.id, approval)
    assert (stage.open.state, stage.now.state) == ("open", "waiting")


def test_what_is_shown_and_gone_can_still_be_rejected(staged: Any) -> None:
    stage = staged()
    stage.shop.store.path(stage.open.shown[0].artifact).unlink()
    assert say(stage, verdict="reject", feedback="again").request.state == "rejected"
    assert stage.run().state == "waiting"
    assert stage.output("story").text == "the bread rises again"


def test_an_approval_of_what_is_gone_makes_it_again(staged: Any) -> None:
    stage = staged()
    stage.shop.store.path(stage.open.shown[0].artifact).unlink()
    say(stage, verdict="approve")
    assert stage.run().state == "done"
    assert stage.output("end").text == "the bread rises"


def test_a_run_that_cannot_be_started_is_left_to_a_sweep(staged: Any) -> None:
    stage = staged()
    stage.starter.broken = True
    decided = say(stage, verdict="approve")
    assert (decided.request.state, decided.launch) == ("approved", None)
    (_, planned) = stage.launches
    assert (planned.state, planned.tries) == ("planned", 1)
    assert planned.error is not None


# --- budgets -------------------------------------------------------------------------------


def test_a_budget_is_raised_by_whoever_approves_it(database: Database, staged: Any) -> None:
    stage = over_budget(staged())
    with pytest.raises(BadRequest, match=r"at least \$2.50"):
        say(stage, verdict="approve", limit_usd=1.0)
    with pytest.raises(BadRequest, match="Raise the budget, or stop"):
        say(stage, verdict="reject", feedback="no")
    decided = say(stage, verdict="approve", limit_usd=4.0)
    assert decided.request.answer == {"limit_usd": 4.0}
    assert cap_of(stage) == 4.0


def test_a_budget_is_raised_to_what_is_needed_unless_told(staged: Any) -> None:
    stage = over_budget(staged())
    say(stage, verdict="approve")
    assert cap_of(stage) == 2.5
