"""Agents for tests: small tools of every sort, and one try of a step with a scripted model."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import Field

from assets.agent.kind import agent_kind
from assets.agent.params import AgentParams
from assets.tools.arithmetic import CALCULATE
from assets.tools.asking import ASK_PERSON
from tests.graph.kinds_for_tests import Text
from vid_pipeline.errors import BadSource
from vid_pipeline.ports import Ports, Web
from vid_pipeline.talk import ToolCall, ToolResult
from vid_pipeline.testing.ports import fake_ports
from vid_pipeline.testing.scripted_llm import ScriptedLLM
from vid_pipeline.tools import Tool, Toolbox, ToolInput, ToolOutput

FORM = {"fields": [{"name": "answer", "type": "text"}]}
SENT: list[str] = []


class Address(ToolInput):
    url: str = Field(max_length=200)


class Mail(ToolInput):
    to: str = Field(max_length=100)


class Wish(ToolInput):
    channel: str = Field(max_length=50)
    query: str = Field(max_length=100)


class Words(ToolOutput):
    text: str


def read_page(ask: Address, *, web: Web) -> Words:
    """The text of a page.

    Raises:
        BadSource: there is no such page.
    """
    return Words(text=web.fetch(ask.url).body.decode())


def send_mail(ask: Mail) -> Words:
    """Send a mail."""
    SENT.append(ask.to)
    return Words(text=f"sent to {ask.to}")


def look_up(ask: Wish) -> Words:
    """Look something up in a channel's memory."""
    return Words(text=f"{ask.channel}: {ask.query}")


def stumble(ask: Address) -> Words:
    """Fail as a tool does."""
    raise BadSource(ask.url, "it is not there", "Try another.")


TOOLBOX = Toolbox(
    [
        Tool.of(read_page, outside=True, most_calls=3),
        Tool.of(send_mail, effect="acts"),
        Tool.of(look_up, outside=True),
        Tool.of(stumble, outside=True),
        CALCULATE,
        ASK_PERSON,
    ]
)
AGENT = agent_kind(TOOLBOX)


def call(name: str, number: int = 1, **given: Any) -> ToolCall:
    return ToolCall(id=f"c{number}", name=name, input=given)


def params(**settings: Any) -> AgentParams:
    return AgentParams.model_validate({"instructions": "Do it.", "output": FORM} | settings)


@dataclass
class Try:
    """An agent step with its ports; `run` performs it once more."""

    folder: Path
    llm: ScriptedLLM
    settings: dict[str, Any] = field(default_factory=dict)
    fakes: dict[str, Any] = field(default_factory=dict)
    ports: Ports = field(init=False)

    def __post_init__(self) -> None:
        self.ports = fake_ports(self.folder, llm=self.llm, **self.fakes)

    def run(self, **given: Any) -> Any:
        return AGENT.run(params(**self.settings), ports=self.ports, **given)

    @property
    def trace(self) -> Any:
        return self.ports.trace

    @property
    def results(self) -> list[ToolResult]:
        """What the model was told of its calls, by the last question."""
        parts = [part for one in self.llm.asked[-1].messages for part in one.parts]
        return [part for part in parts if isinstance(part, ToolResult)]


def text(words: str) -> Text:
    return Text(text=words)
