"""Providers beyond our two wires: validated answers, by instructor and the provider's own SDK."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from resources.llm import faults
from resources.llm.invalid import invalid
from resources.llm.service import Service
from resources.llm.usage import Usage
from vid_pipeline.errors import LLMFailed
from vid_pipeline.talk import Message, Question

T = TypeVar("T", bound=BaseModel)
_ELSE = "Or reach it by its OpenAI-compatible address: VIDP_OPENAI_BASE_URL and openai/<model>."
_COUNTS = (
    ("usage", ("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens")),
    ("usage_metadata", ("prompt_token_count",), ("candidates_token_count",)),
)
"""Where SDKs keep what a reply has used: attribute, names of what was read and written."""


@dataclass
class OtherTalk:
    """Answers only: no tools, no streaming, no thinking; the SDK's own retries."""

    service: Service
    used: Usage = field(default_factory=Usage)
    replies: int = 0

    def reply(self, question: Question) -> Message:  # noqa: ARG002
        """Refuse: a conversation with tools needs a wire of ours.

        Raises:
            LLMFailed: always.
        """
        reason = f"{self.service.provider} gives answers here, but no conversation with tools"
        raise LLMFailed(self.service.model, "provider", reason, f"Choose another model. {_ELSE}")

    def answer(self, question: Question, answer: type[T], *, reasks: int) -> T:
        """A valid answer, asked again up to `reasks` times.

        Raises:
            LLMFailed: no such provider, its package is missing, it failed, or is still invalid.
        """
        from instructor.core.exceptions import InstructorRetryException  # noqa: PLC0415

        client = self._client()
        client.on("completion:response", self._count)
        try:
            value: T = client.create(
                response_model=answer, max_retries=reasks, messages=_messages(question)
            )
        except InstructorRetryException as error:
            raise self._ours(error) from None
        except Exception as error:  # noqa: BLE001  (an SDK that we do not know)
            raise self._failed(error) from None
        finally:
            if hasattr(client.client, "close"):
                client.client.close()
        return value

    def _client(self) -> Any:
        """Instructor's client of the provider.

        Raises:
            LLMFailed: instructor knows no such provider, or its package is not installed.
        """
        import instructor  # noqa: PLC0415  Loading it takes seconds.
        from instructor.core.exceptions import ConfigurationError  # noqa: PLC0415

        options: dict[str, Any] = {"api_key": self.service.key_text()}
        if self.service.base_url:
            options["base_url"] = self.service.base_url
        try:
            return instructor.from_provider(self.service.model, **options)
        except (ConfigurationError, ImportError, ValueError) as error:
            reason = f"{self.service.provider} cannot be used: {_line(error)}"
            model = self.service.model
            remedy = f"Install what it names beside vid-pipeline. {_ELSE}"
            raise LLMFailed(model, "provider", reason.rstrip("."), remedy) from None

    def _count(self, reply: Any) -> None:
        self.replies += 1
        for place, read, written in _COUNTS:
            counts = getattr(reply, place, None)
            if counts is not None:
                self.used += Usage(_first(counts, read), _first(counts, written))
                return

    def _ours(self, error: Any) -> LLMFailed:
        attempts = error.failed_attempts or ()
        if not attempts:
            return self._failed(error.__cause__ or error)
        return invalid(self.service.model, self.replies, attempts[-1].exception, None)

    def _failed(self, error: BaseException) -> LLMFailed:
        """By its HTTP status if it has one; its words are not told: they may hold the key."""
        status = getattr(error, "status_code", None) or getattr(error, "code", None)
        return faults.by_status(status if isinstance(status, int) else 500, self.service.model)


def _messages(question: Question) -> list[dict[str, str]]:
    system = [{"role": "system", "content": question.system}] if question.system else []
    return system + [{"role": one.role, "content": one.text} for one in question.messages]


def _first(counts: Any, names: tuple[str, ...]) -> int:
    return next((int(getattr(counts, n)) for n in names if getattr(counts, n, None)), 0)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
