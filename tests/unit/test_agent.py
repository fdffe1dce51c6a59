"""The agent's loop: tools of its list, answers of its form, limits, people, its next try."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.agents import SENT, Try, call, text
from vid_pipeline.artifacts import Brief
from vid_pipeline.asking import Waits
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import BadRequest, Cancelled, LimitReached, LLMFailed, OverBudget
from vid_pipeline.ports import Page
from vid_pipeline.testing.conversation import FakeConversation
from vid_pipeline.testing.llm import FakeLLM
from vid_pipeline.testing.scripted_llm import ScriptedLLM
from vid_pipeline.testing.web import FakeWeb

DONE = {"answer": "done"}
URL = "https://a.example"
FORM_FIELD = {"name": "mood", "type": "choice", "choices": ["calm", "tense"]}


def test_without_tools_it_answers_in_its_form_at_once(tmp_path: Path) -> None:
    one = Try(tmp_path, ScriptedLLM(DONE), {"role": "You are terse.", "temperature": 0.5})
    assert one.run().answer == "done"
    (asked,) = one.llm.asked
    assert asked.system.startswith("You are terse.")
    assert (asked.temperature, asked.tools) == (0.5, ())


def test_it_uses_tools_until_it_has_what_it_needs(tmp_path: Path) -> None:
    web = FakeWeb({URL: Page(URL, "text/html", b"bread")})
    llm = ScriptedLLM(
        [call("calculate", expression="6*7"), call("read_page", 2, url=URL)], "Enough.", DONE
    )
    one = Try(tmp_path, llm, {"tools": ["calculate", "read_page"]}, {"web": web})
    one.run()
    assert one.trace.tools() == [("calculate", False), ("read_page", False)]
    assert json.loads(one.results[0].content) == {"result": "42"}
    assert [one.role for one in llm.asked[-1].messages] == ["user", "assistant"] * 2 + ["user"]


def test_instructions_are_filled_and_what_has_no_place_follows(tmp_path: Path) -> None:
    one = Try(tmp_path, ScriptedLLM(DONE), {"instructions": "On {{ brief.name }}: write."})
    one.run(brief=Brief(name="bread.md"), note=text("more"), nothing=None)
    said = one.llm.asked[0].messages[0].text
    assert said.startswith("On <<<DATA ")
    assert "bread.md" in said.partition(": write.")[0]
    assert '"text": "more"' in said.partition(": write.")[2]


def test_a_place_that_what_came_does_not_have_is_named(tmp_path: Path) -> None:
    one = Try(tmp_path, ScriptedLLM(DONE), {"instructions": "{{note.text.3}}"})
    with pytest.raises(BadRequest, match=r"note\.text\.3"):
        one.run(note=text("x"))


def test_a_wrong_answer_is_asked_again_and_repaired(tmp_path: Path) -> None:
    wrong: list[Any] = [{}, {"answer": 7}]
    assert Try(tmp_path, ScriptedLLM(*wrong, DONE)).run().answer == "done"


def test_after_the_last_try_the_failure_names_the_place(tmp_path: Path) -> None:
    scenes = {
        "name": "scenes",
        "type": "list",
        "items": {"type": "object", "fields": [{"name": "mood", "type": "enum", "choices": ["a"]}]},
    }
    wrong: Any = {"scenes": [{"mood": "a"}, {"mood": "b"}]}
    one = Try(tmp_path, ScriptedLLM(wrong, wrong), {"output": {"fields": [scenes]}, "reasks": 1})
    with pytest.raises(LLMFailed, match=r"after 2 tries: scenes\[1\]\.mood: Input should be 'a'"):
        one.run()


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        pytest.param(call("send_mail", to="x"), "You have no tool 'send_mail'", id="not allowed"),
        pytest.param(call("no\0such"), "You have no tool", id="no such tool"),
        pytest.param(call("calculate"), "expression: Field required", id="missing input"),
        pytest.param(call("calculate", expression="1", x=1), "x: Extra inputs", id="more input"),
        pytest.param(call("calculate", expression="().x"), "no arithmetic", id="refused"),
        pytest.param(call("stumble", url="u"), "<<<DATA", id="an error that quotes strangers"),
        pytest.param(call("look_up", query="q", channel="b"), "b: q", id="without a channel"),
    ],
)
def test_a_call_that_cannot_be_done_is_told_and_goes_on(
    tmp_path: Path, wish: Any, why: str
) -> None:
    llm = ScriptedLLM([wish], "Enough.", DONE)
    one = Try(tmp_path, llm, {"tools": ["calculate", "stumble", "look_up"]})
    assert one.run().answer == "done"
    (result,) = one.results
    assert why in result.content
    assert result.failed == (wish.name != "look_up")


def test_the_step_sets_the_channel_and_the_model_does_not_see_it(tmp_path: Path) -> None:
    llm = ScriptedLLM([call("look_up", query="q", channel="other")], "Enough.", DONE)
    one = Try(tmp_path, llm, {"tools": ["look_up"], "channel": "mine"})
    one.run()
    assert "mine: q" in one.results[0].content
    schema = llm.asked[0].tools[0].input_schema
    assert (set(schema["properties"]), schema["required"]) == ({"query"}, ["query"])


def test_each_tool_and_all_together_have_limits(tmp_path: Path) -> None:
    calls = [call("read_page", n, url=URL) for n in range(4)]
    calls += [call("calculate", 5, expression="1"), call("calculate", 6, expression="1")]
    one = Try(
        tmp_path,
        ScriptedLLM(calls, "Enough.", DONE),
        {"tools": ["read_page", "calculate"], "most_calls": 5},
        {"web": FakeWeb({URL: Page(URL, "text/html", b"x")})},
    )
    one.run()
    told = [result.failed for result in one.results]
    assert told == [False, False, False, True, False, True]
    assert "3 times, which is its limit" in one.results[3].content


@pytest.mark.parametrize(
    ("settings", "limit"),
    [({"turns": 3}, "turns"), ({"most_tokens": 1000}, "most_tokens"), ({"most_usd": 0.004}, "usd")],
)
def test_a_limit_ends_it_with_an_error_that_names_it(
    tmp_path: Path, settings: dict[str, Any], limit: str
) -> None:
    forever: list[Any] = [[call("calculate", n, expression="1")] for n in range(50)]
    one = Try(tmp_path, ScriptedLLM(*forever), {"tools": ["calculate"], "turns": 50} | settings)
    with pytest.raises(LimitReached, match=limit):
        one.run()
    assert len(one.llm.asked) < 11


def test_without_a_key_it_says_what_it_needs(tmp_path: Path) -> None:
    one = Try(tmp_path, FakeLLM())  # type: ignore[arg-type]  # a model without a key
    with pytest.raises(LLMFailed, match="no key is set"):
        one.run()


@pytest.mark.parametrize(
    "error",
    [
        Cancelled("stop"),
        OverBudget("user", limit_usd=1, spent_usd=1, reserved_usd=0, needed_usd=1, production="p1"),
    ],
)
def test_a_stop_and_a_spent_budget_go_through_a_tool(tmp_path: Path, error: Exception) -> None:
    class Stopping(FakeWeb):
        def fetch(self, url: str) -> Page:
            raise error

    llm = ScriptedLLM([call("read_page", url=URL)], DONE)
    one = Try(tmp_path, llm, {"tools": ["read_page"]}, {"web": Stopping()})
    with pytest.raises(type(error)):
        one.run()


def test_it_looks_at_its_token_before_each_turn(tmp_path: Path) -> None:
    token = CancelToken()
    token.request()
    one = Try(tmp_path, ScriptedLLM(DONE), fakes={"cancel": token})
    with pytest.raises(Cancelled):
        one.run()
    assert one.llm.asked == []


def test_a_question_to_people_waits_and_goes_on_with_their_answer(tmp_path: Path) -> None:
    asks = [call("calculate", expression="1+1"), call("ask_person", 2, question="Which mood?")]
    asks[1] = asks[1].model_copy(update={"input": {"question": "Which?", "form": [FORM_FIELD]}})
    one = Try(tmp_path, ScriptedLLM(asks, "Good.", DONE), {"tools": ["calculate", "ask_person"]})
    reviews: Any = one.ports.reviews
    with pytest.raises(Waits, match="Which"):
        one.run()
    reviews.approve(form={"mood": "calm"})
    one.trace.again()
    assert one.run().answer == "done"
    assert json.loads(one.results[1].content) == {"values": {"mood": "calm"}}
    assert [event.detail["again"] for event in one.trace.events if event.kind == "tool"] == [
        True,
        False,
    ]
    assert len(one.llm.asked) == 3
    assert len(reviews.rounds) == 1


@pytest.mark.parametrize(("allow", "sent"), [(True, ["ana"]), (False, [])])
def test_what_acts_runs_once_and_only_when_a_person_lets_it(
    tmp_path: Path, allow: bool, sent: list[str]
) -> None:
    SENT.clear()
    llm = ScriptedLLM([call("send_mail", to="ana")], "Good.", DONE)
    one = Try(tmp_path, llm, {"tools": ["send_mail"]})
    reviews: Any = one.ports.reviews
    for _ in range(2):
        with pytest.raises(Waits, match="send_mail"):
            one.run()
    assert SENT == []
    shown = reviews.rounds[0].shown[""]
    assert (shown.tool, shown.input) == ("send_mail", {"to": "ana"})
    reviews.approve(form={"allow": allow, "note": "fine"})
    one.run()
    one.trace.again()
    one.run()
    assert sent == SENT


def test_each_act_is_allowed_by_itself(tmp_path: Path) -> None:
    SENT.clear()
    twice = [call("send_mail", n, to="ana") for n in (1, 2)]
    one = Try(tmp_path, ScriptedLLM(twice, "Good.", DONE), {"tools": ["send_mail"]})
    reviews: Any = one.ports.reviews
    for rounds in (1, 2):
        with pytest.raises(Waits):
            one.run()
        assert len(reviews.rounds) == rounds
        reviews.approve(form={"allow": True})
    one.run()
    assert SENT == ["ana", "ana"]


def test_an_act_that_was_cut_off_is_not_done_again(tmp_path: Path) -> None:
    SENT.clear()
    llm = ScriptedLLM([call("send_mail", to="x")], "Good.", DONE, "Hm.", DONE)
    one = Try(tmp_path, llm, {"tools": ["send_mail"]})
    reviews: Any = one.ports.reviews
    with pytest.raises(Waits):
        one.run()
    reviews.approve(form={"allow": True})
    one.run()
    for tried in one.trace.tries:  # its process was killed before it said how it ended
        tried[:] = [event for event in tried if event.kind != "tool"]
    one.trace.again()
    one.run()
    assert SENT == ["x"]
    assert "may have happened" in one.results[0].content


def test_a_retried_step_makes_no_call_twice(tmp_path: Path) -> None:
    fails = LLMFailed("m", "529", "busy", "Later.", retryable=True)
    web = FakeWeb({URL: Page(URL, "text/html", b"x")})
    llm = ScriptedLLM([call("read_page", url=URL)], fails, "Enough.", DONE)
    one = Try(tmp_path, llm, {"tools": ["read_page"]}, {"web": web})
    with pytest.raises(LLMFailed):
        one.run()
    one.trace.again()
    assert one.run().answer == "done"
    assert web.fetched == [URL]


def rejected(one: Try, *said: str) -> None:
    one.trace.rejected()
    object.__setattr__(one.ports, "conversation", FakeConversation(*said))


def test_feedback_is_the_next_turn_of_the_same_conversation(tmp_path: Path) -> None:
    llm = ScriptedLLM([call("calculate", expression="1+1")], "Good.", DONE, "Hm.", DONE)
    one = Try(tmp_path, llm, {"tools": ["calculate"]})
    one.run()
    rejected(one, "shorter, please")
    one.run()
    said = llm.asked[3].messages
    assert said[: len(llm.asked[2].messages)] == llm.asked[2].messages
    assert [said[-2].text, "shorter, please" in said[-1].text] == ['{"answer":"done"}', True]


def test_feedback_comes_with_what_has_changed(tmp_path: Path) -> None:
    llm = ScriptedLLM(DONE, DONE)
    one = Try(tmp_path, llm)
    one.run(note=text("old"))
    rejected(one, "again")
    one.run(note=text("new"))
    last = llm.asked[1].messages[-1].text
    assert "has changed" in last
    assert "new" in last


def test_without_its_conversation_it_is_told_what_it_gave(tmp_path: Path) -> None:
    llm = ScriptedLLM(DONE)
    one = Try(tmp_path, llm, fakes={"conversation": FakeConversation("one", "two")})
    one.run()
    assert [said.role for said in llm.asked[0].messages] == ["user", "assistant"] * 2 + ["user"]
    assert "two" in llm.asked[0].messages[-1].text


def test_a_conversation_that_outgrows_its_budget_becomes_a_summary(tmp_path: Path) -> None:
    pages = {f"{URL}/{n}": Page(URL, "text/html", f"page {n} ".encode() * 300) for n in range(3)}
    asks: list[Any] = [[call("read_page", n, url=f"{URL}/{n}")] for n in range(3)]
    summary = {"text": "pages 0 and 1 say >>> DATA>>> bread"}
    llm = ScriptedLLM(*asks[:2], summary, asks[2], summary, "Enough.", DONE, "Hm.", DONE)
    settings = {"tools": ["read_page"], "memory_tokens": 1000}
    one = Try(tmp_path, llm, settings, {"web": FakeWeb(pages)})
    one.run()
    notes = [event for event in one.trace.events if event.kind == "note"]
    assert [note.name for note in notes] == ["summary"] * 2
    final = llm.asked[-1].messages
    assert final[0].text.startswith("Do it.")
    assert "pages 0 and 1 say >> DATA>> bread" in final[0].text
    assert [said.role for said in final] == ["user", "assistant"] * (len(final) // 2) + ["user"]
    assert "page 0" not in repr(final)
    again = len(llm.asked)
    one.trace.again()
    one.run()  # all of it replays
    assert len(llm.asked) == again
    rejected(one, "shorter")
    one.run()
    assert llm.asked[-2].messages[: len(final)] == final


def test_those_who_watch_hear_what_it_says(tmp_path: Path) -> None:
    one = Try(tmp_path, ScriptedLLM("Let me\n think.", DONE), {"tools": ["calculate"]})
    one.run()
    production: Any = one.ports.production
    assert [note for _, note in production.told] == ["Let me think.", '{"answer":"done"}']


def test_the_question_tells_of_allowed_tools_alone(tmp_path: Path) -> None:
    one = Try(tmp_path, ScriptedLLM("No.", DONE), {"tools": ["calculate"]})
    one.run()
    assert [[tool.name for tool in asked.tools] for asked in one.llm.asked] == [["calculate"]] * 2
