"""How far a production is, from its traces alone."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from vid_pipeline.acts.following import View, view
from vid_pipeline.records import StepTrace, TraceState
from vid_pipeline.workflow import Step, Workflow

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
MEDIANS = {"write": 4.0, "paint": 2.0, "join": 10.0}
WORKFLOW = Workflow(
    slug="w",
    title="W",
    steps=(
        Step(id="text", kind="write"),
        Step(id="art", kind="paint", inputs={"item": "text.items"}, over="item"),
        Step(id="film", kind="join", inputs={"parts": "art"}),
    ),
)


def trace(
    key: str, state: TraceState, *, began_s: float, took_s: float | None = None, progress: float = 0
) -> StepTrace:
    start = NOW - timedelta(seconds=began_s)
    return StepTrace(
        id=uuid4(),
        owner_id=uuid4(),
        production_id=uuid4(),
        run_id="r",
        step_key=key,
        step_id=key.partition("[")[0],
        kind="any",
        attempt=1,
        state=state,
        started_at=start,
        ended_at=None if took_s is None else start + timedelta(seconds=took_s),
        progress=progress,
    )


def seen(*traces: StepTrace, counts: dict[str, int] | None = None) -> View:
    return view(WORKFLOW, traces, now=NOW, medians=MEDIANS, counts=counts or {})


def test_before_it_begins_the_longest_way_is_left() -> None:
    start = seen()
    assert [step.state for step in start.steps] == ["waiting"] * 3
    assert start.left_s == 16


def test_without_history_there_is_no_estimate_and_steps_are_counted() -> None:
    first = view(
        WORKFLOW, [trace("text", "done", began_s=5, took_s=4)], now=NOW, medians={}, counts={}
    )
    assert first.left_s is None
    assert first.share(5) == pytest.approx(1 / 3)


def test_a_mapped_step_counts_its_items_and_is_done_with_the_last() -> None:
    text = trace("text", "done", began_s=9, took_s=4)
    first = trace("art[a]", "reused", began_s=5, took_s=1)
    second = trace("art[b]", "done", began_s=4, took_s=1)
    art = seen(text, first, second, counts={"art": 3}).steps[1]
    assert (art.state, art.items_done, art.items, art.items_reused) == ("running", 2, 3, 1)
    last = trace("art[c]", "done", began_s=3, took_s=1)
    art = seen(text, first, second, last, counts={"art": 3}).steps[1]
    assert (art.state, art.seconds) == ("done", 3)


def test_a_mapped_step_is_reused_when_all_its_items_are() -> None:
    items = [trace(f"art[{name}]", "reused", began_s=5, took_s=0) for name in "ab"]
    assert seen(*items, counts={"art": 2}).reused == 1


def test_a_failed_item_fails_its_step() -> None:
    items = [
        trace("art[a]", "running", began_s=2),
        trace("art[b]", "failed", began_s=2, took_s=1),
    ]
    assert seen(*items).steps[1].state == "failed"


def test_a_second_try_replaces_the_first() -> None:
    tries = [
        trace("text", "failed", began_s=9, took_s=1),
        trace("text", "done", began_s=7, took_s=1),
    ]
    assert seen(*tries).steps[0].state == "done"


def test_what_a_step_says_of_itself_outweighs_history() -> None:
    done = [
        trace("text", "done", began_s=60, took_s=4),
        trace("art[a]", "done", began_s=50, took_s=1),
    ]
    film = trace("film", "running", began_s=40, progress=0.8)
    assert seen(*done, film, counts={"art": 1}).left_s == pytest.approx(8, abs=0.1)
