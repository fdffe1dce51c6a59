"""The `LLM` port: models of several providers, each by its SDK."""

from collections.abc import Callable
from typing import TypeVar

import dagster as dg
from pydantic import BaseModel, Field, PrivateAttr, SecretStr

from resources.llm.asking import Told
from resources.llm.choosing import ChosenLLM
from resources.llm.recording import CallRecorder
from resources.llm.service import Service
from vid_pipeline.errors import BadRequest
from vid_pipeline.ports import Answer
from vid_pipeline.settings import Settings
from vid_pipeline.talk import Question, Reply

T = TypeVar("T", bound=BaseModel)
OwnKey = Callable[[str], SecretStr | None]
_PROVIDERS = ("anthropic", "openai")
_BY_INSTRUCTOR = frozenset(
    [
        "azure_openai",
        "bedrock",
        "cerebras",
        "cohere",
        "databricks",
        "deepseek",
        "fireworks",
        "gemini",
        "google",
        "groq",
        "mistral",
        "ollama",
        "openrouter",
        "perplexity",
        "together",
        "vertexai",
        "writer",
        "xai",
    ]
)


class LLMResource(dg.ConfigurableResource):
    """The port as a Dagster resource. Its config holds no key: the settings do, when it is used."""

    model: str = Field(description="`provider/model`.")
    base_url: str | None = Field(default=None, description="Another address of Anthropic's.")
    openai_base_url: str | None = Field(default=None, description="… of OpenAI's API.")
    fallback: str | None = Field(default=None, description="Asked if the model is out of reach.")
    timeout_s: float = Field(default=60, gt=0, description="Seconds until a silence is given up.")
    _models: ChosenLLM | None = PrivateAttr(default=None)

    @classmethod
    def of(cls, settings: Settings) -> "LLMResource":
        """The models that the settings name.

        Raises:
            BadRequest: a provider we cannot speak to.
        """
        _refuse_unknown("VIDP_MODEL", settings.model)
        if settings.fallback_model:
            _refuse_unknown("VIDP_FALLBACK_MODEL", settings.fallback_model)
        return cls(
            model=settings.model,
            base_url=settings.anthropic_base_url,
            openai_base_url=settings.openai_base_url,
            fallback=settings.fallback_model,
        )

    @property
    def available(self) -> bool:
        return self._asked.available

    @property
    def fingerprint(self) -> str:
        return self._asked.fingerprint

    def client(self, own_key: OwnKey | None = None) -> ChosenLLM:
        """The models, asked with `own_key`'s key for a provider, or else the operator's."""
        settings, addresses = Settings.read(), self._addresses

        def service(model: str) -> Service:
            provider = model.partition("/")[0]
            key = (own_key(provider) if own_key else None) or settings.llm_key(provider)
            address = addresses.get(provider)
            return Service(model, key or SecretStr(""), address, timeout_s=self.timeout_s)

        return ChosenLLM(self.model, service, self.fallback)

    def recorded_by(self, recorder: CallRecorder) -> ChosenLLM:
        """The same models, their calls written down by `recorder`."""
        return self._asked.recorded_by(recorder)

    def ask(self, prompt: str, answer: type[T], *, system: str = "") -> Answer[T]:
        """One validated answer to one prompt; see `ChosenLLM.answer`."""
        return self._asked.ask(prompt, answer, system=system)

    def answer(
        self, question: Question, answer: type[T], *, reasks: int = 2, told: Told | None = None
    ) -> Answer[T]:
        """One validated answer; see `ChosenLLM.answer`."""
        return self._asked.answer(question, answer, reasks=reasks, told=told)

    def reply(self, question: Question, *, told: Told | None = None) -> Reply:
        """A model's next turn; see `ChosenLLM.reply`."""
        return self._asked.reply(question, told=told)

    @property
    def _asked(self) -> ChosenLLM:
        """The models that a run has made its own, or plain ones."""
        return self._models or self.client()

    @property
    def _addresses(self) -> dict[str, str | None]:
        return {"anthropic": self.base_url, "openai": self.openai_base_url}


def _refuse_unknown(variable: str, model: str) -> None:
    provider = model.partition("/")[0]
    if provider not in _PROVIDERS and provider not in _BY_INSTRUCTOR:
        choices = ", ".join(f"{name}/…" for name in (*_PROVIDERS, *sorted(_BY_INSTRUCTOR)))
        raise BadRequest("Model", model, f"Set {variable} to one of: {choices}.")
