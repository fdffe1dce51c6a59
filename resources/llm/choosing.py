"""Which model is asked: the question's, or the installation's; another if it cannot be reached."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from pydantic import BaseModel

from resources.llm.asking import Told
from resources.llm.calling import ModelLLM
from resources.llm.recording import CallRecorder
from resources.llm.service import Service
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import LLMFailed
from vid_pipeline.ports import Answer
from vid_pipeline.talk import Question, Reply

T = TypeVar("T", bound=BaseModel)
R = TypeVar("R")
_LOG = logging.getLogger(__name__)
_NAME = re.compile(r"[a-z0-9_-]+/.+")


@dataclass(frozen=True)
class ChosenLLM:
    """The models of an installation, as one; `services` says where and as whom each is asked.

    When a call has failed for a reason that may pass, and all its retries too, `fallback` is
    asked. Who answered is in the answer; the journal keeps both calls, and why. `shown` hears
    what is written wherever whoever asks does not listen.
    """

    model: str
    services: Callable[[str], Service]
    fallback: str | None = None
    recorder: CallRecorder | None = None
    stop: CancelToken | None = None
    shown: Told | None = None

    @property
    def available(self) -> bool:
        return self.services(self.model).available

    @property
    def fingerprint(self) -> str:
        return self.model if self.available else ""

    def recorded_by(self, recorder: CallRecorder) -> "ChosenLLM":
        """The same models, their calls written down by `recorder`."""
        return replace(self, recorder=recorder)

    def stopped_by(self, stop: CancelToken) -> "ChosenLLM":
        """The same models, their calls ended by `stop`."""
        return replace(self, stop=stop)

    def shown_by(self, shown: Told) -> "ChosenLLM":
        """The same models, what they write shown by `shown` as it grows."""
        return replace(self, shown=shown)

    def ask(self, prompt: str, answer: type[T], *, system: str = "") -> Answer[T]:
        """One validated answer to one prompt; see `answer`."""
        return self.answer(Question.of(prompt, system=system), answer)

    def answer(
        self, question: Question, answer: type[T], *, reasks: int = 2, told: Told | None = None
    ) -> Answer[T]:
        """One validated answer; invalid ones are asked again, at most `reasks` times.

        Raises:
            LLMError: no key, refused, failed, or still invalid after the last try.
            Cancelled: a stop was requested before there was an answer.
            OverBudget: the call could pass a cap on spending.
        """
        heard = told or self.shown
        return self._asked(
            question,
            before=lambda llm: llm.answered_before(question, answer, told=heard),
            ask=lambda llm: llm.answer(question, answer, reasks=reasks, told=heard),
        )

    def reply(self, question: Question, *, told: Told | None = None) -> Reply:
        """A model's next turn: words, or the tools it wants.

        Raises:
            LLMError: no key, refused, failed, or cut off.
            Cancelled: a stop was requested before it came.
            OverBudget: the call could pass a cap on spending.
        """
        heard = told or self.shown
        return self._asked(
            question,
            before=lambda llm: llm.replied_before(question, told=heard),
            ask=lambda llm: llm.reply(question, told=heard),
        )

    def _asked(
        self,
        question: Question,
        *,
        before: Callable[[ModelLLM], R | None],
        ask: Callable[[ModelLLM], R],
    ) -> R:
        first = self._of(question.model or self.model)
        second = self._second(first)
        if second is None:
            return ask(first)
        if found := before(first) or before(second):  # paid for, whoever gave it
            return found
        try:
            return ask(first)
        except LLMFailed as error:
            if not error.retryable or not second.available:
                raise
            _LOG.warning("%s; %s is asked instead.", error.reason, second.service.model)
            why = f"{first.service.model}: {error.reason}"
            return ask(replace(second, instead_of=why))

    def _second(self, first: ModelLLM) -> ModelLLM | None:
        other = self.fallback
        return self._of(other) if other and other != first.service.model else None

    def _of(self, model: str) -> ModelLLM:
        if not _NAME.fullmatch(model):
            remedy = "Name it provider/model, as anthropic/claude-sonnet-5."
            raise LLMFailed(model, "model", "this is no name of a model", remedy)
        llm = ModelLLM(self.services(model), self.recorder)
        return llm if self.stop is None else llm.stopped_by(self.stop)
