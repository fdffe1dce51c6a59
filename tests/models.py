"""What tests of language models share: a scripted service's client, and a journal in memory."""

from dataclasses import dataclass, field

from pydantic import BaseModel, Field, JsonValue, SecretStr

from resources.llm.calling import ModelLLM
from resources.llm.recording import Begun, Recorded, Request
from resources.llm.service import Service
from resources.llm.usage import Usage
from vid_pipeline.errors import OverBudget
from vid_pipeline.testing.messages_server import MessagesServer

KEY = "sk-ant-secret-0123456789"
MODEL = "anthropic/claude-sonnet-5"
CHAT = "openai/gpt-4.1-mini"
GOOD: dict[str, JsonValue] = {"title": "Reefs", "seconds": 6}
BAD: dict[str, JsonValue] = {"title": "Reefs", "seconds": 99}


class Shot(BaseModel):
    title: str
    seconds: float = Field(ge=2, le=20)


@dataclass
class Waits:
    """Sleeps in no time and remembers how long."""

    asked_s: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.asked_s.append(seconds)


@dataclass
class Notebook:
    """A recorder in memory."""

    entries: dict[str, Recorded | str | None] = field(default_factory=dict)
    used: dict[str, Usage] = field(default_factory=dict)
    documents: list[dict[str, JsonValue]] = field(default_factory=list)
    reserved_usd: list[float] = field(default_factory=list)
    last_words: list[bool] = field(default_factory=list)
    limit_usd: float = 100.0

    def replay(self, request: Request) -> Recorded | None:
        entry = self.entries.get(request.hash)
        return entry if isinstance(entry, Recorded) else None

    def begin(self, request: Request, *, most_usd: float) -> Begun:
        self.entries[request.hash] = None
        self.documents.append(request.document)
        self.reserved_usd.append(most_usd)
        return Begun(request.hash, f"key-{request.hash}")

    def reserve(self, call_id: str, most_usd: float) -> None:
        self.reserved_usd.append(most_usd)
        if most_usd > self.limit_usd:
            raise OverBudget(
                "production",
                limit_usd=self.limit_usd,
                spent_usd=0,
                reserved_usd=0,
                needed_usd=most_usd,
                production=call_id,
            )

    def finish(self, call_id: str, *, response: JsonValue, usage: Usage, cost_usd: float) -> None:
        self.entries[call_id] = Recorded(response, usage, cost_usd)
        self.used[call_id] = usage

    def fail(
        self, call_id: str, *, error: str, usage: Usage, cost_usd: float, last_word: bool
    ) -> None:
        self.last_words.append(last_word)
        self.entries[call_id] = error
        self.used[call_id] = usage


def real(
    server: MessagesServer,
    *,
    key: str = KEY,
    waits: Waits | None = None,
    timeout_s: float = 10.0,
    model: str = MODEL,
) -> ModelLLM:
    """A model of the scripted server's, asked by the real SDK."""
    return ModelLLM(
        Service(
            model,
            SecretStr(key),
            base_url=server.url if model.startswith("anthropic/") else server.chat_url,
            timeout_s=timeout_s,
            token_s=0.0,
            sleep=waits or Waits(),
            jitter=lambda: 0.5,
        )
    )
