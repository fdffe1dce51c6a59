"""The `LLM` port: instructor over the Anthropic SDK."""

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import dagster as dg
from pydantic import BaseModel, Field, SecretStr

from resources.llm import faults
from resources.llm.asking import Conversation, Service
from resources.llm.recording import Begun, CallRecorder, Recorded, Request
from resources.llm.usage import cost, most
from vid_pipeline.cancel import CancelToken
from vid_pipeline.errors import BadRequest, Cancelled, LLMFailed, VidPipelineError
from vid_pipeline.ports import Answer
from vid_pipeline.settings import Settings

T = TypeVar("T", bound=BaseModel)
_ANSWERED = frozenset({"invalid", "refusal", "max_tokens"})
_PROVIDERS = ("anthropic",)


@dataclass(frozen=True)
class AnthropicLLM:
    """Asks one model; with a recorder, every call is written down first and never paid twice."""

    service: Service
    max_tokens: int = 8000
    recorder: CallRecorder | None = None

    @property
    def available(self) -> bool:
        return bool(self.service.key.get_secret_value())

    @property
    def fingerprint(self) -> str:
        return self.service.model if self.available else ""

    def recorded_by(self, recorder: CallRecorder) -> "AnthropicLLM":
        """The same model, its calls written down by `recorder`."""
        return replace(self, recorder=recorder)

    def stopped_by(self, stop: CancelToken) -> "AnthropicLLM":
        """The same model, its calls ended by `stop`."""
        return replace(self, service=replace(self.service, stop=stop))

    def ask(self, prompt: str, answer: type[T], *, system: str = "") -> Answer[T]:
        """One validated answer; invalid ones are asked again, at most twice.

        Raises:
            LLMError: no key, refused, failed, or still invalid after the last try.
            Cancelled: a stop was requested before there was an answer.
            OverBudget: the call could pass a cap on spending.
        """
        request = Request(
            self.service.model, system, prompt, answer.model_json_schema(), self.max_tokens
        )
        earlier = self.recorder.replay(request) if self.recorder else None
        if earlier is not None:
            return self._answer(answer.model_validate(earlier.response), earlier)
        if not self.available:
            raise faults.without_key(self.service.model)
        return self._ask(request, answer)

    def _ask(self, request: Request, answer: type[T]) -> Answer[T]:
        call, talk = self._begin(request)
        try:
            value = talk.ask(
                request.prompt, answer, system=request.system, max_tokens=request.max_tokens
            )
        except BaseException as error:
            self._record_failure(call, talk, error)
            raise
        usd = cost(talk.used, self.service.model).usd
        made = Recorded(value.model_dump(mode="json"), talk.used, usd)
        if self.recorder and call:
            self.recorder.finish(call.id, response=made.response, usage=made.usage, cost_usd=usd)
        return self._answer(answer.model_validate(made.response), made)

    def _begin(self, request: Request) -> tuple[Begun | None, Conversation]:
        """The call, written down with the most that its first answer may cost."""
        if self.recorder is None:
            return None, Conversation(self.service)
        sent = json.dumps(request.document, ensure_ascii=False)
        most_usd = most(sent, request.max_tokens, self.service.model).usd
        call = self.recorder.begin(request, most_usd=most_usd)
        reserve = partial(self.recorder.reserve, call.id)
        return call, Conversation(self.service, key=call.key, reserve=reserve)

    def _record_failure(self, call: Begun | None, talk: Conversation, error: BaseException) -> None:
        if self.recorder and call:
            self.recorder.fail(
                call.id,
                error=_said(error),
                usage=talk.used,
                cost_usd=cost(talk.used, self.service.model).usd,
                last_word=isinstance(error, LLMFailed) and error.cause in _ANSWERED,
            )

    def _answer(self, value: T, made: Recorded) -> Answer[T]:
        return Answer(
            value=value,
            model=self.service.model,
            input_tokens=made.usage.all_input_tokens,
            output_tokens=made.usage.output_tokens,
            cost_usd=made.cost_usd,
        )


def _said(error: BaseException) -> str:
    if isinstance(error, Cancelled):
        return "cancelled before an answer came"
    return str(error) if isinstance(error, VidPipelineError) else type(error).__name__


class LLMResource(dg.ConfigurableResource):
    """The port as a Dagster resource. Its config holds no key: the settings do, when it is used."""

    model: str = Field(description="`provider/model`.")
    base_url: str | None = Field(default=None, description="Another address of the service.")
    timeout_s: float = Field(default=60, gt=0, description="Seconds until a call is given up.")
    max_tokens: int = Field(default=8000, gt=0, description="Longest answer.")

    @classmethod
    def of(cls, settings: Settings) -> "LLMResource":
        """The model that the settings name.

        Raises:
            BadRequest: a provider we cannot speak to.
        """
        provider = settings.model.partition("/")[0]
        if provider not in _PROVIDERS:
            choices = ", ".join(f"{name}/…" for name in _PROVIDERS)
            raise BadRequest("Model", settings.model, f"Set VIDP_MODEL to one of: {choices}.")
        return cls(model=settings.model, base_url=settings.anthropic_base_url)

    @property
    def available(self) -> bool:
        return self.client.available

    @property
    def fingerprint(self) -> str:
        return self.client.fingerprint

    @property
    def client(self) -> AnthropicLLM:
        """The model, with the key of this process's settings."""
        key = Settings.read().anthropic_api_key or SecretStr("")
        service = Service(self.model, key, base_url=self.base_url, timeout_s=self.timeout_s)
        return AnthropicLLM(service, max_tokens=self.max_tokens)

    def recorded_by(self, recorder: CallRecorder) -> AnthropicLLM:
        """The same model, its calls written down by `recorder`."""
        return self.client.recorded_by(recorder)

    def ask(self, prompt: str, answer: type[T], *, system: str = "") -> Answer[T]:
        """One validated answer.

        Raises:
            LLMError: refused, failed, or still invalid after the last try.
        """
        return self.client.ask(prompt, answer, system=system)
