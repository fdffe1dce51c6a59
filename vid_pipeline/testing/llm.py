"""A model for tests: gives the answers it was given, in order."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from vid_pipeline.errors import LLMError, LLMFailed
from vid_pipeline.ports import Answer
from vid_pipeline.talk import Question

T = TypeVar("T", bound=BaseModel)
_MODEL = "fake/model"
_TRIES = 3


class FakeLLM:
    """Answers with what is queued: a dict to be validated, or an error to be raised.

    An invalid dict is a re-ask: the next one is taken, three at most. `prompts` keeps what was
    asked. Without answers, `available` is False, as without a key.
    """

    def __init__(self, *answers: Mapping[str, JsonValue] | LLMError) -> None:
        self._answers = deque(answers)
        self.available = bool(answers)
        self.prompts: list[str] = []
        self.systems: list[str] = []

    @property
    def fingerprint(self) -> str:
        return _MODEL if self.available else ""

    def ask(self, prompt: str, answer: type[T], *, system: str = "") -> Answer[T]:
        """The next answer, valid; every try counts 100 tokens in and 20 out."""
        self.prompts.append(prompt)
        self.systems.append(system)
        if not self.available:
            raise LLMFailed(_MODEL, "key", "no API key is set", "Set ANTHROPIC_API_KEY.")
        for tried in range(1, _TRIES + 1):
            queued = self._answers.popleft() if self._answers else {}
            if isinstance(queued, LLMError):
                raise queued
            try:
                value = answer.model_validate(queued)
            except ValidationError:
                continue
            return Answer(value, _MODEL, 100 * tried, 20 * tried, 0.001 * tried)
        raise LLMFailed(_MODEL, "invalid", f"no valid answer after {_TRIES} tries", "Run again.")

    def answer(
        self,
        question: Question,
        answer: type[T],
        *,
        reasks: int = 2,
        told: Callable[[str], object] | None = None,
    ) -> Answer[T]:
        """As `ask`, with the words of all turns."""
        del reasks, told
        prompt = "\n\n".join(message.text for message in question.messages)
        return self.ask(prompt, answer, system=question.system)
