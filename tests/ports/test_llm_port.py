"""What every form of the port `LLM` keeps to; the real one's money, secrets and stops."""

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import dagster as dg
import pytest
from pydantic import BaseModel, JsonValue, SecretStr

from resources.llm.calling import ModelLLM
from resources.llm.recording import Recorded
from resources.llm.resource import LLMResource
from resources.llm.service import Service
from resources.llm.usage import Usage, cost
from tests.models import BAD, CHAT, GOOD, KEY, MODEL, Notebook, Shot, real
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import BadRequest, Cancelled, LLMError, LLMFailed, OverBudget
from vid_pipeline.ports import LLM
from vid_pipeline.settings import Settings
from vid_pipeline.talk import Message, Question
from vid_pipeline.testing.llm import FakeLLM
from vid_pipeline.testing.messages_server import MessagesServer, Reply, error, tool

Form = Callable[..., LLM]


class Film(BaseModel):
    shots: list[Shot]


def said(one: dict[str, JsonValue] | str) -> Reply:
    return Reply(text=one) if isinstance(one, str) else tool(**one)


def keyless(model: str) -> LLM:
    return ModelLLM(Service(model, SecretStr("")))


@pytest.fixture(params=["fake", "anthropic", "openai"])
def form(request: pytest.FixtureRequest) -> Iterator[Form]:
    """A model that gives these tool inputs in order."""
    with ExitStack() as stack:

        def make(*answers: dict[str, JsonValue] | str) -> LLM:
            if request.param == "fake":
                return FakeLLM(*answers)
            server = stack.enter_context(MessagesServer(*(said(one) for one in answers)))
            model = MODEL if request.param == "anthropic" else CHAT
            llm = real(server, model=model)
            return llm if answers else keyless(model)

        yield make


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
    with pytest.raises(LLMFailed, match="_API_KEY"):
        form().ask("Plan a shot.", Shot)
    with pytest.raises(LLMFailed, match="_API_KEY"):
        form().reply(Question.of("Plan a shot."))


def test_a_reply_is_a_turn_of_words_and_says_who_gave_it(form: Form) -> None:
    reply = form("Dive at dawn.").reply(Question.of("When?", system="You plan shots."))
    assert reply.message == Message.of("assistant", "Dive at dawn.")
    assert reply.stop == "end"
    assert "/" in reply.model
    assert (reply.input_tokens, reply.output_tokens) == (100, 20)
    assert reply.cost_usd > 0


def test_who_listens_hears_it_all_in_the_end(form: Form) -> None:
    heard: list[str] = []
    llm = form("Dive at dawn, when the reef wakes.", GOOD)
    reply = llm.reply(Question.of("When?"), told=heard.append)
    assert heard[-1] == reply.message.text
    assert all(heard[-1].startswith(text) for text in heard)
    llm.answer(Question.of("Plan a shot."), Shot, told=heard.append)
    assert json.loads(heard[-1]) == GOOD


def test_no_re_ask_is_made_if_none_is_wanted(form: Form) -> None:
    with pytest.raises(LLMFailed):
        form(BAD, GOOD).answer(Question.of("Plan a shot."), Shot, reasks=0)


def test_the_last_failure_names_the_path_of_the_fault_and_the_last_answer(form: Form) -> None:
    bad: dict[str, JsonValue] = {"shots": [GOOD, GOOD, BAD]}
    with pytest.raises(LLMFailed) as caught:
        form(*[bad] * 3).ask("Plan a film.", Film)
    assert caught.value.path == "shots[2].seconds"
    assert "shots[2].seconds" in str(caught.value)
    assert json.loads(caught.value.last_answer or "") == bad


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


def test_importing_resource_and_catalogue_loads_no_sdk_and_no_engine() -> None:
    sdks = ("anthropic", "openai", "httpx2", "instructor", "genai_prices")
    heavy = (*sdks, "skia", "av", "pysubs2", "pysbd", "trafilatura", "pypdf", "yake")
    modules = "resources.llm.resource, resources.journal, assets.catalog"
    code = f"import sys, {modules}; print([m for m in {heavy} if m in sys.modules])"
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
        llm = ModelLLM(service).recorded_by(notes)
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
