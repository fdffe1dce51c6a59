"""Writing a call down before it is sent, so that nothing is ever paid for twice."""

import hashlib
import json
from dataclasses import dataclass
from typing import Protocol

from pydantic import JsonValue

from resources.llm.usage import Usage
from vid_pipeline.talk import Question


@dataclass(frozen=True)
class Request:
    """A question as it is written down: no key, no address, nothing that differs between runs.

    `question.model` names the model that is asked. `instead_of` says whom it stands in for, and
    why; it decides nothing, so it is not in the hash.
    """

    question: Question
    answer_schema: JsonValue = None
    instead_of: str = ""

    @property
    def model(self) -> str:
        return self.question.model

    @property
    def hash(self) -> str:
        """sha256 of all that decides the answer."""
        body = json.dumps(self._deciding, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(body.encode()).hexdigest()

    @property
    def document(self) -> dict[str, JsonValue]:
        """The request as JSON."""
        instead: dict[str, JsonValue] = {"instead_of": self.instead_of} if self.instead_of else {}
        return self._deciding | instead

    @property
    def _deciding(self) -> dict[str, JsonValue]:
        asked: dict[str, JsonValue] = self.question.model_dump(mode="json")
        return asked | {"answer_schema": self.answer_schema}


@dataclass(frozen=True)
class Recorded:
    """A finished call."""

    response: JsonValue
    usage: Usage
    cost_usd: float


@dataclass(frozen=True)
class Begun:
    """A call that is written down: its id, and the key by which the service knows it again."""

    id: str
    key: str


class CallRecorder(Protocol):
    """Where calls are written down; the journal fills it."""

    def replay(self, request: Request) -> Recorded | None:
        """The finished call of this very request, if there is one."""
        ...

    def begin(self, request: Request, *, most_usd: float) -> Begun:
        """Write the call down, durably, and set aside the most it may cost.

        Raises:
            OverBudget: that could pass a cap on spending.
        """
        ...

    def reserve(self, call_id: str, most_usd: float) -> None:
        """Set another sum aside, before something is paid for anew.

        Raises:
            OverBudget: that could pass a cap on spending.
        """
        ...

    def finish(self, call_id: str, *, response: JsonValue, usage: Usage, cost_usd: float) -> None:
        """Keep the answer, and what all tries for it used."""
        ...

    def fail(
        self, call_id: str, *, error: str, usage: Usage, cost_usd: float, last_word: bool
    ) -> None:
        """Keep why it failed; what it used is billed all the same.

        `last_word`: the service answered, so it would only answer the same to the same key.
        """
        ...
