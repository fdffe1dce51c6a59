"""A model for agents' tests: each turn and each answer is the next of a queue."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from vid_pipeline.drawn_schema import faults
from vid_pipeline.errors import LLMError, LLMFailed
from vid_pipeline.ports import Answer
from vid_pipeline.talk import Message, Part, Question, Reply, Text, ToolCall

T = TypeVar("T", bound=BaseModel)
_MODEL = "scripted/model"
_IN, _OUT, _USD = 100, 20, 0.001

Said = str | Mapping[str, JsonValue] | list[ToolCall] | LLMError | Callable[[Question], Any]


class ScriptedLLM:
    """Says what is queued; an equal question gets the earlier reply again, for nothing.

    A text and a list of calls are turns; a mapping is an answer, validated as a real one is; a
    function is given the question and says which of these it is. `asked` keeps new questions.
    """

    available = True

    def __init__(self, *said: Said) -> None:
        self._said = deque(said)
        self._known: dict[tuple[str, str], Any] = {}
        self.asked: list[Question] = []
        self.answered: list[type[BaseModel]] = []

    @property
    def fingerprint(self) -> str:
        return _MODEL

    def ask(self, prompt: str, answer: type[T], *, system: str = "") -> Answer[T]:
        return self.answer(Question.of(prompt, system=system), answer)

    def reply(self, question: Question, *, told: Callable[[str], object] | None = None) -> Reply:
        key = ("reply", question.model_dump_json())
        if key in self._known:
            known: Reply = self._known[key]
            return known.model_copy(update={"cost_usd": 0.0})
        self.asked.append(question)
        said = self._next(question)
        calls: list[ToolCall] = said if isinstance(said, list) else []
        parts: tuple[Part, ...] = tuple(calls) or (Text(text=str(said)),)
        if told is not None and not calls:
            told(str(said))
        self._known[key] = Reply(
            message=Message(role="assistant", parts=parts),
            stop="tool_call" if calls else "end",
            model=_MODEL,
            input_tokens=_IN,
            output_tokens=_OUT,
            cost_usd=_USD,
        )
        made: Reply = self._known[key]
        return made

    def answer(
        self,
        question: Question,
        answer: type[T],
        *,
        reasks: int = 2,
        told: Callable[[str], object] | None = None,
    ) -> Answer[T]:
        key = ("answer", question.model_dump_json())
        if key in self._known:
            return Answer(answer.model_validate(self._known[key]), _MODEL, _IN, _OUT, 0.0)
        self.asked.append(question)
        self.answered.append(answer)
        why = ""
        for tried in range(1, reasks + 2):
            said = self._next(question)
            try:
                value = answer.model_validate(said)
            except ValidationError as error:
                why = faults(error)
                continue
            self._known[key] = value.model_dump(mode="json")
            if told is not None:
                told(value.model_dump_json())
            return Answer(value, _MODEL, _IN * tried, _OUT * tried, _USD * tried)
        reason = f"no valid answer after {reasks + 1} tries: {why}"
        raise LLMFailed(_MODEL, "invalid", reason, "Run again.")

    def _next(self, question: Question) -> Any:
        said = self._said.popleft() if self._said else "I have nothing more to say."
        if isinstance(said, LLMError):
            raise said
        return said(question) if callable(said) else said
