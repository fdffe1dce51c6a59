"""How a production stands: what holds, what is left and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.gates import GATED, each_word, one_gate, told
from tests.graph.kinds_for_tests import Length, Part, Parts, Text
from tests.graph.test_job import MAP, branch
from vid_pipeline.artifacts import Artifact, Listed
from vid_pipeline.records import StepTrace
from vid_pipeline.running import definition_of, digests_of
from vid_pipeline.standing import Facts, Standing, standing
from vid_pipeline.wiring import Wiring, downstream, upstream
from vid_pipeline.workflow import Workflow

NOBODY = UUID(int=0)
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Past:
    """Traces of a production, and what each step gave."""

    workflow: Workflow
    traces: list[StepTrace] = field(default_factory=list)
    gave: dict[str, Artifact] = field(default_factory=dict)

    def ran(
        self, key: str, gave: Artifact | None, *, run: str = "r1", turns: int = 0, **inputs: Any
    ) -> "Past":
        """A step gave this from these inputs; it waits if it gave nothing."""
        wiring = Wiring(self.workflow, GATED)
        step = wiring.steps[key.partition("[")[0]]
        kind = wiring.kinds[step.id]
        trace = StepTrace(
            id=UUID(int=len(self.traces)),
            owner_id=NOBODY,
            production_id=NOBODY,
            run_id=run,
            step_key=key,
            step_id=step.id,
            kind=kind.name,
            attempt=1,
            state="waiting" if gave is None else "done",
            started_at=START + timedelta(seconds=len(self.traces)),
            inputs={name: digests_of(value) for name, value in inputs.items()},
            definition=definition_of(kind, kind.params.model_validate(step.params)),
            turns=turns,
        )
        self.traces.append(trace)
        if gave is not None:
            self.gave[key] = gave
        return self

    def stands(self, workflow: Workflow | None = None, **facts: Any) -> Standing:
        def load(trace: StepTrace, kind: type[Artifact]) -> Artifact | None:
            return self.gave.get(trace.step_key)

        wiring = Wiring(workflow or self.workflow, GATED)
        return standing(wiring, Facts(traces=self.traces, **facts), load)


def text(words: str) -> Text:
    return Text(text=words)


def part(number: int, words: str) -> Part:
    return Part(id=f"p{number}", text=words)


def story(*, gate: str | None = "s", end: bool = True) -> Past:
    past = Past(one_gate()).ran("story", text("s"))
    past.ran("gate", None if gate is None else text(gate), item=text("s"))
    return past.ran("end", text(gate), text=text(gate)) if gate and end else past


def cut_up(workflow: Sequence[dict[str, Any]] = MAP, ids: Sequence[int] = (1, 2)) -> Past:
    """A list, its mapped steps, and their join, all done."""
    parts = tuple(part(n, "a") for n in ids)
    past = Past(told(*workflow)).ran("say", text("t"))
    past.ran("cut", Parts(parts=parts), text=text("t"))
    for key in ("shout", "again"):
        for one in parts:
            past.ran(f"{key}[{one.id}]", one, part=one)
    return past.ran("join", text("a a"), parts=parts)


def test_of_a_draft_everything_is_new_and_all_is_run() -> None:
    stands = Past(one_gate()).stands()
    assert stands.left == {"story": "new", "gate": "after", "end": "after"}
    assert stands.selection is None


def test_a_production_that_is_done_has_nothing_left() -> None:
    stands = story().stands()
    assert stands.finished
    assert set(stands.holds) == {"story", "gate", "end"}


def test_a_gate_that_waits_is_left_with_what_comes_after_it() -> None:
    stands = story(gate=None).stands()
    assert stands.left == {"gate": "waiting", "end": "after"}
    assert stands.selection == ("gate", "end")


@pytest.mark.parametrize("state", ["failed", "cancelled", "running"])
def test_a_step_that_did_not_end_well_has_failed(state: str) -> None:
    past = story()
    past.traces[0] = past.traces[0].model_copy(update={"state": state})
    assert past.stands().left == {"story": "failed", "gate": "after", "end": "after"}


def test_feedback_asks_for_a_step_anew_until_it_has_heard_it() -> None:
    past = story()
    left = {"story": "asked", "gate": "after", "end": "after"}
    assert past.stands(turns={"story": 1}).left == left
    past.ran("story", text("s"), turns=1)
    assert past.stands(turns={"story": 1}).finished


def test_a_wish_counts_until_the_step_was_done_after_it() -> None:
    past = story()
    after = START + timedelta(minutes=1)
    assert past.stands(redo={"gate": after}).left == {"gate": "asked", "end": "after"}
    assert past.stands(redo={"gate": START - timedelta(minutes=1)}).finished


def test_what_is_gone_is_made_again() -> None:
    past = story()
    del past.gave["gate"]
    assert past.stands().left == {"gate": "gone", "end": "after"}


def test_a_run_that_ended_without_telling_is_not_trusted() -> None:
    past = story(end=False).ran("end", text("s"), run="r2", text=text("s"))
    assert past.stands(unsure=frozenset({"r2"})).left == {"end": "unsure"}


def test_a_changed_setting_is_seen_and_so_is_what_hangs_on_it() -> None:
    assert story().stands(one_gate(title="Another")).left == {"gate": "changed", "end": "after"}


def test_another_output_of_a_step_before_changes_the_next() -> None:
    past = story().ran("story", text("new"))
    assert past.stands().left == {"gate": "changed", "end": "after"}


def test_the_same_output_again_changes_nothing() -> None:
    assert story().ran("story", text("s")).stands().finished


def test_a_branch_that_was_not_taken_is_not_wanted() -> None:
    past = Past(told(*branch("ab"))).ran("say", text("ab"))
    past.ran("route", Length(short=text("ab")), text=text("ab"))
    past.ran("short", text("ab"), text=text("ab")).ran("end", text("ab"), text=text("ab"))
    stands = past.stands()
    assert stands.unwanted == {"long", "when"}
    assert stands.finished
    assert downstream(Wiring(past.workflow, GATED), "route") == {"short", "long", "when", "end"}
    assert upstream(Wiring(past.workflow, GATED), "short") == {"say", "route"}


def test_while_a_branch_is_not_chosen_both_sides_are_left() -> None:
    stands = Past(told(*branch("ab"))).ran("say", text("ab")).stands()
    assert stands.unwanted == frozenset()
    assert set(stands.left) == {"route", "short", "long", "when", "end"}


def test_a_map_that_is_done_holds_item_by_item() -> None:
    stands = cut_up().stands()
    assert stands.finished
    assert {"shout[p1]", "again[p2]", "join"} <= set(stands.holds)


def test_of_a_changed_item_only_its_own_keys_and_the_join_run() -> None:
    past = cut_up()
    new = Parts(parts=(part(1, "a"), part(2, "b")))
    past.gave["cut"] = new
    stands = past.stands()
    assert stands.left == {"shout[p2]": "changed", "again[p2]": "after", "join": "after"}


def test_feedback_to_one_item_leaves_the_others() -> None:
    stands = cut_up().stands(turns={"shout[p1]": 1})
    assert stands.left == {"shout[p1]": "asked", "again[p1]": "after", "join": "after"}


def test_a_wish_for_a_mapped_step_means_all_its_items() -> None:
    stands = cut_up().stands(redo={"again": START + timedelta(hours=1)})
    assert set(stands.left) == {"again[p1]", "again[p2]", "join"}


def test_while_the_list_is_to_be_made_anew_its_items_are_unknown() -> None:
    stands = cut_up().stands(redo={"cut": START + timedelta(hours=1)})
    after = ("cut__parts", "shout[?]", "again[?]", "join")
    assert stands.left == {"cut": "asked"} | dict.fromkeys(after, "after")


def test_a_list_made_anew_whose_items_no_run_has_told_is_told_again() -> None:
    past = cut_up()
    past.ran("cut", past.gave["cut"], run="r2", text=text("t"))
    stands = past.stands()
    assert "cut" in stands.holds
    assert set(stands.left) == {"cut__parts", "shout[?]", "again[?]", "join"}


def test_an_empty_list_has_no_items_to_run() -> None:
    past = cut_up(ids=())
    assert past.stands().finished


def test_items_behind_a_gate_are_unknown_until_it_is_decided() -> None:
    parts = (part(1, "a"),)
    past = Past(each_word()).ran("story", text("t")).ran("cut", Parts(parts=parts), text=text("t"))
    past.ran("word[p1]", parts[0], part=parts[0]).ran("gate", None, items=parts)
    assert past.stands().left == {
        "gate": "waiting",
        "gate__items": "after",
        "shout[?]": "after",
        "end": "after",
    }
    past.ran("gate", Listed[Part](items=parts), items=parts, run="r2")
    assert set(past.stands().left) == {"gate__items", "shout[?]", "end"}


def test_an_input_of_several_sources_holds_by_all_of_them_in_order() -> None:
    steps = [
        {"id": "a", "kind": "say", "params": {"text": "a"}},
        {"id": "b", "kind": "say", "params": {"text": "b"}},
        {"id": "both", "kind": "both", "in": {"texts": ["a", "b"]}},
    ]
    past = Past(told(*steps)).ran("a", text("a")).ran("b", text("b"))
    past.ran("both", text("a+b"), texts=(text("a"), text("b")))
    assert past.stands().finished
    past.ran("b", text("c"))
    assert past.stands().left == {"both": "changed"}
    assert past.stands(redo={"a": START + timedelta(hours=1)}).left["both"] == "after"
