"""Writing a call down before it is sent, so that no answer is ever paid for twice."""

import hashlib
import json
from dataclasses import dataclass
from typing import Protocol

from pydantic import JsonValue

from resources.llm.usage import Usage


@dataclass(frozen=True)
class Request:
    """A question as it is written down: no key, no address, nothing that differs between runs."""

    model: str
    system: str
    prompt: str
    answer_schema: JsonValue
    max_tokens: int

    @property
    def hash(self) -> str:
        """sha256 of all that decides the answer."""
        body = json.dumps(self.document, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(body.encode()).hexdigest()

    @property
    def document(self) -> dict[str, JsonValue]:
        """The request as JSON."""
        return {
            "model": self.model,
            "system": self.system,
            "prompt": self.prompt,
            "answer_schema": self.answer_schema,
            "max_tokens": self.max_tokens,
        }


@dataclass(frozen=True)
class Recorded:
    """A finished call."""

    response: JsonValue
    usage: Usage
    cost_usd: float


class CallRecorder(Protocol):
    """Where calls are written down; the journal fills it."""

    def replay(self, request: Request) -> Recorded | None:
        """The finished call of this very request, if there is one."""
        ...

    def begin(self, request: Request) -> str:
        """Write the call down, durably; returns its id."""
        ...

    def finish(self, call_id: str, *, response: JsonValue, usage: Usage, cost_usd: float) -> None:
        """Keep the answer, and what all tries for it used."""
        ...

    def fail(self, call_id: str, *, error: str, usage: Usage, cost_usd: float) -> None:
        """Keep why it failed; what it used is billed all the same."""
        ...
