"""Every fault of a service × every kind of call × both wires: what comes of it, what is paid.

The scripted server counts the tokens it has told of; whoever asked must have counted the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from resources.llm.calling import ModelLLM
from tests.models import BAD, CHAT, GOOD, MODEL, Notebook, Shot, Waits, real
from vid_pipeline.errors import LLMFailed
from vid_pipeline.talk import Question
from vid_pipeline.testing.messages_server import MessagesServer, Reply, error, tool

ASKED = Question.of("Plan a shot.", system="You plan shots.")
SAID = Reply(text="Dive at dawn, when the reef wakes and nobody is about.")
USAGE = {
    "input_tokens": 90,
    "output_tokens": 20,
    "cache_read_input_tokens": 1000,
    "cache_creation_input_tokens": 7,
}


def unheard(text: str) -> None:
    """Somebody who listens."""


@dataclass(frozen=True)
class Call:
    make: Callable[[ModelLLM], object]
    good: Reply
    streamed: bool = False


CALLS = {
    "reply": Call(lambda llm: llm.reply(ASKED), SAID),
    "answer": Call(lambda llm: llm.answer(ASKED, Shot), tool(**GOOD)),
    "streamed reply": Call(lambda llm: llm.reply(ASKED, told=unheard), SAID, streamed=True),
    "streamed answer": Call(
        lambda llm: llm.answer(ASKED, Shot, told=unheard), tool(**GOOD), streamed=True
    ),
}
PASSING = {
    "rate limit": (error(429), "rate"),
    "overloaded": (error(529), "overloaded"),
    "server error": (error(500), "server"),
    "bad gateway": (error(502), "server"),
    "timeout of theirs": (error(408), "server"),
    "cut connection": (Reply(cut=True), "connection"),
    "cut half-way": (replace(SAID, cut_after=4), "connection"),
    "cut after the head": (replace(SAID, cut_after=1), "connection"),
    "broken JSON": (replace(SAID, garbled=True), "malformed"),
    "no message": (Reply(body=b'{"hello": 1}'), "malformed"),
    "a list": (Reply(body=b"[]"), "malformed"),
    "HTML": (Reply(body=b"<html>", headers={"content-type": "text/html"}), "malformed"),
}
EXHAUSTED = ("rate limit", "overloaded", "bad gateway", "cut half-way", "broken JSON")
IN_STREAMS = {
    "overloaded inside": (replace(SAID, stream_error="overloaded_error"), "overloaded"),
    "failed inside": (replace(SAID, stream_error="api_error"), "server"),
}
LASTING = {
    "key": (error(401), "key"),
    "credit": (error(402), "billing"),
    "permission": (error(403), "permission"),
    "model": (error(404), "model"),
    "request": (error(400), "request"),
    "size": (error(413), "size"),
    "teapot": (error(418), "request"),
    "refusal": (replace(SAID, stop_reason="refusal"), "refusal"),
    "max_tokens": (replace(SAID, stop_reason="max_tokens"), "max_tokens"),
}


def table(*kinds: dict[str, tuple[Reply, str]]) -> list[object]:
    faults = {name: fault for kind in kinds for name, fault in kind.items()}
    return [pytest.param(*fault, id=name) for name, fault in faults.items()]


every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
every_wire = pytest.mark.parametrize("model", [MODEL, CHAT], ids=["anthropic", "openai"])
every_stream = pytest.mark.parametrize(
    "call", [one for one in CALLS.values() if one.streamed], ids=["reply", "answer"]
)


def counted_alike(server: MessagesServer, notes: Notebook) -> bool:
    """Whether the journal's tokens are the server's own, to the token."""
    counts, used = server.counts, list(notes.used.values())
    told = (
        counts.input_tokens + counts.cache_read_tokens + counts.cache_write_tokens,
        counts.cache_read_tokens,
        counts.output_tokens,
    )
    kept = (
        sum(one.all_input_tokens for one in used),
        sum(one.cache_read_tokens for one in used),
        sum(one.output_tokens for one in used),
    )
    return told == kept


def passes(fault: Reply, call: Call, model: str) -> None:
    waits, notes = Waits(), Notebook()
    good = replace(call.good, usage=USAGE)
    with MessagesServer(replace(fault, usage=USAGE), good) as server:
        call.make(real(server, waits=waits, model=model).recorded_by(notes))
        assert server.counts.requests == 2
        assert counted_alike(server, notes)
    assert waits.asked_s == [0.5]


def ends(fault: Reply, cause: str, call: Call, model: str) -> None:
    waits, notes = Waits(), Notebook()
    with MessagesServer(*[replace(fault, usage=USAGE)] * 9) as server:
        with pytest.raises(LLMFailed) as caught:
            call.make(real(server, waits=waits, model=model).recorded_by(notes))
        assert server.counts.requests == 4
        assert counted_alike(server, notes)
    # A stream that never begins looks as if it were cut.
    assert caught.value.cause in {cause, "connection" if call.streamed else cause}
    assert caught.value.retryable
    assert waits.asked_s == [0.5, 1.0, 2.0]


@every_wire
@every_call
@pytest.mark.parametrize(("fault", "cause"), table(PASSING))
def test_a_fault_that_passes_is_waited_out(
    fault: Reply, cause: str, call: Call, model: str
) -> None:
    passes(fault, call, model)


@every_wire
@every_stream
@pytest.mark.parametrize(("fault", "cause"), table(IN_STREAMS))
def test_an_error_inside_a_stream_is_waited_out(
    fault: Reply, cause: str, call: Call, model: str
) -> None:
    passes(fault, call, model)
    ends(fault, cause, call, model)


@every_wire
@every_call
@pytest.mark.parametrize(("fault", "cause"), table({name: PASSING[name] for name in EXHAUSTED}))
def test_retries_end(fault: Reply, cause: str, call: Call, model: str) -> None:
    ends(fault, cause, call, model)


@every_wire
@every_call
@pytest.mark.parametrize(("fault", "cause"), table(LASTING))
def test_a_fault_that_stays_is_an_error_at_once(
    fault: Reply, cause: str, call: Call, model: str
) -> None:
    waits, notes = Waits(), Notebook()
    with MessagesServer(replace(fault, usage=USAGE), call.good) as server:
        with pytest.raises(LLMFailed) as caught:
            call.make(real(server, waits=waits, model=model).recorded_by(notes))
        assert server.counts.requests == 1
        assert counted_alike(server, notes)
    assert (caught.value.cause, caught.value.retryable) == (cause, False)
    assert str(caught.value).endswith(".")
    assert waits.asked_s == []


@every_wire
@every_call
def test_a_silent_server_is_given_up_after_two_tries(call: Call, model: str) -> None:
    with MessagesServer(*[replace(SAID, delay_s=0.6)] * 2) as server:
        with pytest.raises(LLMFailed) as caught:
            call.make(real(server, timeout_s=0.2, model=model))
        assert server.counts.requests == 2
    assert caught.value.cause == "timeout"


@every_wire
@every_stream
def test_a_stream_that_falls_silent_is_given_up_after_two_tries(call: Call, model: str) -> None:
    with MessagesServer(*[replace(call.good, pause_s=0.6)] * 2) as server:
        with pytest.raises(LLMFailed) as caught:
            call.make(real(server, timeout_s=0.2, model=model))
        assert server.counts.requests == 2
    assert caught.value.cause == "timeout"


@every_wire
@every_call
def test_nobody_listening_is_an_error(call: Call, model: str) -> None:
    with MessagesServer() as server:
        llm = real(server, model=model)
    with pytest.raises(LLMFailed) as caught:
        call.make(llm)
    assert caught.value.cause == "connection"


@every_wire
def test_a_short_retry_after_is_kept_to_and_a_long_one_ends_the_call(model: str) -> None:
    waits = Waits()
    with MessagesServer(error(429, retry_after="7"), SAID) as server:
        real(server, waits=waits, model=model).reply(ASKED)
    assert waits.asked_s == [pytest.approx(7.1)]
    with MessagesServer(error(429, retry_after="120"), SAID) as server:
        with pytest.raises(LLMFailed, match="later"):
            real(server, model=model).reply(ASKED)
        assert server.counts.requests == 1


def test_all_waits_together_stay_within_the_budget() -> None:
    waits = Waits()
    with MessagesServer(*[error(429, retry_after="80")] * 9) as server, pytest.raises(LLMFailed):
        real(server, waits=waits).reply(ASKED)
    assert len(waits.asked_s) == 2


@every_wire
@pytest.mark.parametrize("name", ["answer", "streamed answer"])
def test_re_asks_and_retries_are_counted_to_the_token(name: str, model: str) -> None:
    notes, bad = Notebook(), replace(tool(**BAD), usage=USAGE)
    script = [bad, error(529), replace(bad, cut_after=5), bad, replace(tool(**GOOD), usage=USAGE)]
    with MessagesServer(*script) as server:
        CALLS[name].make(real(server, model=model).recorded_by(notes))
        assert server.counts.requests == 5
        assert counted_alike(server, notes)
        assert server.counts.paid >= 3


@every_wire
def test_a_field_that_a_model_does_not_take_is_left_out(model: str) -> None:
    asked = ASKED.model_copy(update={"temperature": 0.2})
    refusal = error(400, message="Unsupported value: 'temperature' is not supported.")
    waits = Waits()
    with MessagesServer(refusal, SAID) as server:
        real(server, waits=waits, model=model).reply(asked)
        first, second = server.received
    assert first.body["temperature"] == 0.2
    assert "temperature" not in second.body
    assert waits.asked_s == []


def test_an_account_without_credit_is_not_asked_again() -> None:
    broke = b'{"error": {"code": "insufficient_quota", "message": "no more"}}'
    with MessagesServer(Reply(status=429, body=broke), SAID) as server:
        with pytest.raises(LLMFailed) as caught:
            real(server, model=CHAT).reply(ASKED)
        assert server.counts.requests == 1
    assert caught.value.cause == "billing"
