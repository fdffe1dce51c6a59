"""Gates in real Dagster runs: what waits, what goes on, and what a re-execution does."""

from collections.abc import Mapping

import dagster as dg
import pytest
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import create_execution_plan, execute_run_iterator
from dagster._core.execution.plan.state import KnownExecutionState

from tests.gates import GATED, each_word, told, two_gates
from tests.graph.conftest import Bench
from tests.graph.kinds_for_tests import Text
from tests.graph.test_job import branch
from vid_pipeline import alone
from vid_pipeline.artifacts import Artifact
from vid_pipeline.asking import Ask
from vid_pipeline.ports import Decided, Turn
from vid_pipeline.running import AT_WORK, Remembered, StepConversation
from vid_pipeline.testing.reviews import FakeReviews
from vid_pipeline.wiring import Wiring
from vid_pipeline.workflow import Workflow


class Desk(dict[str, FakeReviews]):
    """People at each gate, by its step."""

    def decided(self, ask: Ask, subjects: Mapping[str, Artifact]) -> Decided:
        step = AT_WORK.get()
        assert step is not None
        gate = self.setdefault(step.place.step_id, FakeReviews())
        return gate.decided(ask, subjects)


@pytest.fixture
def desk(bench: Bench) -> Desk:
    desk = Desk()
    bench.catalog = GATED
    bench.ports |= {"reviews": desk, "conversation": StepConversation()}
    return desk


def execute(
    bench: Bench,
    workflow: Workflow,
    *,
    after: dg.DagsterRun | None = None,
    steps: list[str] | None = None,
) -> dg.DagsterRun:
    """A run of all steps, or of some on top of an earlier run, as a worker makes it."""
    job = bench.job(workflow)
    known = None
    if after is not None:
        known = KnownExecutionState.build_for_reexecution(bench.instance, after)
        known = known.update_for_step_selection(steps or [])
    plan = create_execution_plan(
        InMemoryJob(job),
        step_keys_to_execute=steps,
        known_state=known,
        instance_ref=bench.instance.get_ref(),
    )
    run = bench.instance.create_run_for_job(
        job,
        execution_plan=plan,
        parent_run_id=after.run_id if after else None,
        root_run_id=(after.root_run_id or after.run_id) if after else None,
    )
    for _event in execute_run_iterator(InMemoryJob(job), run, bench.instance):
        pass
    ended = bench.instance.get_run_by_id(run.run_id)
    assert ended is not None
    assert ended.status is dg.DagsterRunStatus.SUCCESS
    return ended


def given(bench: Bench, run: dg.DagsterRun, *, but: str) -> None:
    """What a run gave is given from now on, except of one step, which runs anew."""
    mine = [one for one in bench.recorder.traces.values() if one.place.run_id == run.run_id]
    bench.recorder.gifts = {
        one.place.step_key: Remembered(run.run_id, one.output)
        for one in mine
        if one.output is not None and one.place.step_id != but
    }
    bench.recorder.fresh = True


def states(bench: Bench, run: dg.DagsterRun) -> dict[str, str]:
    mine = [one for one in bench.recorder.traces.values() if one.place.run_id == run.run_id]
    return {one.place.step_key: one.state for one in mine}


def gave(bench: Bench, run: dg.DagsterRun, step: str) -> str:
    return Text.model_validate_json(bench.texts[f"runs/{run.run_id}/{step}/result.json"]).text


def test_side_by_side_gates_are_asked_in_one_run_and_their_join_waits_for_both(
    bench: Bench, desk: Desk
) -> None:
    first = execute(bench, two_gates())
    waiting = {"gate_a": "waiting", "gate_b": "waiting"}
    assert states(bench, first) == {"story": "done"} | waiting
    desk["gate_a"].approve()
    second = execute(bench, two_gates(), after=first, steps=["gate_a", "gate_b", "join"])
    assert states(bench, second) == {"gate_a": "done", "gate_b": "waiting"}
    desk["gate_b"].approve(edits={"": Text(text="edited")})
    third = execute(bench, two_gates(), after=second, steps=["gate_b", "join"])
    assert states(bench, third) == {"gate_b": "done", "join": "done"}
    assert gave(bench, third, "join") == "the bread rises+edited"


