"""What every form of the port `LLM` keeps to, and what the real one does with every fault."""

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import dagster as dg
import pytest
from pydantic import BaseModel, Field, JsonValue, SecretStr

from resources.llm.asking import Service
from resources.llm.recording import Begun, Recorded, Request
from resources.llm.resource import AnthropicLLM, LLMResource
from resources.llm.usage import Usage, cost
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import BadRequest, Cancelled, LLMError, LLMFailed, OverBudget
from vid_pipeline.ports import LLM
from vid_pipeline.settings import Settings
from vid_pipeline.testing.llm import FakeLLM
from vid_pipeline.testing.messages_server import MessagesServer, Reply, error, tool

KEY = "sk-ant-secret-0123456789"
MODEL = "anthropic/claude-sonnet-5"
GOOD: dict[str, JsonValue] = {"title": "Reefs", "seconds": 6}
BAD: dict[str, JsonValue] = {"title": "Reefs", "seconds": 99}


class Shot(BaseModel):
    title: str
    seconds: float = Field(ge=2, le=20)


Form = Callable[..., LLM]


@pytest.fixture(params=["fake", "anthropic"])
def form(request: pytest.FixtureRequest) -> Iterator[Form]:
    """A model that gives these tool inputs in order."""
    with ExitStack() as stack:

        def make(*answers: dict[str, JsonValue]) -> LLM:
            if request.param == "fake":
                return FakeLLM(*answers)
            server = stack.enter_context(MessagesServer(*(tool(**one) for one in answers)))
            return real(server) if answers else real(server, key="")

        yield make


@dataclass
class Waits:
    """Sleeps in no time and remembers how long."""

    asked_s: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.asked_s.append(seconds)


@dataclass
class Notebook:
    """A recorder in memory."""

    entries: dict[str, Recorded | str | None] = field(default_factory=dict)
    used: dict[str, Usage] = field(default_factory=dict)
    reserved_usd: list[float] = field(default_factory=list)
    last_words: list[bool] = field(default_factory=list)
    limit_usd: float = 100.0

    def replay(self, request: Request) -> Recorded | None:
        entry = self.entries.get(request.hash)
        return entry if isinstance(entry, Recorded) else None

    def begin(self, request: Request, *, most_usd: float) -> Begun:
        self.entries[request.hash] = None
        self.reserved_usd.append(most_usd)
        return Begun(request.hash, f"key-{request.hash}")

    def reserve(self, call_id: str, most_usd: float) -> None:
        self.reserved_usd.append(most_usd)
        if most_usd > self.limit_usd:
            raise OverBudget(
                "production",
                limit_usd=self.limit_usd,
                spent_usd=0,
                reserved_usd=0,
                needed_usd=most_usd,
                production=call_id,
            )

    def finish(self, call_id: str, *, response: JsonValue, usage: Usage, cost_usd: float) -> None:
        self.entries[call_id] = Recorded(response, usage, cost_usd)
        self.used[call_id] = usage

    def fail(
        self, call_id: str, *, error: str, usage: Usage, cost_usd: float, last_word: bool
    ) -> None:
        self.last_words.append(last_word)
        self.entries[call_id] = error
        self.used[call_id] = usage


def real(
    server: MessagesServer,
    *,
    key: str = KEY,
    waits: Waits | None = None,
    timeout_s: float = 10.0,
    model: str = MODEL,
) -> AnthropicLLM:
    return AnthropicLLM(
        Service(
            model,
            SecretStr(key),
            base_url=server.url,
            timeout_s=timeout_s,
            sleep=waits or Waits(),
            jitter=lambda: 0.5,
        )
    )


# --- both forms ----------------------------------------------------------------------------


def test_an_answer_is_of_the_asked_type_and_says_who_gave_it(form: Form) -> None:
    answer = form(GOOD).ask("Plan a shot.", Shot, system="You plan shots.")
    assert answer.value == Shot(title="Reefs", seconds=6)
    assert "/" in answer.model
    assert (answer.input_tokens, answer.output_tokens) == (100, 20)
    assert answer.cost_usd > 0


