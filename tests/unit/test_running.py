from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.graph.kinds_for_tests import CATALOG, NoParams, Text, TextParams
from vid_pipeline.artifacts import Brief, MediaRef, Video
from vid_pipeline.asking import Waits
from vid_pipeline.cancel import CancelToken, token_of
from vid_pipeline.errors import Cancelled, OverBudget, ToolFailed
from vid_pipeline.kinds import StepKind
from vid_pipeline.ports import Turn
from vid_pipeline.running import StepPlace, basis_of, media_of, perform
from vid_pipeline.testing.recorder import FakeRecorder
from vid_pipeline.testing.store import FakeStore

PLACE = StepPlace(run_id="r1", step_id="s", step_key="s", kind="k")
SAY, ECHO = CATALOG["say"], CATALOG["echo"]


@dataclass
class Engine:
    fingerprint: str = ""


def run(kind: StepKind, recorder: FakeRecorder, folder: Path, place: StepPlace = PLACE) -> Any:
    store = FakeStore(folder)
    return perform(kind, TextParams(), {}, {}, place=place, store=store, recorder=recorder)


def test_what_was_done_before_is_reused_and_says_from_where(tmp_path: Path) -> None:
    recorder = FakeRecorder()
    first = run(SAY, recorder, tmp_path)
    second = run(SAY, recorder, tmp_path, replace(PLACE, run_id="r2"))
    assert (first.reused_from, second.reused_from) == (None, "r1")
    assert second.output == first.output


def test_an_output_that_is_gone_is_made_again(tmp_path: Path) -> None:
    recorder = FakeRecorder()
    first = run(SAY, recorder, tmp_path)
    (tmp_path / first.output_ref.sha256).unlink()
    assert run(SAY, recorder, tmp_path).reused_from is None


def test_a_kind_that_is_not_reusable_is_done_each_time(tmp_path: Path) -> None:
    recorder = FakeRecorder()
    kind = replace(SAY, reusable=False)
    run(kind, recorder, tmp_path)
    assert run(kind, recorder, tmp_path).reused_from is None


@pytest.mark.parametrize(
    ("error", "state"),
    [
        pytest.param(ToolFailed("ffmpeg", 1, "bad\n"), "failed", id="failed"),
        pytest.param(Cancelled("stop"), "cancelled", id="cancelled"),
        pytest.param(KeyError("x"), "failed", id="a bug"),
    ],
)
def test_an_error_closes_the_trace_and_goes_on_up(
    tmp_path: Path, error: Exception, state: str
) -> None:
    def fails(params: NoParams) -> Text:
        raise error

    recorder = FakeRecorder()
    with pytest.raises(type(error)):
        run(StepKind.of(fails), recorder, tmp_path)
    assert [t.state for t in recorder.traces.values()] == [state]


def test_a_fingerprint_changes_with_all_that_an_output_depends_on() -> None:
    kind = replace(ECHO, ports=frozenset({"llm"}))
    a, b = {"text": Text(text="a")}, {"text": Text(text="b")}
    one, two = {"llm": Engine("m1")}, {"llm": Engine("m2")}
    told = (Turn(gave=None, feedback="shorter", by="Ana"),)
    bases = [
        basis_of(kind, NoParams(), a, one),
        basis_of(kind, NoParams(), b, one),
        basis_of(kind, NoParams(), a, two),
        basis_of(replace(kind, version="2"), NoParams(), a, one),
        basis_of(kind, NoParams(), a, one, told),
    ]
    assert len({basis.fingerprint for basis in bases}) == 5
    assert basis_of(kind, NoParams(), a, one) == bases[0]


def test_a_step_that_waits_closes_its_trace_as_waiting(tmp_path: Path) -> None:
    def asks(params: NoParams) -> Text:
        raise Waits("r-12345678", "Approve it")

    recorder = FakeRecorder()
    with pytest.raises(Waits):
        run(StepKind.of(asks, reusable=False), recorder, tmp_path)
    assert [(t.state, t.error) for t in recorder.traces.values()] == [("waiting", "Approve it")]


def test_a_cap_that_is_met_is_asked_about_and_not_a_failure(tmp_path: Path) -> None:
    def spends(params: NoParams) -> Text:
        raise OverBudget(
            "month", limit_usd=1, spent_usd=1, reserved_usd=0, needed_usd=0.2, production="p1"
        )

    recorder = FakeRecorder()
    with pytest.raises(Waits, match="budget"):
        run(StepKind.of(spends), recorder, tmp_path)
    assert [t.state for t in recorder.traces.values()] == ["waiting"]


def test_media_are_found_at_any_depth() -> None:
    ref = MediaRef(sha256="a" * 64, mime="video/mp4", size_bytes=1)
    video = Video.model_validate(
        {"file": ref, "canvas": {}, "frames": 1, "scenes_rendered": 0, "scenes_reused": 0}
    )
    assert list(media_of((video,))) == [ref]


def test_a_token_that_was_asked_stops_who_looks() -> None:
    token = CancelToken()
    token.check()
    token.request()
    assert token.wait(10)
    with pytest.raises(Cancelled, match="asked to stop"):
        token.check()


def test_a_step_that_is_asked_to_stop_before_its_work_does_none(tmp_path: Path) -> None:
    recorder, place = FakeRecorder(), replace(PLACE, run_id="stopped before")
    token_of(place.run_id).request()
    with pytest.raises(Cancelled):
        run(SAY, recorder, tmp_path, place)
    assert [trace.state for trace in recorder.traces.values()] == ["cancelled"]


def test_what_fails_after_a_stop_is_cancelled(tmp_path: Path) -> None:
    recorder, place = FakeRecorder(), replace(PLACE, run_id="stopped meanwhile")

    def break_off(params: TextParams) -> Text:
        """Fail because the tool was ended."""
        token_of(place.run_id).request()
        raise ToolFailed("Chromium", -9, "it ended")

    with pytest.raises(ToolFailed):
        run(StepKind.of(break_off), recorder, tmp_path, place)
    assert [trace.state for trace in recorder.traces.values()] == ["cancelled"]


def shout(params: NoParams, brief: Brief) -> Text:
    return Text(text=f"{brief.name} {brief.voice} {brief.aspect.value}")


def test_what_a_kind_ignores_it_never_sees_and_its_output_is_reused_whatever_that_is(
    tmp_path: Path,
) -> None:
    kind = StepKind.of(shout, ignores={"brief": ["voice"]})
    recorder, store = FakeRecorder(), FakeStore(tmp_path)

    def given(**wishes: Any) -> Any:
        inputs = {"brief": Brief(name="Tides", url="https://e.org", **wishes)}
        return perform(kind, NoParams(), inputs, {}, place=PLACE, store=store, recorder=recorder)

    first, other, square = given(voice="one"), given(voice="two"), given(aspect="1:1")
    assert first.output.text == "Tides None 9:16"
    assert (other.reused_from, square.reused_from) == ("r1", None)


def test_a_kind_cannot_ignore_what_has_no_default() -> None:
    with pytest.raises(TypeError, match="cannot ignore name of brief"):
        StepKind.of(shout, ignores={"brief": ["name", "voice"]})
