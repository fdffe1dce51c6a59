"""An agent's conversation: kept as it goes, within its limits, its oldest turns made a summary."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import BaseModel, Field, JsonValue

from assets.agent.fencing import RULES, fence
from assets.agent.params import AgentParams
from vid_pipeline.errors import LimitReached
from vid_pipeline.ports import Answer, Ports, Turn
from vid_pipeline.step_events import StepEvent
from vid_pipeline.talk import Message, Opaque, Question, Reply, Text, ToolCall, ToolResult, ToolSpec

T = TypeVar("T", bound=BaseModel)
_CHARACTERS_A_TOKEN = 4
_SUMMARY_TOKENS = 2000
_SUMMARISE = f"""You shorten conversations. {RULES}

Say what was found out, with numbers, names and addresses exactly; what was tried and did not work;
what was decided; what is still to do. Leave out pleasantries and repetition."""


class Summary(BaseModel):
    """What a part of a conversation came to."""

    text: str = Field(min_length=1, max_length=8000)


@dataclass
class Talk:
    """A conversation with a model, and what it has used so far."""

    params: AgentParams
    ports: Ports
    messages: list[Message] = field(default_factory=list)
    replies: int = 0
    tokens: int = 0
    usd: float = 0.0

    @property
    def system(self) -> str:
        """What the model is told before all else."""
        return f"{self.params.role}\n\n{RULES}".strip()

    def say(self, message: Message, **facts: JsonValue) -> None:
        """Add a turn, and keep it for people."""
        self.messages.append(message)
        detail: dict[str, JsonValue] = {"message": message.model_dump(mode="json"), **facts}
        self.ports.trace.tell(StepEvent(kind="said", name=message.role, detail=detail))

    def reply(self, tools: tuple[ToolSpec, ...]) -> Message:
        """The model's next turn, kept.

        Raises:
            LimitReached: the step allows no further one.
        """
        self._ready()
        reply = self.ports.llm.reply(self._question(tools), told=self._told)
        self._count(reply)
        self.say(reply.message, model=reply.model, **_spent(reply))
        return reply.message

    def answer(self, form: type[T], tools: tuple[ToolSpec, ...]) -> T:
        """The model's answer in a form, kept.

        Raises:
            LimitReached: the step allows no further turn.
            LLMError: no valid answer after the last re-ask.
        """
        self._ready()
        answer = self.ports.llm.answer(
            self._question(tools), form, reasks=self.params.reasks, told=self._told
        )
        self._count(answer)
        message = Message.of("assistant", answer.value.model_dump_json())
        self.say(message, model=answer.model, **_spent(answer))
        return answer.value

    def key(self, call: ToolCall, number: int) -> str:
        """Names a tool call by all that led to it."""
        said = [one.model_dump(mode="json") for one in self.messages]
        basis = json.dumps([self.params.model, self.system, said, call.id, number], sort_keys=True)
        return sha256(basis.encode()).hexdigest()

    def _question(self, tools: tuple[ToolSpec, ...]) -> Question:
        params = self.params
        return Question(
            messages=tuple(self.messages),
            system=self.system,
            tools=tools,
            model=params.model,
            max_tokens=params.answer_tokens,
            temperature=params.temperature,
            thinking_tokens=params.thinking_tokens,
        )

    def _ready(self) -> None:
        """Return if another turn may be asked for; the conversation is short enough then."""
        self.ports.cancel.check()
        self._refuse_more()
        if tokens_of(self.messages) > self.params.memory_tokens:
            self._compact()
            self._refuse_more()
        self.replies += 1

    def _refuse_more(self) -> None:
        params = self.params
        for limit, allowed, used in (
            ("turns", params.turns, self.replies),
            ("most_tokens", params.most_tokens, self.tokens),
            ("most_usd", params.most_usd, self.usd),
        ):
            if used >= allowed:
                raise LimitReached(limit, allowed, used)

    def _count(self, made: Reply | Answer[Any]) -> None:
        self.tokens += made.input_tokens + made.output_tokens
        self.usd += made.cost_usd

    def _told(self, words: str) -> None:
        done = self.replies / (self.params.turns + 1)
        self.ports.production.progress(done, " ".join(words.split())[-120:])
        self.ports.trace.saying(words)

    def _compact(self) -> None:
        """Put a summary in the place of the oldest turns, the task itself aside."""
        cut = _cut(self.messages, self.params.memory_tokens // 2)
        if cut is None:
            return
        old = transcript([_without_task(self.messages[0]), *self.messages[1:cut]])
        question = Question(
            messages=(Message.of("user", fence(old, "conversation")),),
            system=_SUMMARISE,
            model=self.params.model,
            max_tokens=_SUMMARY_TOKENS,
        )
        answer = self.ports.llm.answer(question, Summary, reasks=self.params.reasks)
        self._count(answer)
        detail: dict[str, JsonValue] = {"text": answer.value.text, "cut": cut}
        detail |= {"model": answer.model, **_spent(answer)}
        self.ports.trace.tell(StepEvent(kind="note", name="summary", detail=detail))
        self.messages = compacted(self.messages, cut, answer.value.text)


def _spent(made: Reply | Answer[Any]) -> dict[str, JsonValue]:
    return {
        "input_tokens": made.input_tokens,
        "output_tokens": made.output_tokens,
        "cost_usd": made.cost_usd,
    }


def begun(ports: Ports, prompt: str) -> list[Message]:
    """The conversation to go on with: anew, or the one that led to what was rejected."""
    turns = ports.conversation.turns
    if not turns:
        return [Message.of("user", prompt)]
    said = rebuilt(ports.trace.earlier())
    if not said or said[-1].role != "assistant":
        return _retold(prompt, turns)
    changed = _task(said[0]) != prompt
    news = f"What you are given has changed. The task is now:\n\n{prompt}\n\n" if changed else ""
    return [*said, Message.of("user", news + _rejection(turns[-1]))]


def _retold(prompt: str, turns: tuple[Turn, ...]) -> list[Message]:
    """A conversation of which only the answers and what was said of them are known."""
    said = [Message.of("user", prompt)]
    for turn in turns:
        gave = "(It is gone.)" if turn.gave is None else json.dumps(turn.gave, ensure_ascii=False)
        said += [Message.of("assistant", gave), Message.of("user", _rejection(turn))]
    return said


def _rejection(turn: Turn) -> str:
    return f"{turn.by or 'A reviewer'} rejected this: {turn.feedback}\n\nAnswer again accordingly."


def rebuilt(events: Iterable[StepEvent]) -> list[Message]:
    """The conversation as it stood after these events."""
    said: list[Message] = []
    for event in events:
        if event.kind == "said":
            said.append(Message.model_validate(event.detail["message"]))
        elif event.name == "summary" and event.kind == "note":
            said = compacted(said, int(str(event.detail["cut"])), str(event.detail["text"]))
    return said


def compacted(messages: list[Message], cut: int, summary: str) -> list[Message]:
    """The task, a summary of the turns before `cut`, and the turns from there on."""
    told = f"What was said until now, in short:\n{fence(summary, 'summary')}"
    first = Message(role="user", parts=(messages[0].parts[0], Text(text=told)))
    return [first, *messages[cut:]]


def tokens_of(messages: Iterable[Message]) -> int:
    """About how many tokens a conversation has."""
    return sum(len(one.model_dump_json()) for one in messages) // _CHARACTERS_A_TOKEN


def _cut(messages: list[Message], budget: int) -> int | None:
    """Where the newest turns begin that fit a budget, at a reply of the model: pairs stay whole.

    The last reply is always kept; None if nothing would be left out.
    """
    starts = [n for n, one in enumerate(messages) if n > 1 and one.role == "assistant"]
    fitting = [n for n in starts if tokens_of(messages[n:]) <= budget]
    return fitting[0] if fitting else (starts[-1] if starts else None)


def _task(first: Message) -> str:
    return first.parts[0].text if isinstance(first.parts[0], Text) else ""


def _without_task(first: Message) -> Message | None:
    rest = first.parts[1:]
    return first.model_copy(update={"parts": rest}) if rest else None


def transcript(messages: Iterable[Message | None]) -> str:
    """A conversation as people read it."""
    lines = [line for one in messages if one is not None for line in _lines(one)]
    return "\n".join(lines)


def _lines(message: Message) -> Iterable[str]:
    for part in message.parts:
        match part:
            case Text(text=text):
                yield f"{message.role}: {text}"
            case ToolCall(name=name, input=given):
                yield f"{message.role} uses {name}: {json.dumps(given, ensure_ascii=False)}"
            case ToolResult(content=content, failed=failed):
                yield f"result{' (failed)' if failed else ''}: {content}"
            case Opaque():
                yield f"{message.role}: (thinking)"