def test_an_invalid_answer_is_asked_again_and_all_tries_are_counted(form: Form) -> None:
    answer = form(BAD, BAD, GOOD).ask("Plan a shot.", Shot)
    assert answer.value.seconds == 6
    assert (answer.input_tokens, answer.output_tokens) == (300, 60)


def test_after_two_re_asks_an_invalid_answer_is_an_error(form: Form) -> None:
    with pytest.raises(LLMFailed) as caught:
        form(BAD, BAD, BAD, GOOD).ask("Plan a shot.", Shot)
    assert caught.value.cause == "invalid"


def test_without_a_key_a_model_is_not_available(form: Form) -> None:
    assert form(GOOD).available
    assert form(GOOD).fingerprint
    assert not form().available
    assert form().fingerprint == ""
    with pytest.raises(LLMFailed, match="ANTHROPIC_API_KEY"):
        form().ask("Plan a shot.", Shot)


# --- the real one: faults ------------------------------------------------------------------

PASSING = {
    "rate limit": error(429),
    "overloaded": error(529),
    "server error": error(500),
    "bad gateway": error(502),
    "cut connection": Reply(cut=True),
    "broken JSON": Reply(body=b'{"id": "msg_1", "content": ['),
    "no message": Reply(body=b'{"hello": 1}'),
    "a list": Reply(body=b"[]"),
    "HTML": Reply(body=b"<html>", headers={"content-type": "text/html"}),
}
LASTING = {
    "key": (error(401), "key"),
    "permission": (error(403), "permission"),
    "model": (error(404), "model"),
    "request": (error(400), "request"),
    "size": (error(413), "size"),
    "teapot": (error(418), "request"),
    "refusal": (Reply(text="I will not.", stop_reason="refusal"), "refusal"),
    "max_tokens": (Reply(tool={"title": "Re"}, stop_reason="max_tokens"), "max_tokens"),
}
EXHAUSTED = {
    "rate limit": (error(429), "rate"),
    "overloaded": (error(529), "overloaded"),
    "server error": (error(503), "server"),
    "cut connection": (Reply(cut=True), "connection"),
    "broken JSON": (Reply(body=b"{"), "malformed"),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_a_fault_that_passes_is_waited_out(fault: Reply) -> None:
    waits = Waits()
    with MessagesServer(fault, tool(**GOOD)) as server:
        answer = real(server, waits=waits).ask("Plan a shot.", Shot)
        assert len(server.received) == 2
    assert answer.value.seconds == 6
    assert waits.asked_s == [0.5]


@pytest.mark.parametrize(("fault", "cause"), LASTING.values(), ids=LASTING.keys())
def test_a_fault_that_stays_is_an_error_at_once(fault: Reply, cause: str) -> None:
    waits = Waits()
    with MessagesServer(fault, tool(**GOOD)) as server:
        with pytest.raises(LLMFailed) as caught:
            real(server, waits=waits).ask("Plan a shot.", Shot)
        assert len(server.received) == 1
    assert (caught.value.cause, caught.value.retryable) == (cause, False)
    assert str(caught.value).endswith(".")
    assert waits.asked_s == []


@pytest.mark.parametrize(("fault", "cause"), EXHAUSTED.values(), ids=EXHAUSTED.keys())
def test_retries_end(fault: Reply, cause: str) -> None:
    waits = Waits()
    with MessagesServer(*[fault] * 9) as server:
        with pytest.raises(LLMFailed) as caught:
            real(server, waits=waits).ask("Plan a shot.", Shot)
        assert len(server.received) == 4
    assert (caught.value.cause, caught.value.retryable) == (cause, True)
    assert waits.asked_s == [0.5, 1.0, 2.0]


def test_a_silent_server_is_given_up_after_two_tries() -> None:
    with MessagesServer(Reply(delay_s=0.8), Reply(delay_s=0.8)) as server:
        with pytest.raises(LLMFailed) as caught:
            real(server, timeout_s=0.2).ask("Plan a shot.", Shot)
        assert len(server.received) == 2
    assert caught.value.cause == "timeout"


def test_nobody_listening_is_an_error() -> None:
    with MessagesServer() as server:
        llm = real(server)
    with pytest.raises(LLMFailed) as caught:
        llm.ask("Plan a shot.", Shot)
    assert caught.value.cause == "connection"


def test_a_short_retry_after_is_kept_to_and_a_long_one_ends_the_call() -> None:
    waits = Waits()
    with MessagesServer(error(429, retry_after="7"), tool(**GOOD)) as server:
        real(server, waits=waits).ask("Plan a shot.", Shot)
    assert waits.asked_s == [pytest.approx(7.1)]
    with MessagesServer(error(429, retry_after="120"), tool(**GOOD)) as server:
        with pytest.raises(LLMFailed, match="later"):
            real(server).ask("Plan a shot.", Shot)
        assert len(server.received) == 1


def test_all_waits_together_stay_within_the_budget() -> None:
    waits = Waits()
    with MessagesServer(*[error(429, retry_after="18")] * 9) as server, pytest.raises(LLMFailed):
        real(server, waits=waits).ask("Plan a shot.", Shot)
    assert len(waits.asked_s) == 2


# --- the real one: money -------------------------------------------------------------------


def test_cache_tokens_are_priced_as_such() -> None:
    usage = Usage(100, 20, cache_read_tokens=1000, cache_write_tokens=7)
    assert cost(usage, "anthropic/claude-sonnet-4-5").usd == pytest.approx(0.00092625)


def test_an_unknown_model_costs_nothing_and_is_named(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        free = cost(Usage(100, 20), "anthropic/claude-nope")
    assert (free.usd, free.known) == (0.0, False)
    assert "claude-nope" in caplog.text


def test_a_call_is_written_down_before_it_is_sent_and_replayed_for_nothing() -> None:
    notebook = Notebook()
    with MessagesServer(tool(**GOOD)) as server:
        llm = real(server).recorded_by(notebook)
        first = llm.ask("Plan a shot.", Shot)
        again = llm.ask("Plan a shot.", Shot)
        assert len(server.received) == 1
    assert first == again
    assert [entry for entry in notebook.entries.values() if isinstance(entry, Recorded)]


def test_a_failed_call_keeps_its_row_and_its_usage() -> None:
    notebook = Notebook()
    with MessagesServer(*[tool(**BAD)] * 3, tool(**GOOD)) as server:
        llm = real(server).recorded_by(notebook)
        with pytest.raises(LLMError):
            llm.ask("Plan a shot.", Shot)
        assert [usage.input_tokens for usage in notebook.used.values()] == [300]
        assert all(isinstance(entry, str) for entry in notebook.entries.values())
        assert llm.ask("Plan a shot.", Shot).value.seconds == 6


def test_another_question_is_another_row() -> None:
    notebook = Notebook()
    with MessagesServer(tool(**GOOD), tool(**GOOD)) as server:
        llm = real(server).recorded_by(notebook)
        llm.ask("Plan a shot.", Shot)
        llm.ask("Plan two shots.", Shot)
    assert len(notebook.entries) == 2


def keys(server: MessagesServer) -> list[str]:
    return [received.headers["idempotency-key"] for received in server.received]


def test_a_request_that_is_sent_again_has_the_same_key_and_a_re_ask_another() -> None:
    replies = [tool(**BAD), error(529), tool(**GOOD)]
    with MessagesServer(*replies) as first, MessagesServer(*replies) as second:
        for server in (first, second):
            real(server).recorded_by(Notebook()).ask("Plan a shot.", Shot)
        asked, again, re_sent = keys(first)
        assert again == re_sent != asked
        assert keys(second) == keys(first)


def test_another_calls_key_is_another() -> None:
    with MessagesServer(tool(**GOOD), tool(**GOOD)) as server:
        llm = real(server).recorded_by(Notebook())
        llm.ask("Plan a shot.", Shot)
        llm.ask("Plan two shots.", Shot)
        assert len(set(keys(server))) == 2


def test_what_is_set_aside_covers_what_is_paid() -> None:
    notebook = Notebook()
    with MessagesServer(tool(**BAD), tool(**GOOD)) as server:
        answer = real(server).recorded_by(notebook).ask("Plan a shot.", Shot)
        sizes = [len(json.dumps(received.body)) for received in server.received]
    first, both = notebook.reserved_usd
    assert both > first > answer.cost_usd
    longest = Usage(input_tokens=max(sizes) // 3, output_tokens=8000)
    assert first > cost(longest, MODEL).usd - cost(Usage(output_tokens=100), MODEL).usd


def test_an_answer_is_not_asked_for_again_past_the_budget() -> None:
    notebook = Notebook(limit_usd=0.01)
    with MessagesServer(tool(**BAD), tool(**GOOD)) as server:
        with pytest.raises(OverBudget):
            real(server).recorded_by(notebook).ask("Plan a shot.", Shot)
        assert len(server.received) == 1
    assert [usage.input_tokens for usage in notebook.used.values()] == [100]
    assert notebook.last_words == [False]


def test_only_an_answer_is_the_services_last_word() -> None:
    notebook = Notebook()
    with MessagesServer(error(401), Reply(text="No.", stop_reason="refusal")) as server:
        llm = real(server).recorded_by(notebook)
        for _ in range(2):
            with pytest.raises(LLMFailed):
                llm.ask("Plan a shot.", Shot)
    assert notebook.last_words == [False, True]


# --- the real one: secrets and weight ------------------------------------------------------


def test_the_key_is_sent_and_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    notebook = Notebook()
    with caplog.at_level(logging.DEBUG), MessagesServer(error(401), tool(**GOOD)) as server:
        llm = real(server).recorded_by(notebook)
        with pytest.raises(LLMFailed) as caught:
            llm.ask("Plan a shot.", Shot)
        llm.ask("Plan a shot.", Shot)
        assert KEY in " ".join(server.received[0].headers.values())
        assert KEY not in json.dumps(server.received[0].body)
    shown = [repr(llm), str(caught.value), repr(caught.value), caplog.text, repr(notebook)]
    assert not [text for text in shown if KEY in text]


def test_dagster_sees_no_key_in_config_events_or_logs(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)

    @dg.op
    def ask(llm: LLMResource) -> str:
        return llm.ask("Plan a shot.", Shot).value.title

    @dg.job
    def planned() -> None:
        ask()

    with MessagesServer(error(401)) as server, dg.DagsterInstance.ephemeral() as instance:
        llm = LLMResource(model=MODEL, base_url=server.url)
        result = planned.execute_in_process(
            resources={"llm": llm}, instance=instance, raise_on_error=False
        )
        stored = [str(entry) for entry in instance.all_logs(result.run_id)]
        assert server.received
    assert not result.success
    out = capfd.readouterr()
    assert KEY not in "".join([*stored, out.out, out.err, repr(llm)])


def test_a_provider_we_cannot_speak_to_is_refused() -> None:
    with pytest.raises(BadRequest, match="VIDP_MODEL"):
        LLMResource.of(Settings(model="nobody/model"))


def test_importing_the_resource_loads_no_sdk() -> None:
    heavy = ("anthropic", "instructor", "genai_prices")
    code = f"import sys, resources.llm.resource; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


# --- a stop ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(delay_s=8), id="while the server is silent"),
        pytest.param(error(529, retry_after="15"), id="while it waits to ask again"),
    ],
)
def test_a_stop_ends_a_call_which_is_asked_again_later(reply: Reply) -> None:
    notes, stop = Notebook(), CancelToken()
    with MessagesServer(reply, tool(**GOOD)) as server:
        service = Service(MODEL, SecretStr(KEY), base_url=server.url)
        llm = AnthropicLLM(service).recorded_by(notes)
        stopper = threading.Thread(target=stop_when_asked, args=(server, stop), daemon=True)
        stopper.start()
        with pytest.raises(Cancelled):
            llm.stopped_by(stop).ask("Plan a shot.", Shot)
        stopper.join()
        assert time.monotonic() - server.received[0].at_s < 1.5
        assert list(notes.entries.values()) == ["cancelled before an answer came"]
        assert not [one for one in threading.enumerate() if one.name == "waiting"]
        assert llm.ask("Plan a shot.", Shot).value.seconds == 6
        assert len(server.received) == 2


def stop_when_asked(server: MessagesServer, stop: CancelToken) -> None:
    while not server.received:
        time.sleep(0.02)
    time.sleep(0.3)
    stop.request()