def test_a_gate_among_other_sources_holds_the_join_back(bench: Bench, desk: Desk) -> None:
    workflow = told(
        {"id": "a", "kind": "say", "params": {"text": "a"}},
        {"id": "b", "kind": "say", "params": {"text": "b"}},
        {"id": "gate", "kind": "approve", "in": {"item": "a"}},
        {"id": "both", "kind": "both", "in": {"texts": ["gate", "b"]}},
    )
    first = execute(bench, workflow)
    assert states(bench, first) == {"a": "done", "b": "done", "gate": "waiting"}
    desk["gate"].approve()
    second = execute(bench, workflow, after=first, steps=["gate", "both"])
    assert states(bench, second) == {"gate": "done", "both": "done"}
    assert gave(bench, second, "both") == "a+b"


@pytest.mark.parametrize(
    ("words", "asked"),
    [pytest.param("ab", True, id="taken"), pytest.param("abcd", False, id="not")],
)
def test_a_gate_behind_a_branch_asks_only_if_it_was_taken(
    bench: Bench, desk: Desk, words: str, asked: bool
) -> None:
    gate = {"id": "gate", "kind": "approve", "in": {"item": "route.short"}}
    end = {"id": "end", "kind": "echo", "in": {"text": {"any": ["gate", "long"]}}}
    workflow = told(*[one for one in branch(words) if one["id"] not in {"short", "end"}], gate, end)
    first = execute(bench, workflow)
    assert ("gate" in desk) is asked
    if asked:
        assert "end" not in states(bench, first)
        desk["gate"].approve()
        first = execute(bench, workflow, after=first, steps=["gate", "end"])
    assert gave(bench, first, "end") == words


def test_of_several_only_the_rejected_one_runs_again_and_the_rest_goes_on(
    bench: Bench, desk: Desk
) -> None:
    first = execute(bench, each_word())
    assert states(bench, first)["gate"] == "waiting"
    desk["gate"].reject("p2")
    bench.recorder.heard["word[p2]"] = (Turn(gave=None, feedback="x", by="R"),)
    after = ["gate", "gate__items", "shout[?]", "end"]
    second = execute(bench, each_word(), after=first, steps=["word[p2]", *after])
    assert states(bench, second) == {"word[p2]": "done", "gate": "waiting"}
    desk["gate"].approve()
    third = execute(bench, each_word(), after=second, steps=after)
    assert set(states(bench, third)) == {"gate", "shout[p1]", "shout[p2]", "shout[p3]", "end"}
    assert gave(bench, third, "end") == "A B+X C"


def test_one_item_runs_again_on_top_of_a_finished_run(bench: Bench, desk: Desk) -> None:
    first = execute(bench, each_word())
    desk["gate"].approve()
    steps = ["gate", "gate__items", "shout[?]", "end"]
    second = execute(bench, each_word(), after=first, steps=steps)
    bench.recorder.fresh = True
    third = execute(bench, each_word(), after=second, steps=["shout[p3]", "end"])
    assert states(bench, third) == {"shout[p3]": "done", "end": "done"}
    assert gave(bench, third, "end") == "A B C"


def test_a_step_alone_runs_on_what_was_given_below_a_gate_that_asks_nobody(
    bench: Bench, desk: Desk
) -> None:
    first = execute(bench, each_word())
    desk["gate"].approve()
    after = ["gate", "gate__items", "shout[?]", "end"]
    second = execute(bench, each_word(), after=first, steps=after)
    given(bench, first, but="shout")
    gifts = bench.recorder.gifts
    given(bench, second, but="shout")
    bench.recorder.gifts |= gifts
    keys = alone.keys(Wiring(each_word(), GATED), "shout")
    asked = len(desk["gate"].rounds)
    third = execute(bench, each_word(), steps=list(keys))
    assert states(bench, third) == dict.fromkeys(("shout[p1]", "shout[p2]", "shout[p3]"), "done")
    assert len(desk["gate"].rounds) == asked
    assert f"runs/{third.run_id}/end/result.json" not in bench.texts
    bench.recorder.gifts.clear()
    fourth = execute(bench, each_word(), after=third, steps=["end"])
    assert gave(bench, fourth, "end") == "A B C"


@pytest.mark.parametrize("words", ["ab", "abcd"])
def test_a_step_alone_behind_a_branch_reads_what_was_chosen(
    bench: Bench, desk: Desk, words: str
) -> None:
    workflow = told(*branch(words))
    given(bench, execute(bench, workflow), but="end")
    run = execute(bench, workflow, steps=list(alone.keys(Wiring(workflow, GATED), "end")))
    assert states(bench, run) == {"end": "done"}
    assert gave(bench, run, "end") == words
