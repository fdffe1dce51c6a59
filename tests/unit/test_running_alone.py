"""One step alone: it runs anew on what was given before, and nothing else does."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.gates import GATED, STORY, Stage, each_word, one_gate, told
from tests.graph.kinds_for_tests import FAILURES, Length, Text
from tests.graph.test_job import MAP, branch
from vid_pipeline import alone
from vid_pipeline.acts import dashboard, deciding, ending, launching, retrying, running_alone
from vid_pipeline.acts.retrying import Wish
from vid_pipeline.acts.verdicts import Decision
from vid_pipeline.errors import NotAlone
from vid_pipeline.records import Launch, Production, User
from vid_pipeline.settings import Settings
from vid_pipeline.store import history, productions, traces, workflow_figures, workflows
from vid_pipeline.store.database import Database
from vid_pipeline.store.history import Wanted
from vid_pipeline.wiring import Wiring
from vid_pipeline.workflow import Workflow

Begin = Callable[[Workflow], Stage]
FLAKY = told(
    {"id": "say", "kind": "say", "params": {"text": "it breaks"}},
    {"id": "echo", "kind": "echo", "in": {"text": "say"}},
    {"id": "weak", "kind": "flaky", "in": {"text": "echo"}},
    {"id": "end", "kind": "echo", "in": {"text": "weak"}},
    slug="flaky",
)


@pytest.fixture
def begin(settings: Settings, database: Database, user: User) -> Begin:
    """A production of a workflow whose first run has ended."""

    def begun(workflow: Workflow) -> Stage:
        stage = Stage.of(settings, database, user, workflow)
        stage.start()
        return stage

    return begun


def approved(stage: Stage) -> Stage:
    """It went through its gate, to its end."""
    wish = Decision.model_validate({"verdict": "approve"})
    deciding.decide(stage.shop, stage.production.owner_id, stage.open.id, wish)
    assert stage.run().state == "done"
    return stage


def run(stage: Stage, step: str, **more: Any) -> Stage:
    """The step alone, in a production of its own."""
    user, key = stage.production.owner_id, stage.production.id
    made = running_alone.run(stage.shop, user, key, step, **more)
    ran = Stage(stage.shop, made, stage.starter)
    ran.run()
    return ran


def states(stage: Stage) -> dict[str, str]:
    return {trace.step_key: trace.state for trace in stage.traces}


def test_it_runs_anew_on_what_was_given_and_nothing_after_it_runs(begin: Begin) -> None:
    stage = approved(begin(one_gate()))
    before = stage.traces
    ran = run(stage, "story")
    assert ran.ran == ["story"]
    assert (ran.now.state, ran.now.only_step) == ("done", "story")
    assert (ran.now.brief, ran.now.folder) == (stage.now.brief, None)
    ran = run(stage, "end")
    assert states(ran) == {"story": "reused", "gate": "reused", "end": "done"}
    assert ran.output("end").text == STORY
    assert not ran.asked, "what people approved is not asked again"
    given = {trace.reused_from for trace in ran.traces if trace.state == "reused"}
    assert given == {trace.run_id for trace in before if trace.step_id != "end"}
    assert (stage.traces, stage.now.state) == (before, "done")


def test_a_mapped_step_runs_with_all_its_items(begin: Begin) -> None:
    stage = approved(begin(each_word()))
    ran = run(stage, "word")
    assert ran.ran == ["word[p1]", "word[p2]", "word[p3]"]
    assert ran.now.state == "done"
    ran = run(ran, "word")
    assert ran.now.state == "done", "what was run alone gives its own inputs on"
    ran = run(stage, "shout")
    assert ran.ran == ["shout[p1]", "shout[p2]", "shout[p3]"]
    assert ran.launches[0].steps == (
        *("story", "cut", "cut__parts", "word[?]", "gate", "gate__items", "shout[?]"),
    )


def test_it_goes_on_with_the_rest_once_that_is_wanted(begin: Begin) -> None:
    ran = run(approved(begin(one_gate())), "story")
    key = ran.production.id
    assert retrying.forecast(ran.shop, ran.production.owner_id, key).runs == {
        "gate": "new",
        "end": "after",
    }
    _, whole = retrying.retry(ran.shop, ran.production.owner_id, key)
    assert ran.run().state == "waiting"
    assert ran.ran == ["gate"]
    assert ran.now.only_step is None
    assert approved(ran).now.state == "done"
    assert whole.id == key


def test_what_fails_alone_is_tried_again_alone(begin: Begin, user: User) -> None:
    FAILURES["it breaks"] = 9
    stage = begin(FLAKY)
    assert stage.now.state == "done"
    FAILURES["it breaks"] = 0
    ran = run(stage, "weak")
    assert (ran.now.state, ran.now.failed_step, ran.now.only_step) == ("failed", "weak", "weak")
    assert retrying.forecast(ran.shop, user.id, ran.production.id).runs == {"weak": "failed"}
    retrying.retry(ran.shop, user.id, ran.production.id)
    assert ran.run().state == "done"
    assert (ran.ran, ran.now.only_step) == (["weak"], "weak")
    assert [one.reason for one in ran.launches] == ["start", "resume"]
    retrying.retry(ran.shop, user.id, ran.production.id, Wish(steps=("weak",)))
    assert ran.run().state == "done"
    assert (ran.ran, ran.now.only_step) == (["weak", "end"], None)


def test_a_killed_process_keeps_it_alone(begin: Begin) -> None:
    FAILURES["it breaks"] = 9
    stage = begin(FLAKY)
    made = running_alone.run(stage.shop, stage.production.owner_id, stage.production.id, "echo")
    ran = Stage(stage.shop, made, stage.starter)
    ran.begin()
    with ran.shop.db.acting(made.owner_id) as conn:
        held = ending.killed(conn, productions.locked(conn, made.id), error="It was killed.")
        again = launching.plan(ran.shop, conn, held, reason="resume")
        assert (again.parent_run_id, again.steps) == (None, ("say", "echo"))
    ran.run(again)
    assert (states(ran), ran.now.state) == ({"say": "reused", "echo": "done"}, "done")


def test_the_settings_are_those_of_the_version_that_is_named(
    begin: Begin, database: Database, user: User
) -> None:
    stage = approved(begin(one_gate()))
    louder = told(
        {"id": "story", "kind": "tell_story", "params": {"text": "another one"}},
        {"id": "gate", "kind": "approve", "in": {"item": "story"}},
        {"id": "end", "kind": "echo", "in": {"text": "gate"}},
    )
    with database.acting(user.id) as conn:
        version = workflows.publish(conn, louder)
    ran = run(stage, "story", version=version.version)
    assert (ran.output("story").text, ran.now.version) == ("another one", version.version)
    ran = run(stage, "end", version=version.version)
    assert ran.output("end").text == STORY, "what is above gives what it gave"
    retrying.retry(ran.shop, user.id, ran.production.id)
    ran.run()
    assert "story" in ran.ran, "only when the rest is wanted its new settings count"


@pytest.mark.parametrize(
    ("workflow", "step", "cause", "first"),
    [
        pytest.param(one_gate(), "nothing", "unknown", None, id="no such step"),
        pytest.param(one_gate(), "gate", "gate", None, id="a gate"),
        pytest.param(one_gate(), "end", "inputs", "gate", id="a step above has not run"),
    ],
)
def test_it_is_refused_by_its_cause(
    begin: Begin, user: User, workflow: Workflow, step: str, cause: str, first: str | None
) -> None:
    stage = begin(workflow)
    with pytest.raises(NotAlone) as refused:
        running_alone.run(stage.shop, user.id, stage.production.id, step)
    assert (refused.value.step, refused.value.cause, refused.value.first) == (step, cause, first)
    with stage.shop.db.acting(user.id) as conn:
        assert len(productions.recent(conn)) == 1, "nothing was begun"


def test_a_step_on_a_way_that_was_not_taken_is_refused(
    settings: Settings, database: Database, user: User
) -> None:
    stage = Stage.of(settings, database, user, told(*branch("ab")))
    short = Text(text="ab")
    with database.acting(user.id) as conn:
        for step, gave in (("say", short), ("route", Length(short=short)), ("short", short)):
            kind = step if step != "short" else "echo"
            trace = traces.start(
                conn, stage.production.id, run_id="r", step_key=step, step_id=step, kind=kind
            )
            ref = stage.shop.store.put_bytes(gave.model_dump_json().encode(), "application/json")
            traces.finish(conn, trace.id, output=ref.model_dump(mode="json"))
    with pytest.raises(NotAlone) as refused:
        running_alone.run(stage.shop, user.id, stage.production.id, "long")
    assert refused.value.cause == "untaken"
    made = running_alone.run(stage.shop, user.id, stage.production.id, "end")
    given = Stage(stage.shop, made).traces
    assert [trace.step_key for trace in given] == ["say", "route", "short"]


def test_bytes_that_are_gone_are_inputs_that_are_missing(begin: Begin, user: User) -> None:
    stage = approved(begin(one_gate()))
    story = next(trace for trace in stage.traces if trace.step_id == "story")
    assert isinstance(story.output, dict)
    sha = story.output["sha256"]
    for file in stage.shop.settings.home.rglob(f"*{sha}*"):
        file.unlink()
    with pytest.raises(NotAlone, match="'story' has to run first"):
        running_alone.run(stage.shop, user.id, stage.production.id, "end")


def test_a_drawing_runs_on_the_newest_production_that_can_give_it(begin: Begin, user: User) -> None:
    stage = approved(begin(one_gate()))
    graph = one_gate()
    run(stage, "story")
    made = running_alone.drawn(stage.shop, user.id, graph.slug, graph, "story")
    assert made.production.id != stage.production.id, "the newest is the one that ran alone"
    made = running_alone.drawn(stage.shop, user.id, graph.slug, graph, "end")
    assert (made.production.id, made.runs) == (stage.production.id, {"end": "asked"})
    assert set(made.keeps) == {"story", "gate"}
    more = told(
        *[step.model_dump(by_alias=True) for step in graph.steps],
        {"id": "late", "kind": "echo", "in": {"text": "end"}},
        {"id": "later", "kind": "echo", "in": {"text": "late"}},
    )
    with pytest.raises(NotAlone) as refused:
        running_alone.drawn(stage.shop, user.id, graph.slug, more, "later")
    assert (refused.value.cause, refused.value.first) == ("inputs", "gate")
    with pytest.raises(NotAlone) as refused:
        running_alone.drawn(stage.shop, user.id, "never-made", graph, "end")
    assert refused.value.cause == "unmade"


def test_it_counts_as_no_video(begin: Begin, user: User) -> None:
    stage = approved(begin(one_gate()))
    ran = run(stage, "end")
    since = datetime.min.replace(tzinfo=UTC).isoformat()
    with stage.shop.db.acting(user.id) as conn:
        ended = productions.ended_since(conn, "gated", ["done"], since)
        figures = workflow_figures.by_workflow(conn)["gated"]
        listed = history.page(conn, Wanted(), limit=9)
        (day,) = history.sums(conn, Wanted())
    seen = dashboard.dashboard(stage.shop, user.id)
    assert [one.id for one in ended] == [stage.production.id]
    assert (day.count, day.done) == (2, 1)
    assert (figures.runs, figures.last_id) == (1, stage.production.id)
    assert [one.production.id for one in seen.made] == [stage.production.id]
    assert [(one.id, one.only_step) for one in listed] == [
        (ran.production.id, "end"),
        (stage.production.id, None),
    ]


def test_the_step_is_told_by_the_first_launch_until_more_is_asked_for(
    begin: Begin, user: User
) -> None:
    ran = run(approved(begin(one_gate())), "story")
    (first,) = ran.launches
    assert alone.step_of([first]) == "story"
    reasons: dict[Any, str | None] = {
        **{"decision": "story", "resume": "story"},
        **{"retry": None, "version": None, "dagster": None},
    }
    for reason, step in reasons.items():
        then = first.model_copy(update={"reason": reason, "redo": ()})
        assert alone.step_of([first, then]) == step
    whole: Launch = first.model_copy(update={"steps": None})
    assert alone.step_of([whole]) is None
    assert alone.step_of([]) is None
    with ran.shop.db.acting(user.id) as conn:
        found: Production = productions.get(conn, ran.production.id)
    assert found.only_step == "story"


def test_the_keys_are_of_all_above_with_the_ops_that_give_items() -> None:
    wiring = Wiring(Workflow.model_validate({"slug": "m", "title": "M", "steps": MAP}), GATED)
    assert alone.keys(wiring, "again") == ("say", "cut", "cut__parts", "shout[?]", "again[?]")
    assert alone.keys(wiring, "say") == ("say",)
