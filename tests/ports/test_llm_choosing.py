"""Which model is asked: the question's, the installation's, or another when it is out of reach."""

import json
import logging
from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from resources.llm.calling import ModelLLM
from resources.llm.choosing import ChosenLLM
from resources.llm.service import Service
from tests.models import BAD, CHAT, GOOD, KEY, MODEL, Notebook, Shot, Waits, real
from vid_pipeline.errors import LLMFailed
from vid_pipeline.talk import Question
from vid_pipeline.testing.messages_server import MessagesServer, Reply, error, tool

ASKED = Question.of("Plan a shot.")


@dataclass(frozen=True)
class Two:
    """Two services: the model that is set, and the one to fall back to."""

    first: MessagesServer
    second: MessagesServer
    second_key: str = KEY

    def service(self, model: str) -> Service:
        if model == MODEL:
            return real(self.first).service
        return real(self.second, model=model, key=self.second_key).service

    def llm(self, notes: Notebook, fallback: str | None = CHAT) -> ChosenLLM:
        return ChosenLLM(MODEL, self.service, fallback).recorded_by(notes)


def test_another_model_is_asked_when_the_first_stays_out_of_reach(
    caplog: pytest.LogCaptureFixture,
) -> None:
    notes = Notebook()
    with MessagesServer(*[error(529)] * 4) as first, MessagesServer(tool(**GOOD)) as second:
        answer = Two(first, second).llm(notes).answer(ASKED, Shot)
        assert (first.counts.requests, second.counts.requests) == (4, 1)
    assert answer.model == CHAT
    assert CHAT in caplog.text
    said = [document.get("instead_of") for document in notes.documents]
    assert said == [None, f"{MODEL}: the service is overloaded"]
    assert [isinstance(entry, str) for entry in notes.entries.values()] == [True, False]


def test_what_another_model_gave_is_replayed_for_nothing() -> None:
    notes = Notebook()
    with MessagesServer(*[error(529)] * 4) as first, MessagesServer(Reply(text="Yes.")) as second:
        llm = Two(first, second).llm(notes)
        assert llm.reply(ASKED) == llm.reply(ASKED)
        assert (first.counts.requests, second.counts.requests) == (4, 1)


def test_what_nobody_listens_to_is_shown_and_nothing_is_shown_twice() -> None:
    shown, told = list[str](), list[str]()
    replies = [tool(**GOOD), Reply(text="Yes."), tool(**GOOD), Reply(text="No.")]
    with MessagesServer(*replies) as first, MessagesServer() as second:
        llm = Two(first, second).llm(Notebook()).shown_by(shown.append)
        llm.ask("Plan a shot.", Shot)
        llm.reply(Question.of("Is it long?"))
        assert {json.dumps(GOOD), "Yes."} <= set(shown)
        seen = list(shown)
        llm.answer(Question.of("Plan another."), Shot, told=told.append)
        llm.reply(Question.of("And that one?"), told=told.append)
        assert {json.dumps(GOOD), "No."} <= set(told)
        assert shown == seen


@pytest.mark.parametrize(
    ("replies", "cause"),
    [
        ([error(401)], "key"),
        ([Reply(text="No.", stop_reason="refusal")], "refusal"),
        ([tool(**BAD)] * 3, "invalid"),
        ([Reply(text="Re", stop_reason="max_tokens")], "max_tokens"),
    ],
)
def test_no_other_model_is_asked_what_the_first_has_settled(
    replies: list[Reply], cause: str
) -> None:
    with MessagesServer(*replies) as first, MessagesServer(tool(**GOOD)) as second:
        with pytest.raises(LLMFailed) as caught:
            Two(first, second).llm(Notebook()).answer(ASKED, Shot)
        assert second.received == []
    assert caught.value.cause == cause


@pytest.mark.parametrize("fallback", [None, MODEL])
def test_without_another_model_the_failure_is_the_firsts(fallback: str | None) -> None:
    with MessagesServer(*[error(529)] * 4) as first, MessagesServer() as second:
        with pytest.raises(LLMFailed) as caught:
            Two(first, second).llm(Notebook(), fallback).reply(ASKED)
        assert first.counts.requests == 4
    assert caught.value.cause == "overloaded"


def test_another_model_without_a_key_is_not_asked() -> None:
    def service(model: str) -> Service:
        key = SecretStr(KEY if model == MODEL else "")
        return Service(model, key, base_url=first.url, sleep=Waits())

    with MessagesServer(*[error(529)] * 4) as first:
        llm = ChosenLLM(MODEL, service, "anthropic/claude-haiku-4-5")
        with pytest.raises(LLMFailed) as caught:
            llm.reply(ASKED)
    assert caught.value.cause == "overloaded"


def test_a_question_may_name_its_own_model() -> None:
    own = ASKED.model_copy(update={"model": "openai/gpt-4.1"})
    with MessagesServer() as first, MessagesServer(Reply(text="Yes.")) as second:
        reply = Two(first, second).llm(Notebook()).reply(own)
        assert second.received[0].body["model"] == "gpt-4.1"
        assert first.received == []
    assert reply.model == "openai/gpt-4.1"


@pytest.mark.parametrize("name", ["gpt", "/gpt", "Nobody knows"])
def test_what_is_no_name_of_a_model_is_refused(name: str) -> None:
    with MessagesServer() as first, pytest.raises(LLMFailed, match="provider/model"):
        Two(first, first).llm(Notebook()).reply(ASKED.model_copy(update={"model": name}))


def test_a_model_of_ones_own_needs_no_key() -> None:
    with MessagesServer(Reply(text="Yes.")) as server:
        llm = real(server, model="openai/llama3.1", key="")
        assert llm.available
        assert llm.reply(ASKED).message.text == "Yes."


# --- providers that we reach by instructor alone ---------------------------------------------


def test_another_provider_gives_answers_but_no_conversations() -> None:
    usage = {"input_tokens": 90, "output_tokens": 20}
    with MessagesServer(tool(**BAD), Reply(tool=GOOD, usage=usage)) as server:
        service = Service("ollama/llama3.1", SecretStr("none"), base_url=server.chat_url)
        llm = ModelLLM(service)
        answer = llm.answer(ASKED, Shot)
        assert answer.value.seconds == 6
        assert (answer.input_tokens, answer.output_tokens) == (190, 40)
        with pytest.raises(LLMFailed, match="VIDP_OPENAI_BASE_URL"):
            llm.reply(ASKED)


def test_another_providers_fault_is_ours() -> None:
    with MessagesServer(error(401)) as server:
        service = Service("ollama/llama3.1", SecretStr(KEY), base_url=server.chat_url)
        with pytest.raises(LLMFailed) as caught:
            ModelLLM(service).answer(ASKED, Shot)
    assert caught.value.cause == "key"
    assert KEY not in str(caught.value)


def test_a_provider_whose_package_is_missing_says_what_to_install(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(LLMFailed) as caught:
        ModelLLM(Service("groq/llama-3.1-8b", SecretStr(KEY))).answer(ASKED, Shot)
    assert "groq" in str(caught.value)
    assert "nstall" in str(caught.value)
    assert KEY not in caplog.text
