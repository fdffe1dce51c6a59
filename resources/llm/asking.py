"""One call to a model: sent until there is a reply, asked again until an answer is valid."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from resources.lines import Lines
from resources.llm import faults
from resources.llm.invalid import invalid
from resources.llm.service import Service
from resources.llm.usage import Usage, cost, most
from resources.llm.wire import Body, Heard, Wire, limit_of
from vid_pipeline.cancel import interruptible
from vid_pipeline.errors import VidPipelineError
from vid_pipeline.talk import Message, Question

T = TypeVar("T", bound=BaseModel)
Told = Callable[[str], object]
_NOTHING = Usage()


@dataclass
class Talk:
    """Sends requests and counts what they use, also when nothing comes of it.

    With a `key`, each request has a header by which the service knows it when it is sent again.
    `reserve` is told, before something is paid for anew, what all may have cost then.
    """

    service: Service
    wire: Wire
    key: str = ""
    reserve: Callable[[float], None] | None = None
    told: Told | None = None
    used: Usage = field(default_factory=Usage)
    replies: int = 0
    waited_s: float = 0.0
    last: Message | None = None
    lines: Lines = field(default_factory=Lines)

    def reply(self, question: Question) -> Message:
        """A model's next turn.

        Raises:
            LLMError: refused, failed, or cut off.
            Cancelled: a stop was requested before it came.
            OverBudget: sending it again could pass a cap on spending.
        """
        body = self.wire.body(self.service, question, answering=False)
        going_on = bool(question.tools) or len(question.messages) > 1
        with self.wire.client(self.service, self.lines) as client:
            return self._send(client, body, ongoing=going_on, answering=False)[1]

    def answer(self, question: Question, answer: type[T], *, reasks: int) -> T:
        """A valid answer, asked again up to `reasks` times, each time with the fault of the last.

        Raises:
            LLMError: refused, failed, cut off, or still invalid.
            Cancelled: a stop was requested before there was an answer.
            OverBudget: asking again could pass a cap on spending.
        """
        import instructor  # noqa: PLC0415  Loading it takes seconds.
        from instructor.core.exceptions import InstructorRetryException  # noqa: PLC0415

        with self.wire.client(self.service, self.lines) as client:
            create: Any = instructor.patch(
                create=lambda **body: self._send(
                    client, body, ongoing=len(body["messages"]) > 1, answering=True
                )[0],
                mode=instructor.Mode.TOOLS,
                provider=instructor.Provider(self.wire.instructed_as),
            )
            body = self.wire.body(self.service, question, answering=True)
            try:
                value: T = create(response_model=answer, max_retries=reasks, **body)
            except InstructorRetryException as error:
                raise self._ours(error) from None
        return value

    def _send(
        self, client: Any, body: Body, *, ongoing: bool, answering: bool
    ) -> tuple[Any, Message]:
        """One reply; failures that may pass are tried again within the budget."""
        tried = 0
        while True:
            tried += 1
            self._set_aside(body)
            try:
                reply = self._once(client, self.wire.marked(body, ongoing=ongoing), answering)
                return reply, self._taken(reply, body)
            except Exception as error:
                fault = faults.fault_of(error, self.service.model, self.wire.sdk())
                if fault is None:
                    raise
            if fewer := self._without_what_it_refuses(body, fault):
                body = fewer
            else:
                self._wait(fault, tried)

    def _set_aside(self, body: Body) -> None:
        """Before anything is paid for again; for the first time, whoever began the call has."""
        if self.reserve is not None and self.used != _NOTHING:
            model = self.service.model
            next_usd = most(_text(body), limit_of(body), model).usd
            self.reserve(cost(self.used, model).usd + next_usd)

    def _once(self, client: Any, body: Body, answering: bool) -> Any:
        heard, sent = Heard(self.told), body | self._headers(body)
        service, wire = self.service, self.wire
        timeout_s = service.timeout_s + service.token_s * limit_of(body)

        def call() -> Any:
            if self.told is None:
                return wire.send(client, sent, heard, timeout_s=timeout_s)
            return wire.stream(client, sent, heard, answering=answering)

        try:
            return interruptible(call, service.stop, cut=self.lines.cut)
        finally:
            self.used += heard.usage

    def _headers(self, body: Body) -> Body:
        if not self.key:
            return {}
        own = hashlib.sha256(f"{self.key}/{_text(body)}".encode()).hexdigest()
        return {"extra_headers": {"idempotency-key": own}}

    def _taken(self, reply: Any, body: Body) -> Message:
        self.replies += 1
        stop = self.wire.stop(reply)
        if stop == "refusal":
            raise faults.refused(self.service.model)
        if stop == "max_tokens":
            raise faults.cut_off(self.service.model, limit_of(body))
        self.last = self.wire.message(reply)
        return self.last

    def _without_what_it_refuses(self, body: Body, fault: faults.Fault) -> Body | None:
        """The body without the first optional field that the service complained of by name."""
        if fault.error.cause != "request":
            return None
        for name in self.wire.optional:
            if name in body and name in fault.said:
                return {key: value for key, value in body.items() if key != name}
        return None

    def _wait(self, fault: faults.Fault, tried: int) -> None:
        wait_s = self.service.patience.wait_s(
            fault, tried=tried, waited_s=self.waited_s, jitter=self.service.jitter
        )
        if wait_s is None:
            raise fault.error from None
        self.waited_s += wait_s
        self.service.pause(wait_s)

    def _ours(self, error: Any) -> VidPipelineError:
        """The error of ours inside instructor's, or that no answer was valid."""
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, VidPipelineError):
                return cause
            cause = cause.__cause__ or cause.__context__
        attempts = error.failed_attempts or ()
        fault = attempts[-1].exception if attempts else None
        return invalid(self.service.model, self.replies, fault, self.last)


def _text(body: Body) -> str:
    """All that a body says, the same each time."""
    return json.dumps(body, sort_keys=True, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)
