"""One conversation with a model until its answer is valid."""

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, SecretStr

from resources.lines import Lines
from resources.llm import faults
from resources.llm.faults import Patience
from resources.llm.usage import Usage, cost, most
from vid_pipeline.cancel import CancelToken, interruptible
from vid_pipeline.errors import VidPipelineError

if TYPE_CHECKING:
    import anthropic
    from anthropic.types import Message

T = TypeVar("T", bound=BaseModel)
REASKS = 2


@dataclass(frozen=True)
class Service:
    """Where and as whom we ask, and how patiently; `stop` ends the waiting."""

    model: str
    key: SecretStr = field(repr=False)
    base_url: str | None = None
    timeout_s: float = 60.0
    patience: Patience = field(default_factory=Patience)
    stop: CancelToken = field(default_factory=CancelToken)
    sleep: Callable[[float], object] | None = None
    jitter: Callable[[], float] = random.random  # noqa: S311  It spreads retries.

    @property
    def model_name(self) -> str:
        """The model's name without its provider."""
        return self.model.partition("/")[2]

    def client(self, lines: Lines) -> "anthropic.Anthropic":
        """The SDK, which retries nothing itself; `lines` are its connections."""
        import anthropic  # noqa: PLC0415  Loading the SDK takes seconds.

        return anthropic.Anthropic(
            api_key=self.key.get_secret_value(),
            base_url=self.base_url,
            timeout=self.timeout_s,
            max_retries=0,
            http_client=anthropic.DefaultHttpxClient(event_hooks=lines.hooks),
        )


@dataclass
class Conversation:
    """Sends requests, counts what they use, also when no answer comes of it.

    With a `key`, each request has a header by which the service knows it when it is sent again.
    `reserve` is told before an answer is asked for anew what all may have cost then.
    """

    service: Service
    key: str = ""
    reserve: Callable[[float], None] | None = None
    used: Usage = field(default_factory=Usage)
    calls: int = 0
    waited_s: float = 0.0
    lines: Lines = field(default_factory=Lines)

    def ask(self, prompt: str, answer: type[T], *, system: str, max_tokens: int) -> T:
        """A valid answer, asked again up to `REASKS` times.

        Raises:
            LLMError: refused, failed, cut off, or still invalid.
            Cancelled: a stop was requested before there was an answer.
            OverBudget: asking again could pass a cap on spending.
        """
        import instructor  # noqa: PLC0415  Loading it takes seconds.
        from instructor.core.exceptions import InstructorRetryException  # noqa: PLC0415

        with self.service.client(self.lines) as client:
            create: Any = instructor.patch(
                create=lambda **request: self._send(client, request),
                mode=instructor.Mode.TOOLS,
                provider=instructor.Provider.ANTHROPIC,
            )
            instructions = {"system": system} if system else {}
            try:
                value: T = create(
                    response_model=answer,
                    max_retries=REASKS,
                    model=self.service.model_name,
                    max_tokens=max_tokens,
                    messages=[{"role": "user", "content": prompt}],
                    **instructions,
                )
            except InstructorRetryException as error:
                raise self._ours(error) from None
        return value

    def _send(self, client: "anthropic.Anthropic", request: dict[str, Any]) -> "Message":
        """One reply; failures that may pass are tried again within the budget."""
        self._set_aside(request)
        request |= self._headers(request)
        tried = 0
        while True:
            tried += 1
            fault: faults.Fault | None
            try:
                return self._reply(client, request)
            except faults.Unreadable:
                fault = faults.malformed(self.service.model)
            except Exception as error:
                fault = faults.fault_of(error, self.service.model)
                if fault is None:
                    raise
            self._wait(fault, tried)

    def _set_aside(self, request: dict[str, Any]) -> None:
        """Before an answer is asked for again; for the first, whoever began the call has."""
        if self.reserve is not None and self.calls:
            model = self.service.model
            next_usd = most(_text(request), request["max_tokens"], model).usd
            self.reserve(cost(self.used, model).usd + next_usd)

    def _headers(self, request: dict[str, Any]) -> dict[str, Any]:
        if not self.key:
            return {}
        own = hashlib.sha256(f"{self.key}/{_text(request)}".encode()).hexdigest()
        return {"extra_headers": {"idempotency-key": own}}

    def _wait(self, fault: faults.Fault, tried: int) -> None:
        wait_s = self.service.patience.wait_s(
            fault, tried=tried, waited_s=self.waited_s, jitter=self.service.jitter
        )
        if wait_s is None:
            raise fault.error from None
        self.waited_s += wait_s
        (self.service.sleep or self.service.stop.wait)(wait_s)

    def _reply(self, client: "anthropic.Anthropic", request: dict[str, Any]) -> "Message":
        message: Message = interruptible(
            lambda: client.messages.create(**request), self.service.stop, cut=self.lines.cut
        )
        self.calls += 1
        if not isinstance(getattr(message, "content", None), list) or message.usage is None:
            raise faults.Unreadable
        self.used += _usage(message)
        if message.stop_reason == "refusal":
            raise faults.refused(self.service.model)
        if message.stop_reason == "max_tokens":
            raise faults.cut_off(self.service.model, request["max_tokens"])
        return message

    def _ours(self, error: Exception) -> VidPipelineError:
        """The error of ours inside instructor's, or that no answer was valid."""
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, VidPipelineError):
                return cause
            cause = cause.__cause__ or cause.__context__
        why = " ".join(str(error.args[0] if error.args else error).split())[:240]
        return faults.invalid(self.service.model, self.calls, why)


def _text(request: dict[str, Any]) -> str:
    """All that a request says, the same each time."""
    return json.dumps(request, sort_keys=True, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)


def _usage(message: "Message") -> Usage:
    usage = message.usage
    return Usage(
        input_tokens=usage.input_tokens or 0,
        output_tokens=usage.output_tokens or 0,
        cache_read_tokens=usage.cache_read_input_tokens or 0,
        cache_write_tokens=usage.cache_creation_input_tokens or 0,
    )
