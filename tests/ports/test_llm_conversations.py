"""Conversations over both wires: what is sent, what is read, and what is sent back as it came."""

import json
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from tests.models import CHAT, GOOD, MODEL, Notebook, Shot, Waits, real
from vid_pipeline.errors import LLMFailed
from vid_pipeline.settings import Settings
from vid_pipeline.talk import Message, Opaque, Question, Text, ToolCall, ToolResult, ToolSpec
from vid_pipeline.testing.messages_server import MessagesServer, Reply, tool

FETCH = ToolSpec(
    name="fetch",
    description="Read a page.",
    input_schema={"type": "object", "properties": {"url": {"type": "string"}}},
)
URL = {"url": "https://example.org/reef"}
THOUGHT = {"type": "thinking", "thinking": "Read first.", "signature": "signed-1"}
USAGE = {
    "input_tokens": 90,
    "output_tokens": 20,
    "cache_read_input_tokens": 1000,
    "cache_creation_input_tokens": 7,
}
CALLING = Reply(text="I look.", thinking="Read first.", calls=(("fetch", URL),), usage=USAGE)

every_wire = pytest.mark.parametrize("model", [MODEL, CHAT], ids=["anthropic", "openai"])
ways = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


class Heard(list[str]):
    """What was told."""

    def __call__(self, text: str) -> None:
        self.append(text)


def asked(**more: object) -> Question:
    whole = {"messages": (Message.of("user", "Find a reef."),), "tools": (FETCH,), **more}
    return Question.model_validate(whole)


def answered(question: Question, message: Message) -> Question:
    """The question going on: the model's turn, and what its tool gave."""
    result = ToolResult(id=message.calls[0].id, content="A reef.", failed=True)
    gave = Message(role="user", parts=(result, Text(text="Go on.")))
    return question.model_copy(update={"messages": (*question.messages, message, gave)})


@every_wire
@ways
def test_a_model_may_want_a_tool_and_hears_what_it_gave(model: str, streamed: bool) -> None:
    told = Heard() if streamed else None
    with MessagesServer(CALLING, Reply(text="A fine reef.")) as server:
        llm = real(server, model=model)
        first = llm.reply(asked(), told=told)
        second = llm.reply(answered(asked(), first.message), told=told)
    assert first.stop == "tool_call"
    assert [(call.name, call.input) for call in first.message.calls] == [("fetch", URL)]
    assert (second.stop, second.message.text) == ("end", "A fine reef.")
    assert first.message.text == "I look."
    sent = json.dumps(server.received[1].body)
    assert sent.count(first.message.calls[0].id) == 2
    assert "A reef." in sent


@ways
def test_what_was_read_from_a_cache_is_counted_apart(streamed: bool) -> None:
    told = Heard() if streamed else None
    for model, fresh in ((MODEL, 1097), (CHAT, 1097)):
        with MessagesServer(CALLING) as server:
            reply = real(server, model=model).reply(asked(), told=told)
        assert (reply.input_tokens, reply.output_tokens) == (fresh, 20)
        assert reply.cache_read_tokens == 1000
        assert reply.cache_write_tokens == (7 if model == MODEL else 0)


@ways
def test_signed_thinking_goes_back_as_it_came(streamed: bool) -> None:
    told = Heard() if streamed else None
    question = asked(thinking_tokens=2000)
    with MessagesServer(CALLING, Reply(text="A fine reef.")) as server:
        llm = real(server)
        first = llm.reply(question, told=told)
        llm.reply(answered(question, first.message))
        turns = server.received[1].body["messages"]
    assert first.message.parts[0] == Opaque(data=THOUGHT)
    assert turns[1]["content"][0] == THOUGHT
    assert [block["type"] for block in turns[1]["content"]] == ["thinking", "text", "tool_use"]
    assert turns[2]["content"][0]["is_error"] is True


def test_another_service_is_not_sent_what_it_cannot_understand() -> None:
    thought = Message(role="assistant", parts=(Opaque(data=THOUGHT), Text(text="Hm.")))
    question = asked(messages=(Message.of("user", "Find."), thought, Message.of("user", "And?")))
    with MessagesServer(Reply(text="Yes.")) as server:
        real(server, model=CHAT).reply(question)
        assert "signed-1" not in json.dumps(server.received[0].body)


@pytest.mark.filterwarnings("ignore:The model:DeprecationWarning")
@pytest.mark.parametrize(
    ("model", "thinking"),
    [
        ("claude-3-5-haiku-latest", None),
        ("claude-3-7-sonnet-latest", {"type": "enabled", "budget_tokens": 2000}),
        ("claude-opus-4-5-20251101", {"type": "enabled", "budget_tokens": 2000}),
        ("claude-sonnet-4-20250514", {"type": "enabled", "budget_tokens": 2000}),
        ("claude-opus-4-6", {"type": "adaptive"}),
        ("claude-sonnet-5", {"type": "adaptive"}),
    ],
)
def test_each_model_thinks_as_it_can(model: str, thinking: object) -> None:
    with MessagesServer(Reply(text="Hm.")) as server:
        llm = real(server, model=f"anthropic/{model}")
        llm.reply(asked(thinking_tokens=2000, temperature=0.3))
        body = server.received[0].body
    assert body.get("thinking") == thinking
    assert body.get("temperature") == (0.3 if thinking is None else None)
    assert body["max_tokens"] == (8000 if thinking is None else 10_000)


