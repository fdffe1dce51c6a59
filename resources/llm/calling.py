"""One model of one service: every call is written down first and never paid twice."""

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypeVar

from pydantic import BaseModel, JsonValue

from resources.llm import faults, others
from resources.llm.anthropic_wire import AnthropicWire
from resources.llm.asking import Talk, Told
from resources.llm.chat_wire import ChatWire
from resources.llm.recording import Begun, CallRecorder, Recorded, Request
from resources.llm.service import Service
from resources.llm.usage import Usage, cost, most
from resources.llm.wire import Wire
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import Cancelled, LLMFailed, VidPipelineError
from vid_pipeline.ports import Answer
from vid_pipeline.talk import Message, Question, Reply

T = TypeVar("T", bound=BaseModel)
_ANSWERED = frozenset({"invalid", "refusal", "max_tokens"})
_WIRES: dict[str, Wire] = {"anthropic": AnthropicWire(), "openai": ChatWire()}


class _Talker(Protocol):
    """What speaks with a model and counts."""

    used: Usage

    def reply(self, question: Question) -> Message: ...

    def answer(self, question: Question, answer: type[T], *, reasks: int) -> T: ...


@dataclass(frozen=True)
class ModelLLM:
    """Asks one model, whatever a question says; with a recorder, calls are written down."""

    service: Service
    recorder: CallRecorder | None = None
    instead_of: str = ""

    @property
    def available(self) -> bool:
        return self.service.available

    @property
    def fingerprint(self) -> str:
        return self.service.model if self.available else ""

    def recorded_by(self, recorder: CallRecorder) -> "ModelLLM":
        """The same model, its calls written down by `recorder`."""
        return replace(self, recorder=recorder)

    def stopped_by(self, stop: CancelToken) -> "ModelLLM":
        """The same model, its calls ended by `stop`."""
        return replace(self, service=replace(self.service, stop=stop))

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
        request = self._request(question, answer.model_json_schema())
        return self.answered_before(question, answer, told=told) or self._answer(
            self._made(
                request,
                told,
                lambda talk: _document(talk.answer(request.question, answer, reasks=reasks)),
            ),
            answer,
        )

    def reply(self, question: Question, *, told: Told | None = None) -> Reply:
        """A model's next turn.

        Raises:
            LLMError: no key, refused, failed, or cut off.
            Cancelled: a stop was requested before it came.
            OverBudget: the call could pass a cap on spending.
        """
        request = self._request(question)
        return self.replied_before(question, told=told) or self._reply(
            self._made(
                request, told, lambda talk: talk.reply(request.question).model_dump(mode="json")
            )
        )

    def answered_before(
        self, question: Question, answer: type[T], *, told: Told | None = None
    ) -> Answer[T] | None:
        """The answer that was paid for earlier, if there is one."""
        found = self._replayed(self._request(question, answer.model_json_schema()))
        if found is not None and told is not None:
            told(json.dumps(found.response, ensure_ascii=False))
        return None if found is None else self._answer(found, answer)

    def replied_before(self, question: Question, *, told: Told | None = None) -> Reply | None:
        """The turn that was paid for earlier, if there is one."""
        found = self._replayed(self._request(question))
        if found is None:
            return None
        reply = self._reply(found)
        if told is not None and reply.message.text:
            told(reply.message.text)
        return reply

    def _request(self, question: Question, schema: JsonValue = None) -> Request:
        own = question.model_copy(update={"model": self.service.model})
        return Request(own, schema, self.instead_of)

    def _replayed(self, request: Request) -> Recorded | None:
        return self.recorder.replay(request) if self.recorder else None

    def _made(self, request: Request, told: Told | None, make: "_Make") -> Recorded:
        """What a call gave, written down before and after."""
        if not self.available:
            raise faults.without_key(self.service.model)
        call, talk = self._begin(request, told)
        try:
            response = make(talk)
        except BaseException as error:
            self._record_failure(call, talk, error)
            raise
        usd = cost(talk.used, self.service.model).usd
        if self.recorder and call:
            self.recorder.finish(call.id, response=response, usage=talk.used, cost_usd=usd)
        return Recorded(response, talk.used, usd)

    def _begin(self, request: Request, told: Told | None) -> tuple[Begun | None, _Talker]:
        """The call, written down with the most that its first reply may cost."""
        if self.recorder is None:
            return None, self._talk("", None, told)
        sent, question = json.dumps(request.document, ensure_ascii=False), request.question
        tokens = question.max_tokens + question.thinking_tokens
        most_usd = most(sent, tokens, self.service.model).usd
        call = self.recorder.begin(request, most_usd=most_usd)
        return call, self._talk(call.key, partial(self.recorder.reserve, call.id), told)

    def _talk(self, key: str, reserve: "_Reserve", told: Told | None) -> _Talker:
        wire = _WIRES.get(self.service.provider)
        if wire is None:
            return others.OtherTalk(self.service)
        return Talk(self.service, wire, key=key, reserve=reserve, told=told)

    def _record_failure(self, call: Begun | None, talk: _Talker, error: BaseException) -> None:
        if self.recorder and call:
            self.recorder.fail(
                call.id,
                error=_said(error),
                usage=talk.used,
                cost_usd=cost(talk.used, self.service.model).usd,
                last_word=isinstance(error, LLMFailed) and error.cause in _ANSWERED,
            )

    def _answer(self, made: Recorded, answer: type[T]) -> Answer[T]:
        return Answer(
            value=answer.model_validate_json(json.dumps(made.response)),
            model=self.service.model,
            input_tokens=made.usage.all_input_tokens,
            output_tokens=made.usage.output_tokens,
            cost_usd=made.cost_usd,
        )

    def _reply(self, made: Recorded) -> Reply:
        message = Message.model_validate(made.response)
        return Reply(
            message=message,
            stop="tool_call" if message.calls else "end",
            model=self.service.model,
            input_tokens=made.usage.all_input_tokens,
            output_tokens=made.usage.output_tokens,
            cache_read_tokens=made.usage.cache_read_tokens,
            cache_write_tokens=made.usage.cache_write_tokens,
            cost_usd=made.cost_usd,
        )


class _Make(Protocol):
    def __call__(self, talk: _Talker, /) -> JsonValue: ...


_Reserve = partial[None] | None


def _document(value: BaseModel) -> JsonValue:
    document: JsonValue = value.model_dump(mode="json", by_alias=True)
    return document


def _said(error: BaseException) -> str:
    if isinstance(error, Cancelled):
        return "cancelled before an answer came"
    return str(error) if isinstance(error, VidPipelineError) else type(error).__name__
