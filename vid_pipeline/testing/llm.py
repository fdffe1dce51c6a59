"""A model for tests: gives the answers and replies it was given, in order."""

import json
from collections import deque
from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from vid_pipeline.errors import LLMError, LLMFailed
from vid_pipeline.ports import Answer
from vid_pipeline.talk import Message, Question, Reply

T = TypeVar("T", bound=BaseModel)
_MODEL = "fake/model"


class FakeLLM:
    """Answers with what is queued: a dict to be validated, or an error to be raised.

    A `reply` takes a message, or a string for one of plain words. An invalid dict is a re-ask: the
    next one is taken. `questions` keeps what was asked, `prompts` and `systems` its last words and
    its instructions. Every try counts 100 tokens in and 20 out. Without answers, `available` is
    False, as without a key.
    """

    def __init__(self, *answers: Mapping[str, JsonValue] | Message | str | LLMError) -> None:
        self._answers = deque(answers)
        self.available = bool(answers)
        self.questions: list[Question] = []

    @property
    def fingerprint(self) -> str:
        return _MODEL if self.available else ""

    @property
    def prompts(self) -> list[str]:
        return [question.messages[-1].text for question in self.questions]

    @property
    def systems(self) -> list[str]:
        return [question.system for question in self.questions]

    def ask(self, prompt: str, answer: type[T], *, system: str = "") -> Answer[T]:
        """The next answer, valid."""
        return self.answer(Question.of(prompt, system=system), answer)

    def answer(
        self,
        question: Question,
        answer: type[T],
        *,
        reasks: int = 2,
        told: Callable[[str], object] | None = None,
    ) -> Answer[T]:
        """The next answer that is valid, of `reasks` and one."""
        self._asked(question)
        for tried in range(1, reasks + 2):
            queued = self._next({})
            if told is not None:
                told(json.dumps(queued))
            try:
                value = answer.model_validate(queued)
            except ValidationError as error:
                fault = error
                continue
            model = question.model or _MODEL
            return Answer(value, model, 100 * tried, 20 * tried, 0.001 * tried)
        raise _invalid(fault, reasks + 1, queued)

    def reply(self, question: Question, *, told: Callable[[str], object] | None = None) -> Reply:
        """The next message."""
        self._asked(question)
        queued = self._next("")
        said = queued if isinstance(queued, Message) else Message.of("assistant", str(queued))
        if told is not None and said.text:
            told(said.text)
        return Reply(
            message=said,
            stop="tool_call" if said.calls else "end",
            model=question.model or _MODEL,
            input_tokens=100,
            output_tokens=20,
            cost_usd=0.001,
        )

    def _asked(self, question: Question) -> None:
        self.questions.append(question)
        if not self.available:
            raise LLMFailed(_MODEL, "key", "no API key is set", "Set ANTHROPIC_API_KEY.")

    def _next(self, otherwise: object) -> object:
        queued = self._answers.popleft() if self._answers else otherwise
        if isinstance(queued, LLMError):
            raise queued
        return queued


def _invalid(fault: ValidationError, tries: int, last: object) -> LLMFailed:
    place = fault.errors()[0]["loc"]
    path = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in place)
    path, said = path.removeprefix("."), json.dumps(last)
    reason = f"no valid answer after {tries} tries; the last one has a fault at {path}"
    return LLMFailed(_MODEL, "invalid", reason, "Run again.", path=path, last_answer=said)