def test_a_thinking_model_is_not_forced_to_answer_but_told_to() -> None:
    with MessagesServer(tool(**GOOD)) as server:
        real(server).answer(asked(tools=(), thinking_tokens=2000), Shot)
        body = server.received[0].body
    assert body["tool_choice"]["type"] == "auto"
    assert "calling the tool" in body["system"][0]["text"]


def test_a_prompt_that_comes_again_is_marked_for_the_cache() -> None:
    with MessagesServer(CALLING, Reply(text="Yes."), Reply(text="Yes.")) as server:
        llm = real(server)
        question = asked(system="You find reefs.")
        first = llm.reply(question)
        llm.reply(answered(question, first.message))
        llm.reply(Question.of("One thing only."))
        bodies = [received.body for received in server.received]
    assert "cache_control" in bodies[0]["tools"][-1]
    assert "cache_control" in bodies[0]["system"][-1]
    for body in bodies[:2]:
        blocks = [block for turn in body["messages"] for block in turn["content"]]
        assert ["cache_control" in block for block in blocks] == [False] * (len(blocks) - 1) + [
            True
        ]
    assert "cache_control" not in json.dumps(bodies[2])


@every_wire
def test_a_conversations_answer_is_asked_for_in_its_form(model: str) -> None:
    with MessagesServer(CALLING, tool(title="Reefs", seconds=99), tool(**GOOD)) as server:
        llm = real(server, model=model)
        first = llm.reply(asked())
        answer = llm.answer(answered(asked(), first.message), Shot, told=Heard())
        again = json.dumps(server.received[2].body)
    assert answer.value.seconds == 6
    assert (answer.input_tokens, answer.output_tokens) == (200, 40)
    assert "less than or equal to 20" in again


@every_wire
def test_a_slow_stream_is_heard_as_it_comes(model: str) -> None:
    words = "Dive at dawn, when the reef wakes and nobody is about but you."
    heard = Heard()
    with MessagesServer(Reply(text=words, pause_s=0.3)) as server:
        real(server, model=model).reply(asked(), told=heard)
    assert len(heard) >= 2
    assert heard[-1] == words


@every_wire
def test_a_reply_is_written_down_and_replayed_for_nothing(model: str) -> None:
    notes, heard = Notebook(), Heard()
    with MessagesServer(CALLING) as server:
        llm = real(server, model=model).recorded_by(notes)
        first = llm.reply(asked())
        again = llm.reply(asked(), told=heard)
        assert server.counts.requests == 1
    assert again.message == first.message
    assert (again.stop, again.model) == (first.stop, first.model)
    assert heard == ["I look."]


def test_a_models_words_for_arguments_are_left_to_the_tool_to_refuse() -> None:
    broken = {"name": "fetch", "arguments": "{not JSON"}
    call = {"id": "call_1", "type": "function", "function": broken}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    choice = {"index": 0, "finish_reason": "tool_calls", "message": message}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    with MessagesServer(Reply(body=json.dumps(body).encode())) as server:
        reply = real(server, model=CHAT).reply(asked())
    assert reply.message.calls == (ToolCall(id="call_1", name="fetch", input="{not JSON"),)


def test_a_reply_without_words_can_be_sent_back() -> None:
    with MessagesServer(Reply(), Reply(text="Yes.")) as server:
        llm = real(server)
        empty = llm.reply(asked()).message
        turns = (*asked().messages, empty, Message.of("user", "Well?"))
        assert llm.reply(asked(messages=turns)).message.text == "Yes."
        assert [turn["role"] for turn in server.received[1].body["messages"]] == ["user", "user"]


def test_own_limits_go_by_the_name_that_the_service_knows() -> None:
    with MessagesServer(Reply(text="Hm.")) as server:
        real(server, model="openai/gpt-5-mini").reply(asked(thinking_tokens=3000))
        body = server.received[0].body
    assert body["max_tokens"] == 11_000
    assert body["reasoning_effort"] == "medium"


class Live(BaseModel):
    capital: str


def live_models() -> Iterator[str]:
    settings = Settings.read()
    if settings.anthropic_api_key and settings.anthropic_base_url is None:
        yield "anthropic/claude-haiku-4-5"
    if settings.openai_api_key and settings.openai_base_url is None:
        yield "openai/gpt-4.1-mini"


@pytest.mark.skipif(not list(live_models()), reason="no key of a real service is set")
def test_a_real_service_answers_calls_a_tool_and_streams() -> None:
    from resources.llm.resource import LLMResource  # noqa: PLC0415

    for model in live_models():
        llm, heard = LLMResource(model=model), Heard()
        answer = llm.answer(Question.of("What is the capital of France?"), Live, told=heard)
        assert "Paris" in answer.value.capital
        assert answer.input_tokens > 0
        assert heard
        reply = llm.reply(asked(messages=(Message.of("user", "Fetch https://example.org/ ."),)))
        assert reply.message.calls[0].name == "fetch"


def test_a_key_that_cannot_be_one_is_refused_unseen() -> None:
    for key in ("sk-ant\nsecret-line", "sk-schlüssel", "sk ant secret"):
        with MessagesServer() as server:
            with pytest.raises(LLMFailed) as caught:
                real(server, key=key, waits=Waits()).reply(asked())
            assert server.received == []
        assert caught.value.cause == "key"
        assert key not in str(caught.value)
